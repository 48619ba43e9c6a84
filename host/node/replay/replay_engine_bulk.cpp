// Order entry whose slots a device writes, with what is listed at first sight in between.
//
// The device has written a batch as if nothing had to be listed. Where something has to be, its
// slots come before those of the message that names it: messages behind it move, and the device
// writes them again. A batch is written twice at most, and most are written once.
#include <set>

#include "wirebook/assert.hpp"

#include "node/replay/replay_engine.hpp"

namespace wirebook::node {

card::BulkRing EngineReplay::bulk_ring() const {
  return {.memory = {slots_.memory().data(), slots_.slots() * sizeof(Slot)},
          .epoch = slots_.start().epoch};
}

bool EngineReplay::make_room(card::BulkList& list) {
  rooms_.clear();
  if (!list_at_first_sight_)
    return false;
  const std::uint64_t first = sequence();
  std::set<Symbol> symbols;  // of this batch, which the engine does not know yet
  std::uint32_t moved = 0;
  for (card::BulkMessage& message : list.messages()) {
    const Slot& head = slot_at(first + message.slot);
    Room room{.session = is_new_session(head.enter.session)};
    if (room.session)
      session_seen_[head.enter.session] = true;
    if (head.tail.kind == SlotKind::enter && is_new_symbol(head.enter.symbol) &&
        symbols_.size() + symbols.size() <= instruments_max)
      room.symbol = symbols.insert(head.enter.symbol).second;
    moved += room.slots();
    message.slot += moved;
    room.slot = message.slot;
    if (room.slots() != 0)
      rooms_.push_back(room);
  }
  list.add_room(moved);
  return moved != 0;
}

void EngineReplay::take(card::BulkList& list) {
  WIREBOOK_ASSERT(slot_writer_.has_credit(list.slots()));
  const std::uint64_t first = sequence();
  for (const Room& room : rooms_) {
    const Slot& head = slot_at(first + room.slot);
    slot_writer_.adopt(first + room.slot - room.slots() - sequence());
    if (room.session)
      define_session(head.enter.session, Firm::from(""), true, head.time_ns);
    if (room.symbol)
      define_instrument(head.enter.symbol, InstrumentConfig{}.round_lot, 'T', head.time_ns);
  }
  slot_writer_.adopt(first + list.slots() - sequence());
  rooms_.clear();
}

}  // namespace wirebook::node
