// Orders that are live: in the book, in the index, in the list of their session.
#include "match/engine_core.hpp"

namespace wirebook::match {

std::uint64_t EngineCore::order_key(const OrderNode& node) {
  return std::uint64_t{node.session} << 40 | std::uint64_t{node.user_ref_idx} << 32 |
         node.user_ref_num;
}

std::uint32_t EngineCore::find_order(std::uint32_t session, std::uint8_t channel,
                                     std::uint32_t user_ref_num) const {
  return index_.find(std::uint64_t{session} << 40 | std::uint64_t{channel} << 32 | user_ref_num);
}

/// The order is the youngest of its level and of its session.
void EngineCore::rest(std::uint32_t order) {
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  enter_book(order);
  index_.insert(order_key(node), order);
  record.salt = order_salt(order);
  state_sum_ += order_term(order);
  open_exposure(order);
  link_to_session(order);
}

void EngineCore::leave(std::uint32_t order) {
  state_sum_ -= order_term(order);
  close_exposure(order);
  leave_book(order);
  index_.erase(order_key(book_.order(order)));
  unlink_from_session(order);
}

/// Behind all others of its session: it has the youngest reference. If it expires, that is where
/// it stands in the heap too.
void EngineCore::link_to_session(std::uint32_t order) {
  OrderRecord& record = records_[order];
  Session& session = sessions_[book_.order(order).session];
  if (record.extra != 0)
    await_expiry(order);
  record.session_next = 0;
  record.session_prev = session.last_order;
  (session.last_order == 0 ? session.first_order : records_[session.last_order].session_next) =
      order;
  session.last_order = order;
}

void EngineCore::unlink_from_session(std::uint32_t order) {
  const OrderRecord& record = records_[order];
  Session& session = sessions_[book_.order(order).session];
  if (record.extra != 0)
    expiries_.erase(record.extra);
  (record.session_prev == 0 ? session.first_order : records_[record.session_prev].session_next) =
      record.session_next;
  (record.session_next == 0 ? session.last_order : records_[record.session_next].session_prev) =
      record.session_prev;
}

}  // namespace wirebook::match
