// What a slot will need, asked of memory while others are dealt with.
//
// An order that is changed costs half a dozen lines, each of which is known only from the one
// before: the number's place, the order, its level and its neighbours. Three hints, some slots
// apart, each find in the cache what the hint before has asked for. Where the books fit into the
// core's own cache the middle one does alone: what it waits for is short. A hint changes nothing
// but the note of where an order was found; one that has gone stale brings a line in vain.
#include "match/engine_core.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::match {

/// Of channel 0, which nearly all orders have.
void EngineCore::expect_order(std::uint32_t session, std::uint32_t user_ref_num, Ahead ahead) {
  const std::uint64_t id = order_key(session, 0, user_ref_num);
  if (ahead == Ahead::far)
    return ids_.expect(id);
  std::uint32_t& block = found_in_[user_ref_num % found_in_.size()];
  if (ahead == Ahead::near)
    block = ids_.block_of(id);
  const std::uint32_t order = ids_.at(id, block);
  if (order == 0)
    return;
  if (ahead == Ahead::near) {
    prefetch_to_write(&book_.order(order));
    prefetch_to_write(&records_[order]);
  } else {
    book_.expect_around(order);
  }
}

void EngineCore::expect_book(const EnterBody& body, Ahead ahead) const {
  const std::uint16_t instrument =
      body.symbol == last_symbol_ ? last_locate_ : find_instrument(body.symbol);
  if (ahead == Ahead::near)
    book_.expect_book(instrument);
  else
    book_.expect_level(instrument, is_buy(body.side), body.price.raw);
}

void EngineCore::expect(const Slot& slot, Ahead ahead) {
  switch (slot.tail.kind) {
    case SlotKind::enter:
      if (ahead != Ahead::far)
        expect_book(slot.enter, ahead);
      return;
    case SlotKind::replace:
      return expect_order(slot.replace.session, slot.replace.orig_user_ref_num, ahead);
    case SlotKind::cancel:
    case SlotKind::modify:
      return expect_order(slot.reduce.session, slot.reduce.user_ref_num, ahead);
    default:
      return;
  }
}

}  // namespace wirebook::match
