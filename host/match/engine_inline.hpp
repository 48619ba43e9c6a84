// Of the engine's inside what every order passes through, for the compiler to put in place.
//
// Shapes, Threads, Errors: see engine_core.hpp, which includes this. Cost: an event is 64 bytes
// written where they lie; a salt is three multiplications of words as they lie.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "wirebook/assert.hpp"

#include "match/engine_core.hpp"

namespace wirebook::match {

/// As `find_instrument`, which the next Enter often need not ask.
inline std::uint16_t EngineCore::find_again(Symbol symbol) {
  if (symbol != last_symbol_ || last_locate_ == 0) {
    last_symbol_ = symbol;
    last_locate_ = find_instrument(symbol);
  }
  return last_locate_;
}

/// The number becomes the channel's last.
inline void EngineCore::use_number(std::uint32_t session, std::uint8_t channel,
                                   std::uint32_t user_ref_num) {
  std::uint32_t& last = last_number(session, channel);
  state_sum_ += digest::step_of(session, channel) * (std::uint64_t{user_ref_num} - last);
  last = user_ref_num;
}

// ── Orders ──────────────────────────────────────────────────────────────────────────────────────

inline void EngineCore::enter_book(std::uint32_t order) {
  if ((book_.order(order).special & special_price) != 0) [[unlikely]]
    rest_follower(order);
  else
    book_.add(order, records_[order].price);
}

inline void EngineCore::leave_book(std::uint32_t order) {
  if ((book_.order(order).special & special_price) != 0) [[unlikely]]
    leave_follower(order);
  else
    book_.remove(order);
}

/// Of an order that is in no book.
inline void EngineCore::discard(std::uint32_t order) {
  if (book_.order(order).special != 0)
    drop_extra(order);
  book_.give_back(order);
}

/// Shares go off an order that meets the other side.
inline void EngineCore::take(std::uint32_t order, std::uint32_t shares) {
  if (incoming_.origin == Origin::discretion) [[unlikely]]
    return take_resting(order, shares);
  OrderNode& node = book_.order(order);
  node.open -= shares;
  node.executed += shares;
}

/// Shares are taken off a plain order that rests.
inline void EngineCore::reduce(std::uint32_t order, std::uint32_t shares) {
  close_exposure(order);
  book_.reduce(order, shares);
  open_exposure(order);
  state_sum_ -= digest::removed(records_[order].salt, shares);
}

// Around each change of a live order's open shares: `close` before it, `open` behind it.
inline void EngineCore::open_exposure(std::uint32_t order) {
  if (limits_.counts_exposure())
    limits_.open(records_[order].firm, order_amount(order));
}

inline void EngineCore::close_exposure(std::uint32_t order) {
  if (limits_.counts_exposure())
    limits_.close(records_[order].firm, order_amount(order));
}

// ── Events ──────────────────────────────────────────────────────────────────────────────────────

// The tail is not touched: readers poll it, and `publish` stores it last.
inline Event& EngineCore::fresh(std::uint64_t ahead) {
  Event& event = writer_->at(ahead);
  std::memset(static_cast<void*>(&event), 0, offsetof(Event, tail));
  return event;
}

inline void EngineCore::publish(EventTail tail) {
  WIREBOOK_ASSERT(budget_ > tail.extension_count);
  Event& event = writer_->at();
  event.time_ns = time_ns_;
  event.cause_sequence = cause_sequence_;
  budget_ -= 1U + tail.extension_count;
  writer_->publish(tail);
}

inline void EngineCore::publish_owned(Event& event, std::uint32_t order, EventTail tail) {
  const OrderNode& node = book_.order(order);
  event.order_ref = records_[order].order_ref;
  event.session = node.session;
  event.user_ref_num = node.user_ref_num;
  event.instrument = node.instrument;
  tail.user_ref_idx = node.user_ref_idx;
  publish(tail);
}

// ── What is kept ────────────────────────────────────────────────────────────────────────────────

/// What `break_trade` will find, and the digest's term.
inline void EngineCore::note_trade(std::uint64_t number, std::uint32_t resting,
                                   std::uint32_t order) {
  const auto party = [this](std::uint32_t index) {
    const OrderNode& node = book_.order(index);
    return TradeParty{.order_ref = records_[index].order_ref,
                      .session = node.session,
                      .user_ref_num = node.user_ref_num,
                      .cl_ord_id = records_[index].cl_ord_id,
                      .user_ref_idx = node.user_ref_idx};
  };
  trade_front_.reach(trade_count_);
  if (++trade_at_ == trades_.size()) [[unlikely]]
    trade_at_ = 0;
  const Trade trade{.match_number = number,
                    .instrument = book_.order(order).instrument,
                    .resting = party(resting),
                    .incoming = party(order)};
  trades_[trade_at_] = trade;
  trade_sum_ += trade_term(trade);
}

// The words of digest::words_of, as they lie in the two halves of an order.
inline std::uint64_t EngineState::order_salt(std::uint32_t order) const {
  static_assert(offsetof(OrderNode, session) == 24 && offsetof(OrderNode, instrument) == 26 &&
                offsetof(OrderNode, side) == 28 && offsetof(OrderNode, displayed) == 29 &&
                offsetof(OrderNode, user_ref_idx) == 30 && offsetof(OrderNode, special) == 31);
  constexpr std::uint64_t place_mask = ~std::uint64_t{0} >> 8;  // all but `special`
  constexpr std::size_t price = offsetof(OrderRecord, price);
  constexpr std::size_t display = offsetof(OrderRecord, display);
  static_assert(offsetof(OrderRecord, group) == price + 4 &&
                offsetof(OrderRecord, capacity) == price + 6 &&
                offsetof(OrderRecord, cross_type) == price + 7);
  static_assert(offsetof(OrderRecord, post_only) == display + 1 &&
                offsetof(OrderRecord, cl_ord_id) == display + 2 &&
                offsetof(OrderRecord, firm) == display + 16);
  const OrderNode& node = book_.order(order);
  const OrderRecord& record = records_[order];
  const auto* const node_bytes = reinterpret_cast<const std::byte*>(&node);
  const auto* const bytes = reinterpret_cast<const std::byte*>(&record);
  const std::uint64_t plain = digest::salt(
      {.order_ref = record.order_ref,
       .place = digest::load(node_bytes + offsetof(OrderNode, session)) & place_mask,
       .terms = digest::load(bytes + price),
       .text_head = digest::load(bytes + display),
       .text_tail = digest::load(bytes + display + 8),
       .owner = node.user_ref_num | std::uint64_t{std::bit_cast<std::uint32_t>(record.firm)} << 32},
      tags_of(order));
  return node.special == 0 ? plain : special_salt(order, plain);
}

}  // namespace wirebook::match
