// Feed slots at random: few references, prices and locates, so that they meet; some that no feed
// makes.
//
// Shapes: slots as wire_in would write them. Threads: one. The same seed draws the same slots.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "match/capacity.hpp"

namespace wirebook::match {

/// Of a follower that they fill.
inline constexpr Capacity few_orders{.orders = 200, .sessions = 1, .instruments = 4};

inline Slot random_feed_slot(std::mt19937_64& random) {
  const auto pick = [&](std::uint64_t n) { return random() % n; };
  Slot slot{};
  const auto ref = [&] { return 1 + pick(300); };
  const FeedHead head{.instrument = static_cast<std::uint16_t>(pick(40) == 0 ? 9 : pick(5))};
  const Quantity quantity{static_cast<std::uint32_t>(pick(20) == 0 ? 0 : pick(200))};
  const Price price{pick(10) == 0 ? static_cast<std::uint32_t>(random())
                                  : 1'0000 + static_cast<std::uint32_t>(pick(40)) * 100};
  const char type = "AAAAFEECXXDDUUPQRS"[pick(18)];
  slot.tail.kind = feed_kind(type);
  if (type == 'A' || type == 'F')
    slot.feed_add = {.head = head,
                     .order_ref = ref(),
                     .symbol = Symbol::from("SYM"),
                     .quantity = quantity,
                     .price = price,
                     .side = "BS"[pick(2)]};
  else if (type == 'E' || type == 'C')
    slot.feed_execute = {
        .head = head, .order_ref = ref(), .quantity = quantity, .printable = "YN"[pick(2)]};
  else if (type == 'X' || type == 'D' || type == 'U')
    slot.feed_change = {.head = head,
                        .order_ref = ref(),
                        .new_order_ref = ref(),
                        .quantity = quantity,
                        .price = price};
  else
    slot.feed_verbatim = {.head = head};
  if (type == 'R' && pick(2) == 0) {
    const Symbol symbol = Symbol::from(pick(2) == 0 ? "DIR" : "OTHER");
    std::memcpy(slot.feed_verbatim.bytes.data(), &symbol, sizeof symbol);
  }
  if (pick(100) == 0)
    slot.tail.kind = "\x0A\x0B\x4F"[pick(3)] == 0x0A ? SlotKind::gap : SlotKind::enter;
  return slot;
}

}  // namespace wirebook::match
