// OUCH 5.0 messages taken apart by the field table, for clients and for whoever prints them.
//
// Shapes: one message, without transport; fields and tags are views into it. Threads: pure.
// Errors: no value for bytes that are not one whole message; nothing is read beyond them.
// Cost: a search of the table and a walk over the appendage; no copy. Specification: OUCH 5.0; the
// table in wirebook/wire/ouch50_fields.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/wire/ouch50_fields.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

namespace wirebook::wire_out {

/// A message whose lengths are right: every field and every tag can be read.
class OuchMessage {
 public:
  [[nodiscard]] const wire::ouch::MessageInfo& info() const { return *info_; }
  [[nodiscard]] std::span<const std::byte> field(const wire::ouch::FieldInfo& field) const {
    return bytes_.subspan(field.offset, field.bytes);
  }
  /// Calls `visit(const TagInfo&, value)` for each tag that OUCH 5.0 knows, in the order in which
  /// they stand; the value has the size that the tag's row says. Others are passed over.
  template <class Visit>
  void for_each_tag(Visit&& visit) const {
    for (std::span<const std::byte> rest = appendage_; !rest.empty();) {
      const auto length = std::to_integer<std::size_t>(rest[0]);
      if (const auto* const tag = wire::ouch::find_tag(std::to_integer<std::uint8_t>(rest[1])))
        visit(*tag, rest.subspan(2, length - 1));
      rest = rest.subspan(1 + length);
    }
  }

 private:
  friend std::optional<OuchMessage> decode_ouch(std::span<const wire::ouch::MessageInfo>,
                                                std::span<const std::byte>) noexcept;

  const wire::ouch::MessageInfo* info_ = nullptr;
  std::span<const std::byte> bytes_;
  std::span<const std::byte> appendage_;
};

/// `messages` is `wire::ouch::outbound_messages` for what a client hears, `inbound_messages` for
/// what it says. Where AppendageLength may be left out, both forms are taken.
[[nodiscard]] std::optional<OuchMessage> decode_ouch(
    std::span<const wire::ouch::MessageInfo> messages, std::span<const std::byte> bytes) noexcept;

/// A field or value of at most 8 bytes as a number.
[[nodiscard]] constexpr std::uint64_t load_big_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes)
    value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}

}  // namespace wirebook::wire_out
