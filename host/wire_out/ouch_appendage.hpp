// Writes the tag-value elements behind an OUCH message, and their length before them.
//
// Shapes: u16 length, then elements of u8 length, u8 tag, value. Threads: pure. Errors: none.
// Cost: each element is written once, where it will be sent from. Specification: OUCH 5.0,
// tag-value elements.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "wirebook/appendage.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/wire/big_endian.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

namespace wirebook::wire_out {

class OuchAppendage {
 public:
  using Tag = wire::ouch::Tag;

  /// `length` is where AppendageLength stands.
  explicit OuchAppendage(std::byte* length) : length_(length), next_(length + length_bytes) {}

  void put(Tag tag, const auto& value) {
    *next_++ = static_cast<std::byte>(1 + sizeof value);
    *next_++ = static_cast<std::byte>(tag);
    std::memcpy(next_, &value, sizeof value);
    next_ += sizeof value;
  }
  void put(std::span<const std::byte> elements) {
    std::memcpy(next_, elements.data(), elements.size());
    next_ += elements.size();
  }
  /// The elements of the cause that are in the set, as matching reads them: the first of a tag that
  /// has its size counts, and none where a broken one ends the walk. Only some messages are
  /// rejected for such an appendage.
  void echo(const SlotGroup& cause, std::uint32_t tags) {
    std::byte* const start = next_;
    const AppendageView appendage(cause);
    const bool whole = appendage.for_each([&](const AppendageView::Element& element) {
      if (!wire::ouch::contains(tags, element.tag) ||
          element.value_bytes != value_bytes[element.tag])
        return;
      tags &= ~(1U << element.tag);
      appendage.copy_element(element, next_);
      next_ += 2 + element.value_bytes;
    });
    if (!whole)
      next_ = start;
  }
  void put_channel(std::uint8_t user_ref_idx) {
    if (user_ref_idx != 0)
      put(Tag::user_ref_idx, user_ref_idx);
  }

  /// Bytes from AppendageLength on. Where it need not be there, none without tags.
  std::size_t finish(bool always) {
    const auto bytes = static_cast<std::size_t>(next_ - length_) - length_bytes;
    if (bytes == 0 && !always)
      return 0;
    wire::view<wire::Big16>(length_) = static_cast<std::uint16_t>(bytes);
    return length_bytes + bytes;
  }

 private:
  static constexpr std::size_t length_bytes = sizeof(wire::Big16);
  static constexpr auto value_bytes = [] {
    std::array<std::uint8_t, 32> bytes{};
    for (const wire::ouch::TagInfo& info : wire::ouch::tag_table)
      bytes[static_cast<std::size_t>(info.tag)] = info.value_bytes;
    return bytes;
  }();

  std::byte* length_;
  std::byte* next_;
};

}  // namespace wirebook::wire_out
