// Values of a line that `wirebook journal cat` wrote, back into a slot's bytes.
//
// Shapes: as json_values.hpp; text is Latin-1, so that any byte comes back. Threads: pure. Errors:
// what is wrong with the value. Cost: none to speak of. Specification: replay/README.md; OUCH 5.0
// tags.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "wirebook/wire/ouch50_tags.hpp"

#include "node/json/json_slot_fields.hpp"
#include "node/json/json_values.hpp"

namespace wirebook::node {

/// Fits in so many bytes.
JsonFault take_number(const JsonValue& value, std::size_t bytes, std::uint64_t& out);
JsonFault take_hex(const JsonValue& value, std::vector<std::byte>& out);
/// `out` are the field's bytes in the body.
JsonFault take_slot_field(const JsonSlotField& field, const JsonValue& value,
                          std::span<std::byte> out);
/// A number or a price, as OUCH has it.
JsonFault take_wire_number(wire::ouch::TagType type, const JsonValue& value,
                           std::span<std::byte> out);
/// `out` are the tag's value bytes in the appendage.
JsonFault take_tag(const wire::ouch::TagInfo& info, const JsonValue& value,
                   std::span<std::byte> out);

}  // namespace wirebook::node
