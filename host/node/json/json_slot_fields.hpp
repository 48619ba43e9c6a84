// What a slot's line calls its kind, which keys it has, and where in the slot's body they lie.
//
// Shapes: a table a kind, in the order of the line. Threads: any. Errors: none. Cost: the tables
// are made once. Specification: replay/README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wirebook/slot.hpp"

namespace wirebook::node {

struct JsonSlotField {
  enum class Type : std::uint8_t { number, price, character, alpha, boolean, hex, limit_kind };

  std::string_view name;
  std::size_t offset;  ///< in the body
  std::size_t bytes;
  Type type;
};

/// What the line calls the kind; never empty.
[[nodiscard]] std::string slot_kind_name(SlotKind kind);

[[nodiscard]] std::span<const JsonSlotField> json_slot_fields(SlotKind kind);

/// True if its line has `session`.
[[nodiscard]] bool names_session(const Slot& slot);

}  // namespace wirebook::node
