// The name of a slot's kind and of the field that a byte belongs to: for slots that differ.
//
// Shapes: a table a body, from the structs' own offsets; where ITCH rides verbatim, its fields.
// Threads: constants. Errors: a kind that nobody knows has a body of "body". Cost: for what has
// gone wrong only. Specification: include/wirebook/slot.hpp.
#pragma once

#include <string>

#include "wirebook/slot.hpp"

#include "hw-sim/harness/itch_fields.hpp"
#include "wire_in/itch_parser.hpp"

namespace wirebook::hw_sim {

/// The fields of bytes 8 to 55 where the kind has a body of its own; else none.
inline std::span<const Field> body_fields(SlotKind kind) {
  static constexpr std::array order{
      Field{offsetof(Slot, enter.instrument), "instrument"},
      Field{offsetof(Slot, enter.appendage_bytes), "appendage_bytes"},
      Field{offsetof(Slot, enter.reserved), "reserved"},
      Field{offsetof(Slot, enter.session), "session"},
      Field{offsetof(Slot, enter.symbol), "symbol"},
      Field{offsetof(Slot, enter.user_ref_num), "user_ref_num"},
      Field{offsetof(Slot, enter.quantity), "quantity"},
      Field{offsetof(Slot, enter.price), "price"},
      Field{offsetof(Slot, enter.cl_ord_id), "cl_ord_id"},
      Field{offsetof(Slot, enter.side), "side"},
      Field{offsetof(Slot, enter.time_in_force), "time_in_force"},
      Field{offsetof(Slot, enter.display), "display"},
      Field{offsetof(Slot, enter.capacity), "capacity"},
      Field{offsetof(Slot, enter.iso), "iso"},
      Field{offsetof(Slot, enter.cross_type), "cross_type"},
  };
  static constexpr std::array replace{
      Field{offsetof(Slot, replace.instrument), "instrument"},
      Field{offsetof(Slot, replace.appendage_bytes), "appendage_bytes"},
      Field{offsetof(Slot, replace.reserved), "reserved"},
      Field{offsetof(Slot, replace.session), "session"},
      Field{offsetof(Slot, replace.orig_user_ref_num), "orig_user_ref_num"},
      Field{offsetof(Slot, replace.reserved_symbol), "reserved"},
      Field{offsetof(Slot, replace.user_ref_num), "user_ref_num"},
      Field{offsetof(Slot, replace.quantity), "quantity"},
      Field{offsetof(Slot, replace.price), "price"},
      Field{offsetof(Slot, replace.cl_ord_id), "cl_ord_id"},
      Field{offsetof(Slot, replace.reserved_side), "reserved"},
      Field{offsetof(Slot, replace.time_in_force), "time_in_force"},
      Field{offsetof(Slot, replace.display), "display"},
      Field{offsetof(Slot, replace.reserved_capacity), "reserved"},
      Field{offsetof(Slot, replace.iso), "iso"},
      Field{offsetof(Slot, replace.reserved_cross_type), "reserved"},
  };
  static constexpr std::array reduce{
      Field{offsetof(Slot, reduce.instrument), "instrument"},
      Field{offsetof(Slot, reduce.appendage_bytes), "appendage_bytes"},
      Field{offsetof(Slot, reduce.reserved), "reserved"},
      Field{offsetof(Slot, reduce.session), "session"},
      Field{offsetof(Slot, reduce.reserved_symbol), "reserved"},
      Field{offsetof(Slot, reduce.user_ref_num), "user_ref_num"},
      Field{offsetof(Slot, reduce.quantity), "quantity"},
      Field{offsetof(Slot, reduce.reserved_price), "reserved"},
      Field{offsetof(Slot, reduce.side), "side"},
      Field{offsetof(Slot, reduce.reserved_flags), "reserved"},
  };
  static constexpr std::array account{
      Field{offsetof(Slot, account.instrument), "instrument"},
      Field{offsetof(Slot, account.appendage_bytes), "appendage_bytes"},
      Field{offsetof(Slot, account.reserved), "reserved"},
      Field{offsetof(Slot, account.session), "session"},
      Field{offsetof(Slot, account.symbol), "symbol"},
      Field{offsetof(Slot, account.user_ref_num), "user_ref_num"},
      Field{offsetof(Slot, account.firm), "firm"},
      Field{offsetof(Slot, account.reserved_tail), "reserved"},
  };
  static constexpr std::array extension{
      Field{offsetof(Slot, extension.appendage), "appendage"},
  };
  static constexpr std::array gap{
      Field{offsetof(Slot, gap.instrument), "instrument"},
      Field{offsetof(Slot, gap.cause), "cause"},
      Field{offsetof(Slot, gap.stream), "stream"},
      Field{offsetof(Slot, gap.reserved), "reserved"},
      Field{offsetof(Slot, gap.first_sequence), "first_sequence"},
      Field{offsetof(Slot, gap.count), "count"},
      Field{offsetof(Slot, gap.reserved_tail), "reserved"},
  };
  static constexpr std::array add{
      Field{offsetof(Slot, feed_add.order_ref), "order_ref"},
      Field{offsetof(Slot, feed_add.symbol), "symbol"},
      Field{offsetof(Slot, feed_add.quantity), "quantity"},
      Field{offsetof(Slot, feed_add.price), "price"},
      Field{offsetof(Slot, feed_add.attribution), "attribution"},
      Field{offsetof(Slot, feed_add.side), "side"},
      Field{offsetof(Slot, feed_add.reserved), "reserved"},
  };
  static constexpr std::array execute{
      Field{offsetof(Slot, feed_execute.order_ref), "order_ref"},
      Field{offsetof(Slot, feed_execute.match_number), "match_number"},
      Field{offsetof(Slot, feed_execute.quantity), "quantity"},
      Field{offsetof(Slot, feed_execute.price), "price"},
      Field{offsetof(Slot, feed_execute.printable), "printable"},
      Field{offsetof(Slot, feed_execute.reserved), "reserved"},
  };
  static constexpr std::array change{
      Field{offsetof(Slot, feed_change.order_ref), "order_ref"},
      Field{offsetof(Slot, feed_change.new_order_ref), "new_order_ref"},
      Field{offsetof(Slot, feed_change.quantity), "quantity"},
      Field{offsetof(Slot, feed_change.price), "price"},
      Field{offsetof(Slot, feed_change.reserved), "reserved"},
  };
  switch (is_feed(kind) ? itch_type(kind) : '\0') {
    case 'A':
    case 'F':
      return add;
    case 'E':
    case 'C':
      return execute;
    case 'X':
    case 'D':
    case 'U':
      return change;
    default:
      break;
  }
  switch (kind) {
    case SlotKind::enter:
      return order;
    case SlotKind::replace:
      return replace;
    case SlotKind::cancel:
    case SlotKind::modify:
      return reduce;
    case SlotKind::mass_cancel:
    case SlotKind::disable:
    case SlotKind::enable:
    case SlotKind::account_query:
      return account;
    case SlotKind::extension:
      return extension;
    case SlotKind::gap:
    case SlotKind::feed_end:
      return gap;
    default:
      return {};
  }
}

inline std::string_view name_at(std::span<const Field> fields, std::size_t byte,
                                std::string_view otherwise) {
  std::string_view name = otherwise;
  for (const Field& field : fields)
    if (field.first_byte <= byte)
      name = field.name;
  return name;
}

/// The field that a byte of a slot belongs to; bytes that the kind leaves zero are "reserved".
inline std::string_view field_at(SlotKind kind, std::size_t byte) {
  static constexpr std::array tail{
      Field{offsetof(Slot, tail.kind), "kind"},
      Field{offsetof(Slot, tail.extension_count), "extension_count"},
      Field{offsetof(Slot, tail.flags), "flags"},
      Field{offsetof(Slot, tail.reserved), "reserved"},
      Field{offsetof(Slot, tail.crc32c), "crc32c"},
  };
  static constexpr std::array feed_head{
      Field{offsetof(Slot, feed.instrument), "instrument"},
      Field{offsetof(Slot, feed.time_ns_high), "time_ns_high"},
      Field{offsetof(Slot, feed.time_ns_low), "time_ns_low"},
  };
  constexpr std::size_t body = offsetof(Slot, enter);
  constexpr std::size_t feed_body = body + sizeof(FeedHead);
  if (byte < body)
    return "time_ns";
  if (byte >= offsetof(Slot, tail))
    return name_at(tail, byte, "");
  if (is_feed(kind) && byte < feed_body)
    return name_at(feed_head, byte, "");
  const std::span<const Field> fields = body_fields(kind);
  if (!fields.empty() || !is_feed(kind))
    return name_at(fields, byte, "body");
  constexpr std::size_t message_offset = 11;  // of what rides verbatim
  const std::size_t message_byte = message_offset + byte - offsetof(Slot, feed_verbatim.bytes);
  const char type = itch_type(kind);
  const std::size_t end = wire_in::itch_message_bytes(type);
  return message_byte < end ? name_at(itch_fields(type), message_byte, "body") : "reserved";
}

/// "ITCH A", "OUCH O", or what the slot is without a message.
inline std::string kind_name(SlotKind kind) {
  if (is_feed(kind))
    return std::string("ITCH ") + itch_type(kind);
  if (is_order_entry(kind))
    return std::string("OUCH ") + static_cast<char>(kind);
  switch (kind) {
    case SlotKind::extension:
      return "extension";
    case SlotKind::gap:
      return "gap";
    case SlotKind::feed_end:
      return "feed_end";
    default:
      return "kind " + std::to_string(static_cast<unsigned>(kind));
  }
}

}  // namespace wirebook::hw_sim
