// What plain orders share: found, told of, put into the book and taken out of it.
//
// Shapes: see engine_core.hpp; included by what deals with plain orders. Threads, Errors: see
// there. Cost: all of it in place, in registers as far as it goes; an event leaves in two stores.
#pragma once

#include <bit>
#include <cstdint>

#include "match/engine_core.hpp"

namespace wirebook::match {

constexpr std::uint64_t pair(std::uint64_t low, std::uint64_t high) { return low | high << 32; }

/// As `EngineState::order_salt`, from what is still in registers: of an order of channel 0, not
/// post-only, without terms or tags.
[[gnu::always_inline]] inline std::uint64_t plain_salt(const OrderNode& node,
                                                       const OrderRecord& record) {
  const char* const text = record.cl_ord_id.text.data();
  return digest::salt(
      {.order_ref = record.order_ref,
       .place = node.session | std::uint64_t{node.instrument} << 16 |
                digest::byte(node.side) << 32 | std::uint64_t{node.displayed} << 40,
       .terms = pair(record.price, record.group) | digest::byte(record.capacity) << 48 |
                digest::byte(record.cross_type) << 56,
       .text_head = digest::byte(record.display) | digest::load(text) << 16,
       .text_tail = digest::load(text + 6),
       .owner = pair(node.user_ref_num, std::bit_cast<std::uint32_t>(record.firm))});
}

/// Of channel 0; the number is not stale.
[[gnu::always_inline]] inline void EngineCore::use_plain_number(std::uint32_t number,
                                                                Session& session,
                                                                std::uint32_t user_ref_num) {
  std::uint32_t& last = last_number(number, 0);
  state_sum_ += session.number_step * (std::uint64_t{user_ref_num} - last);
  last = user_ref_num;
}

/// The words as they lie in an event: time, cause, order reference; what bytes 24 to 31 are of its
/// kind; session and number, shares and price, the market's shares and the instrument.
[[gnu::always_inline]] inline void EngineCore::publish_plain(const EventWords& words,
                                                             EventTail tail) {
  budget_ -= 1U + tail.extension_count;
  writer_->publish(words, tail);
}

/// Of channel 0, where a hint has found it or anew. A stale note leads to another order or to none.
[[gnu::always_inline]] inline EngineCore::Found EngineCore::find_plain(
    std::uint32_t session, std::uint32_t user_ref_num) const {
  const std::uint64_t id = order_key(session, 0, user_ref_num);
  std::uint32_t block = found_in_[user_ref_num % found_in_.size()];
  std::uint32_t order = ids_.at(id, block);
  if (order_key(book_.order(order)) != id) [[unlikely]] {
    block = ids_.block_of(id);
    order = ids_.at(id, block);
  }
  return {.order = order, .block = block};
}

/// The order's node and record are written; the session knows it as its youngest.
[[gnu::always_inline]] inline void EngineCore::rest_plain(std::uint32_t order, Session& session,
                                                          std::uint64_t salt) {
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  book_.add(order, record.price);
  ids_.insert(order_key(node), order, session.recent);
  record.salt = salt;
  state_sum_ += digest::order(salt, node.open, node.executed);
  open_exposure(order);
  record.list_place = lists_.push(session.orders, order);
}

/// Out of the book, by its id's block.
[[gnu::always_inline]] inline void EngineCore::leave_plain(std::uint32_t order,
                                                           std::uint32_t block) {
  const OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  Session& session = sessions_[node.session];
  state_sum_ -= digest::order(record.salt, node.open, node.executed);
  close_exposure(order);
  ids_.erase(order_key(node), session.recent, block);
  lists_.erase(session.orders, record.list_place);
  record.list_place = 0;
  book_.remove(order);
}

}  // namespace wirebook::match
