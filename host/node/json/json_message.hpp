// One order entry message in OUCH bytes, made of the keys of a line of JSON.
//
//   {"user_ref_num":7,"side":"B",…,"min_qty":100} ──► fields, and an appendage of the tags
//
// Shapes: keys are fields of the message, or tags; what is left out takes its default. Threads:
// one. Errors: a text that names the key; empty: none. Cost: no allocation without an error.
// Specification: replay/README.md; OUCH 5.0 inbound messages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "wirebook/wire/ouch50_fields.hpp"

#include "node/json/json_values.hpp"

namespace wirebook::node {

/// The key and what is wrong with it; empty if nothing is.
[[nodiscard]] std::string complaint(std::string_view key, JsonFault fault);

/// Notes `bit` in `set`; a fault if it is there already.
JsonFault once(std::uint32_t& set, std::size_t bit);

class JsonMessage {
 public:
  void begin(const wire::ouch::MessageInfo& info);
  [[nodiscard]] std::string set(std::string_view key, const JsonValue& value);
  /// Behind the last key: fills in what was left out, and puts the appendage behind the fields.
  [[nodiscard]] std::string complete();
  /// Of the message that is complete.
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return std::span(message_).first(message_bytes_);
  }

 private:
  /// The largest message is an Enter with every tag there is: 47 bytes, and 26 tags in 131.
  using Buffer = std::array<std::byte, 256>;

  [[nodiscard]] std::string set_tag(std::string_view key, const JsonValue& value);
  [[nodiscard]] bool set_default(const wire::ouch::FieldInfo& field);
  std::span<std::byte> place_of(const wire::ouch::FieldInfo& field) {
    return std::span(message_).subspan(field.offset, field.bytes);
  }

  const wire::ouch::MessageInfo* info_ = nullptr;
  std::uint32_t fields_seen_ = 0;
  std::uint32_t tags_seen_ = 0;
  Buffer message_{};
  std::size_t message_bytes_ = 0;
  Buffer appendage_{};
  std::size_t appendage_bytes_ = 0;
};

}  // namespace wirebook::node
