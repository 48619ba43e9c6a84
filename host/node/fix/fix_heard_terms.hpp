// An order's terms as OUCH tells them, as FIX has them.
//
// Shapes: `A` and `U`, and their appendages. Threads: any. Errors: a tag that order entry by FIX
// cannot set is passed over. Cost: a pass over the appendage. Specification: README.md here.
#pragma once

#include <cstdint>

#include "node/fix/fix_orders.hpp"
#include "node/fix/fix_values.hpp"
#include "wire_out/ouch_decoder.hpp"

namespace wirebook::fix {

/// The tags that order entry by FIX may set, and the channel.
struct OuchTags {
  std::uint32_t min_qty = 0;
  std::uint32_t max_floor = 0;
  std::uint32_t expire_seconds = 0;
  std::uint32_t channel = 0;
  std::int32_t peg_offset = 0;
  char price_type = 'L';
  char post_only = 'N';
  bool special = false;
};

[[nodiscard]] OuchTags read_ouch_tags(const wire_out::OuchMessage& message);

/// What `A` and `U` both have.
template <class Wire>
void take_terms(Order& order, const Wire& message, const OuchTags& tags, std::int64_t time_ns) {
  order.side = message.side;
  order.symbol = message.symbol;
  const std::uint64_t price = message.price;
  order.price = price <= price_unrepresentable.raw ? Price{static_cast<std::uint32_t>(price)}
                                                   : price_unrepresentable;
  order.time_in_force = message.time_in_force;
  order.display = message.display;
  order.capacity = message.capacity;
  order.min_qty = tags.min_qty;
  order.max_floor = tags.max_floor;
  order.price_type = tags.price_type;
  order.post_only = tags.post_only == 'P';
  order.special = order.special || tags.special;
  order.fill_or_kill =
      message.time_in_force == '3' && tags.min_qty != 0 && tags.min_qty == message.quantity;
  order.expire_ns = 0;
  if (message.time_in_force == '6')
    order.expire_ns = time_ns + tags.expire_seconds * ns_a_second;
}

}  // namespace wirebook::fix
