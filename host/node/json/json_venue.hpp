// The venue's side of the JSON lines: system events, trading states, sessions, kills, breaks.
//
// Shapes: a table of types, each with its keys.
// Threads: constants. Errors: texts, see json_values.hpp. Specification: replay/README.md.
#pragma once

#include <span>
#include <string_view>

#include "wirebook/slot.hpp"

#include "node/json/json_values.hpp"

namespace wirebook::node {

struct VenueKey {
  std::string_view name;
  std::string_view other_name{};  ///< empty: there is none
  bool required = false;
  std::string_view codes{};  ///< of which its letter has to be one; empty: any

  [[nodiscard]] bool is(std::string_view key) const {
    return key == name || (key == other_name && !key.empty());
  }
};

struct VenueType {
  std::string_view name;
  SlotKind kind;
  std::span<const VenueKey> keys;
};

[[nodiscard]] std::span<const VenueType> venue_types();

/// Of a type of this kind: sets the key's part of the body, where json_slot_fields.hpp has it.
[[nodiscard]] JsonFault set_venue_key(SlotKind kind, const VenueKey& key, const JsonValue& value,
                                      Slot& slot);

/// The body before any key is set.
[[nodiscard]] Slot default_venue_slot(SlotKind kind);

}  // namespace wirebook::node
