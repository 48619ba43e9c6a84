// What the events alone say of the orders and of the books, kept beside the engines as a check that
// no rule may break.
//
// Each order: what was entered is executed, cancelled or open, and nobody speaks of it when nothing
// is left. Each displayed book, built from what the market was told: first come, first served,
// never locked or crossed, and the engine's own summary shows the same.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>

#include "match/engine.hpp"
#include "tests/match/rig.hpp"

namespace wirebook::match {

class Ledger {
 public:
  /// Empty, or what the event breaks. `original` is the number that a `replaced` replaces.
  std::string see(const Event& event, std::uint32_t original) {
    if (std::string fault = see_order(event, original); !fault.empty())
      return fault;
    return see_market(event);
  }
  /// Empty, or what the engine's book has that was never told.
  [[nodiscard]] std::string compare(std::uint16_t locate, const BookSummary& book) const {
    const auto live = static_cast<std::uint64_t>(
        std::count_if(orders_.begin(), orders_.end(),
                      [&](const auto& order) { return order.second.instrument == locate; }));
    if (book.live_orders != live)
      return "live orders: " + std::to_string(book.live_orders) + " instead of " +
             std::to_string(live);
    if (book.bid && book.ask && book.bid->price >= book.ask->price)
      return "locked or crossed book";
    if (side(locate, true) != std::tuple(book.bid, book.bid_levels) ||
        side(locate, false) != std::tuple(book.ask, book.ask_levels))
      return "the market was told of another book";
    return {};
  }
  [[nodiscard]] std::uint64_t matched() const { return matched_; }

 private:
  struct Open {
    std::uint64_t order_ref;
    std::uint32_t open;
    std::uint16_t instrument;
  };
  struct Shown {
    std::uint32_t shares;
    std::uint16_t instrument;
    bool buys;
    Price price;
  };
  using Owner = std::tuple<std::uint32_t, std::uint8_t, std::uint32_t>;
  using Queue = std::deque<std::uint64_t>;  ///< references, the oldest first

  static Owner owner_of(const Event& event) {
    return {event.session, event.tail.user_ref_idx, event.user_ref_num};
  }

  // ── Orders ────────────────────────────────────────────────────────────────────────────────────

  std::string see_order(const Event& event, std::uint32_t original) {
    switch (event.tail.kind) {
      case EventKind::replaced:
        if (orders_.erase({event.session, event.tail.user_ref_idx, original}) != 1)
          return "a replace of nothing";
        [[fallthrough]];
      case EventKind::accepted:
        if (event.tail.state == 'L')
          orders_[owner_of(event)] = {event.order_ref, event.quantity.raw, event.instrument};
        return see_new(event);
      case EventKind::restated:
        if (!orders_.contains(owner_of(event)))
          return "restated, but not live";
        orders_[owner_of(event)].order_ref = event.order_ref;
        return see_new(event);
      case EventKind::priority_update: {
        const auto order = orders_.find(owner_of(event));
        if (order == orders_.end())
          return "a new priority of an order that is not live";
        return renumber(order->second, event.order_ref);
      }
      case EventKind::executed:
        if (event.tail.code == 'R' && event.match_number != ++matched_)
          return "match number is not dense";
        return take(event, event.quantity.raw);
      case EventKind::canceled:
      case EventKind::aiq_canceled:
        return take(event, event.quantity.raw);
      case EventKind::modified: {
        const auto order = orders_.find(owner_of(event));
        if (order == orders_.end() || order->second.open < event.quantity.raw)
          return "modified to more than there is";
        order->second.open = event.quantity.raw;
        return {};
      }
      default:
        return {};
    }
  }
  std::string see_new(const Event& event) {
    if (event.order_ref <= order_refs_)
      return "order references do not ascend";
    order_refs_ = event.order_ref;
    return {};
  }
  /// A peg that is repriced has a new reference, and a hidden one says nothing of it.
  std::string renumber(Open& order, std::uint64_t order_ref) {
    if (order_ref < order.order_ref)
      return "an order goes back to an old reference";
    order.order_ref = order_ref;
    order_refs_ = std::max(order_refs_, order_ref);
    return {};
  }
  std::string take(const Event& event, std::uint32_t shares) {
    const auto order = orders_.find(owner_of(event));
    if (order == orders_.end())
      return "an order that is not live";
    if (event.order_ref != order->second.order_ref && shown_.contains(order->second.order_ref))
      return "a displayed order has a new reference, and nobody was told";
    if (std::string fault = renumber(order->second, event.order_ref); !fault.empty())
      return fault;
    if (shares == 0 || shares > order->second.open)
      return "more shares than there were, or none";
    if ((order->second.open -= shares) == 0)
      orders_.erase(order);
    return {};
  }

  // ── The displayed books ───────────────────────────────────────────────────────────────────────

  std::string see_market(const Event& event) {
    const bool by_replace = event.tail.kind == EventKind::replaced;
    switch (event.tail.market) {
      case 'A':
      case 'F':
        return add(event.order_ref, {.shares = event.market_quantity.raw,
                                     .instrument = event.instrument,
                                     .buys = event.tail.side == 'B',
                                     .price = event.price});
      case 'U': {
        const auto old = shown_.find(event.orig_order_ref);
        if (old == shown_.end())
          return "the market is told to replace what it does not know";
        Shown shown = old->second;
        hide(event.orig_order_ref);
        shown.shares = event.market_quantity.raw;
        shown.price = event.price;
        return add(event.order_ref, shown);
      }
      case 'E':
        if (const auto found = shown_.find(event.order_ref);
            found == shown_.end() || queue_of(found->second).front() != event.order_ref)
          return "not first come, first served";
        return lose(event.order_ref, event.market_quantity.raw);
      case 'X':
        return lose(event.order_ref, event.market_quantity.raw);
      case 'D':
        return hide(by_replace ? event.orig_order_ref : event.order_ref)
                   ? std::string()
                   : "the market is told to delete what it does not know";
      default:
        return {};
    }
  }
  Queue& queue_of(const Shown& shown) {
    return queues_[{shown.instrument, shown.buys, shown.price.raw}];
  }
  std::string add(std::uint64_t ref, const Shown& shown) {
    if (shown.shares == 0 || !shown_.emplace(ref, shown).second)
      return "the market is told of an order of no shares, or twice";
    queue_of(shown).push_back(ref);
    return {};
  }
  std::string lose(std::uint64_t ref, std::uint32_t shares) {
    const auto found = shown_.find(ref);
    if (found == shown_.end() || shares == 0 || shares > found->second.shares)
      return "the market never saw so many shares";
    if ((found->second.shares -= shares) == 0)
      hide(ref);
    return {};
  }
  bool hide(std::uint64_t ref) {
    const auto found = shown_.find(ref);
    if (found == shown_.end())
      return false;
    Queue& queue = queue_of(found->second);
    queue.erase(std::find(queue.begin(), queue.end(), ref));
    if (queue.empty())
      queues_.erase({found->second.instrument, found->second.buys, found->second.price.raw});
    shown_.erase(found);
    return true;
  }
  [[nodiscard]] std::tuple<std::optional<LevelSummary>, std::uint32_t> side(std::uint16_t locate,
                                                                            bool buys) const {
    const auto first = queues_.lower_bound({locate, buys, 0});
    const auto last = queues_.upper_bound({locate, buys, ~0U});
    if (first == last)
      return {std::nullopt, 0};
    const auto& [level, queue] = buys ? *std::prev(last) : *first;
    LevelSummary best{.price = {std::get<2>(level)},
                      .quantity = 0,
                      .orders = static_cast<std::uint32_t>(queue.size())};
    for (const std::uint64_t ref : queue)
      best.quantity += shown_.at(ref).shares;
    return {best, static_cast<std::uint32_t>(std::distance(first, last))};
  }

  std::uint64_t order_refs_ = 0;
  std::uint64_t matched_ = 0;
  std::map<Owner, Open> orders_;
  std::map<std::uint64_t, Shown> shown_;
  std::map<std::tuple<std::uint16_t, bool, std::uint32_t>, Queue> queues_;
};

}  // namespace wirebook::match
