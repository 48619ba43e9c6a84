// What a slot will need, asked of memory while others are dealt with.
//
// An order that is changed costs half a dozen lines, each of which is known only from the one
// before: the number's place, the order, its level and its neighbours. Three hints, some slots
// apart, each find in the cache what the hint before has asked for. They read, and never write:
// a hint that has gone stale brings a line that is not needed.
#include "match/engine_core.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::match {

/// Of channel 0, which nearly all orders have.
void EngineCore::expect_number(std::uint32_t session, std::uint32_t user_ref_num) const {
  ids_.expect(order_key(session, 0, user_ref_num));
}

void EngineCore::expect_order(std::uint32_t session, std::uint32_t user_ref_num,
                              Ahead ahead) const {
  if (ahead == Ahead::far)
    return expect_number(session, user_ref_num);
  const std::uint32_t order = find_order(session, 0, user_ref_num);
  if (order == 0)
    return;
  const OrderRecord& record = records_[order];
  if (ahead == Ahead::near) {
    prefetch(&book_.order(order));
    prefetch(&record);
    return;
  }
  book_.expect_around(order);
  lists_.expect(record.list_place);
}

void EngineCore::expect_book(const EnterBody& body, Ahead ahead) const {
  const std::uint16_t instrument = find_instrument(body.symbol);
  if (ahead == Ahead::near)
    book_.expect_book(instrument);
  else
    book_.expect_level(instrument, is_buy(body.side), body.price.raw);
}

void EngineCore::expect(const Slot& slot, Ahead ahead) const {
  switch (slot.tail.kind) {
    case SlotKind::enter:
      if (ahead == Ahead::far)
        return expect_number(slot.enter.session, slot.enter.user_ref_num);
      return expect_book(slot.enter, ahead);
    case SlotKind::replace:
      if (ahead == Ahead::far)
        expect_number(slot.replace.session, slot.replace.user_ref_num);
      return expect_order(slot.replace.session, slot.replace.orig_user_ref_num, ahead);
    case SlotKind::cancel:
    case SlotKind::modify:
      return expect_order(slot.reduce.session, slot.reduce.user_ref_num, ahead);
    default:
      return;
  }
}

}  // namespace wirebook::match
