// Which OUCH message or tag a line of JSON names, or a byte of the wire.
//
// Shapes: rows of the contract's tables. Threads: constants. Errors: null: there is none. Cost: a
// walk of a short table.
#pragma once

#include <algorithm>
#include <string_view>

#include "wirebook/slot.hpp"
#include "wirebook/wire/ouch50_fields.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

namespace wirebook::node {

/// The row whose `member` is `wanted`.
constexpr auto find_row(const auto& table, auto member, const auto& wanted) {
  const auto found = std::ranges::find(table, wanted, member);
  return found == table.end() ? nullptr : &*found;
}

constexpr auto find_inbound(std::string_view name) {
  return find_row(wire::ouch::inbound_messages, &wire::ouch::MessageInfo::name, name);
}
constexpr auto find_inbound(SlotKind kind) {
  return find_row(wire::ouch::inbound_messages, &wire::ouch::MessageInfo::type,
                  static_cast<char>(kind));
}
constexpr auto find_outbound(char type) {
  return find_row(wire::ouch::outbound_messages, &wire::ouch::MessageInfo::type, type);
}
constexpr auto find_tag(std::string_view name) {
  return find_row(wire::ouch::tag_table, &wire::ouch::TagInfo::name, name);
}

}  // namespace wirebook::node
