// What a slot will need, asked of memory while others are dealt with.
//
// An order that is changed costs half a dozen lines, each of which is known only from the one
// before: the number's place, its block, the order, its level and its neighbours. Four hints, some
// slots apart, each find in the cache what the hint before has asked for. Where the books fit into
// the core's own cache one hint does: what it waits for is near. A hint changes nothing but the
// note of where an order was found; one that has gone stale brings a line in vain.
#include "match/engine_core.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::match {

/// Of channel 0, which nearly all orders have.
void EngineCore::expect_order(std::uint32_t session, std::uint32_t user_ref_num, Ahead ahead) {
  const std::uint64_t id = order_key(session, 0, user_ref_num);
  if (ahead == Ahead::far)
    return ids_.expect(id);
  std::uint32_t& block = found_in_[user_ref_num % found_in_.size()];
  if (ahead == Ahead::near || ahead == Ahead::once)
    block = ids_.block_of(id);
  if (ahead == Ahead::near)
    return ids_.expect_block(block);
  const std::uint32_t order = ids_.at(id, block);
  if (order == 0)
    return;
  if (ahead == Ahead::last)
    return book_.expect_around(order);
  prefetch_to_write(&book_.order(order));
  prefetch_to_write(&records_[order]);
}

void EngineCore::expect_book(const EnterBody& body, Ahead ahead) const {
  if (ahead == Ahead::once || body.symbol == last_symbol_)
    return;  // it is in the cache
  const std::uint16_t instrument = find_instrument(body.symbol);
  const bool buy = is_buy(body.side);
  if (ahead == Ahead::far)
    book_.expect_book(instrument);
  else if (ahead == Ahead::near)
    book_.expect_page(instrument, buy, body.price.raw);
  else if (ahead == Ahead::next)
    book_.expect_level(instrument, buy, body.price.raw);
  else
    book_.expect_tail(instrument, buy, body.price.raw);
}

void EngineCore::expect(const Slot& slot, Ahead ahead) {
  switch (slot.tail.kind) {
    case SlotKind::enter:
      return expect_book(slot.enter, ahead);
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
