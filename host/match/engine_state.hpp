// What the engine knows between two slots, and what can be read off it: tables, counts, the sum of
// their digest terms. The rules that change it are engine_core.hpp's.
//
// Shapes: an order is an index; its node lies in the book, its record, tags and extra in tables
// beside it. Threads: the engine's. Errors: the constructor may throw std::bad_alloc.
// Cost: memory for the capacity is reserved at the start, and follows the live orders: SPEED.md.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "match/book/book.hpp"
#include "match/book/order_ids.hpp"
#include "match/book/session_lists.hpp"
#include "match/capacity.hpp"
#include "match/engine_counters.hpp"
#include "match/engine_records.hpp"
#include "match/memory/key_table.hpp"
#include "match/rules/expiry_heap.hpp"
#include "match/rules/limit_table.hpp"
#include "match/rules/tags.hpp"
#include "match/state/state_digest.hpp"

namespace wirebook::match {

class EngineState {
 public:
  [[nodiscard]] const Capacity& capacity() const { return capacity_; }
  [[nodiscard]] GrowthList growths();
  [[nodiscard]] const EngineCounters& counters() const { return counters_; }
  [[nodiscard]] std::uint32_t live_orders() const { return book_.in_use(); }
  [[nodiscard]] BookSummary book(std::uint16_t instrument) const {
    return book_.summary(instrument);
  }
  [[nodiscard]] LevelSummary level(std::uint16_t instrument, bool buy, Price price) const {
    return book_.level_at(instrument, buy, price);
  }
  /// 0 where there is none.
  [[nodiscard]] std::uint16_t find_instrument(Symbol symbol) const {
    return static_cast<std::uint16_t>(symbols_.find(symbol_key(symbol)));
  }
  [[nodiscard]] std::uint16_t instrument_count() const { return instrument_count_; }
  [[nodiscard]] std::uint64_t digest() const {
    return digest::finish(state_sum_ + trade_sum_ + limits_.digest_sum(), scalars(), counters_);
  }
  [[nodiscard]] bool is_fresh() const {
    return state_sum_ == 0 && limits_.digest_sum() == 0 && time_ns_.raw == 0 &&
           counters_ == EngineCounters{};
  }

 protected:
  explicit EngineState(const Capacity& capacity);

  // Orders by their number.
  [[nodiscard]] static std::uint64_t order_key(std::uint32_t session, std::uint8_t channel,
                                               std::uint32_t user_ref_num) {
    return std::uint64_t{session} << 40 | std::uint64_t{channel} << 32 | user_ref_num;
  }
  [[nodiscard]] static std::uint64_t order_key(const OrderNode& node) {
    return order_key(node.session, node.user_ref_idx, node.user_ref_num);
  }
  [[nodiscard]] std::uint32_t find_order(std::uint32_t session, std::uint8_t channel,
                                         std::uint32_t user_ref_num) const {
    return ids_.find(order_key(session, channel, user_ref_num));
  }
  [[nodiscard]] std::uint32_t& last_number(std::uint32_t session, std::uint8_t channel) {
    return last_numbers_[std::size_t{session} * channels + channel];
  }
  /// Of a session's orders, in ascending order reference; 0: none.
  [[nodiscard]] std::uint32_t first_order(const Session& session) const {
    return lists_.first(session.orders, [this](std::uint32_t i) { return records_[i].list_place; });
  }
  [[nodiscard]] std::uint32_t next_order(std::uint32_t order) const {
    return lists_.next(records_[order].list_place,
                       [this](std::uint32_t i) { return records_[i].list_place; });
  }

  // What is kept beside an order.
  [[nodiscard]] const KeptTags& tags_of(std::uint32_t order) const {
    static constexpr KeptTags none{};
    return records_[order].has_tags != 0 ? kept_tags_[order] : none;
  }
  void keep_tags(std::uint32_t order, const KeptTags& tags) {
    records_[order].has_tags = tags.bytes_used != 0 ? 1 : 0;
    if (tags.bytes_used != 0)
      kept_tags_[order] = tags;
  }
  [[nodiscard]] OrderTerms terms_of(std::uint32_t order) const {
    return records_[order].extra == 0 ? OrderTerms{} : special(order).terms;
  }
  [[nodiscard]] SpecialOrder& special(std::uint32_t order) {
    return extras_[records_[order].extra].special;
  }
  [[nodiscard]] const SpecialOrder& special(std::uint32_t order) const {
    return extras_[records_[order].extra].special;
  }
  [[nodiscard]] OrderExtra& extra_of(std::uint32_t order) { return extras_[records_[order].extra]; }
  /// All of a live order's shares, those in reserve too.
  [[nodiscard]] std::uint32_t open_shares(std::uint32_t order) const {
    const OrderNode& node = book_.order(order);
    return node.special == 0 ? node.open : node.open + special(order).reserve;
  }
  /// What an order that comes to rest lets the market see.
  [[nodiscard]] std::uint32_t shown_shares(std::uint32_t order) const {
    const OrderNode& node = book_.order(order);
    const std::uint32_t floor = node.special == 0 ? 0 : special(order).terms.max_floor;
    return floor == 0 ? node.open : std::min(node.open, floor);
  }
  /// What an incoming order must bring to trade with a resting one.
  [[nodiscard]] std::uint32_t minimum_of(std::uint32_t resting) const {
    const OrderNode& node = book_.order(resting);
    return node.special == 0 ? 0 : std::min(special(resting).terms.min_qty, node.open);
  }

  // The digest: every change of a thing takes its old term off `state_sum_` and adds the new one.
  [[nodiscard]] digest::Scalars scalars() const;
  [[nodiscard]] std::uint64_t order_salt(std::uint32_t order) const;  // engine_inline.hpp
  [[nodiscard]] std::uint64_t special_salt(std::uint32_t order, std::uint64_t salt) const;
  [[nodiscard]] std::uint64_t order_term(std::uint32_t order) const {
    const OrderNode& node = book_.order(order);
    return digest::order(records_[order].salt, node.open, node.executed);
  }
  [[nodiscard]] std::uint64_t session_term(std::uint32_t number) const;
  [[nodiscard]] std::uint64_t instrument_term(std::uint16_t locate) const {
    return digest::instrument(locate, instruments_[locate].symbol,
                              instruments_[locate].trading_state);
  }
  [[nodiscard]] static std::uint64_t trade_term(const Trade& trade);

  [[nodiscard]] static std::uint64_t symbol_key(Symbol symbol) {
    return std::bit_cast<std::uint64_t>(symbol);
  }

  static constexpr std::size_t channels = 256;
  static constexpr std::uint64_t count_mask = 0xFFFF'FFFF'FFFF;  ///< beside the shard

  Capacity capacity_;
  std::uint64_t shard_bits_;
  Book book_;
  Table<OrderRecord> records_;
  Table<KeptTags> kept_tags_;
  Growth extra_growth_;
  Table<OrderExtra> extras_;
  IndexPool extra_pool_;
  ExpiryHeap expiries_;  ///< by `OrderRecord::extra`
  OrderIds ids_;
  SessionLists lists_;
  KeyTable symbols_;
  Table<Session> sessions_;
  Table<std::uint32_t> last_numbers_;
  Table<Instrument> instruments_;
  Growth trade_growth_;
  Front trade_front_;
  Table<Trade> trades_;
  std::size_t trade_at_ = 0;  ///< of the youngest
  Table<Followed> followed_;
  LimitTable limits_;
  std::vector<Firm> killed_firms_;

  TimeNs time_ns_{};
  std::uint64_t order_count_ = 0;
  std::uint64_t trade_count_ = 0;
  std::uint64_t reserve_seed_ = 0;
  std::uint16_t instrument_count_ = 0;
  Day day_{};
  EngineCounters counters_{};
  std::uint64_t state_sum_ = 0;  ///< digest terms of all but the trades
  std::uint64_t trade_sum_ = 0;  ///< of every trade there was
};

}  // namespace wirebook::match
