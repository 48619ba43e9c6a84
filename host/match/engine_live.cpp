// Orders that are live: in the book, in the index, in the list of their session.
#include "match/engine_core.hpp"

namespace wirebook::match {

/// The order is the youngest of its level and of its session.
void EngineCore::rest(std::uint32_t order) {
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  enter_book(order);
  ids_.insert(order_key(node), order, sessions_[node.session].recent);
  record.salt = order_salt(order);
  state_sum_ += order_term(order);
  open_exposure(order);
  link_to_session(order);
}

void EngineCore::leave(std::uint32_t order) {
  state_sum_ -= order_term(order);
  close_exposure(order);
  leave_book(order);
  const OrderNode& node = book_.order(order);
  ids_.erase(order_key(node), sessions_[node.session].recent);
  unlink_from_session(order);
}

/// Behind all others of its session: it has the youngest reference. If it expires, that is where
/// it stands in the heap too.
void EngineCore::link_to_session(std::uint32_t order) {
  OrderRecord& record = records_[order];
  if (record.extra != 0)
    await_expiry(order);
  record.list_place = lists_.push(sessions_[book_.order(order).session].orders, order);
}

void EngineCore::unlink_from_session(std::uint32_t order) {
  OrderRecord& record = records_[order];
  if (record.extra != 0)
    expiries_.erase(record.extra);
  lists_.erase(sessions_[book_.order(order).session].orders, record.list_place);
  record.list_place = 0;
}

// ── Sessions and numbers ────────────────────────────────────────────────────────────────────────

Session* EngineCore::find_session(std::uint32_t session) {
  if (session != 0 && session < sessions_.size() && sessions_[session].is_known != 0)
    return &sessions_[session];
  ++counters_.unknown_session;
  return nullptr;
}

bool EngineCore::consume(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num) {
  if (user_ref_num <= last_number(session, channel)) {
    ++counters_.stale_user_ref_num;
    return false;
  }
  use_number(session, channel, user_ref_num);
  return true;
}

}  // namespace wirebook::match
