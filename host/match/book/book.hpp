// The books of all instruments: resting orders in price-time priority.
//
// Shapes: an order is the index of a 32-byte node; a level is the FIFO of its orders; a side is a
// ladder of levels. The same structure serves the engine and the follower of a feed, where books
// may be locked or crossed. Threads: one at a time. Errors: `take` gives 0 when all orders are out.
// Cost: constant for add, remove and reduce; see ladder.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "wirebook/assert.hpp"

#include "match/book/book_summary.hpp"
#include "match/book/changed_books.hpp"
#include "match/book/instrument_set.hpp"
#include "match/book/ladder.hpp"
#include "match/book/order.hpp"
#include "match/memory/growth.hpp"
#include "match/memory/index_pool.hpp"
#include "match/memory/table.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::match {

class Book {
 public:
  /// Instruments are numbered from 0 to `instruments`; memory is ready for `start` of the orders.
  Book(std::uint32_t orders, std::uint32_t instruments, std::uint32_t start = ~0U);

  /// A node that is in no level yet, 0 if there is none left.
  [[nodiscard]] std::uint32_t take() { return pool_.take(); }
  void give_back(std::uint32_t order) { pool_.give_back(order); }
  /// Of what is kept an order: tables beside the nodes may follow it too.
  [[nodiscard]] Growth& growth() { return growth_; }
  void list(GrowthList& growths) {
    growths.push_back(&growth_);
    ladder_.list(growths);
  }
  [[nodiscard]] std::uint32_t in_use() const { return pool_.in_use(); }

  [[nodiscard]] OrderNode& order(std::uint32_t index) { return orders_[index]; }
  [[nodiscard]] const OrderNode& order(std::uint32_t index) const { return orders_[index]; }
  [[nodiscard]] const Level& level(std::uint32_t index) const { return ladder_.level(index); }
  /// 0 if the side is empty. Hidden orders count.
  [[nodiscard]] std::uint32_t best_level(std::uint16_t instrument, bool buy) const {
    return side(instrument, buy).best_level;
  }
  /// The level behind one, away from the best price; 0 behind the last. Hidden orders count.
  [[nodiscard]] std::uint32_t next_level(std::uint16_t instrument, bool buy,
                                         std::uint32_t level) const {
    return ladder_.next_live(side(instrument, buy), level);
  }
  /// The same of what the market sees; `level` 0 gives the best.
  [[nodiscard]] std::uint32_t next_displayed(std::uint16_t instrument, bool buy,
                                             std::uint32_t level) const {
    const LadderSide& of = side(instrument, buy);
    return level == 0 ? ladder_.best_displayed(of) : ladder_.next_displayed(of, level);
  }

  /// Asks memory for the head of an instrument's book.
  void expect_book(std::uint16_t instrument) const {
    prefetch_to_write(&sides_[instrument].ladders);
    prefetch_to_write(&sides_[instrument].live_orders);
  }
  /// Asks memory for what leads to the level that an order will join, and for whom it may meet.
  void expect_page(std::uint16_t instrument, bool buy, std::uint32_t price) const {
    ladder_.expect_page(side(instrument, buy), price);
    prefetch(&ladder_.level(side(instrument, !buy).best_level));
  }
  /// Asks memory for the level that an order will join.
  void expect_level(std::uint16_t instrument, bool buy, std::uint32_t price) const {
    ladder_.expect(side(instrument, buy), price);
  }
  /// Asks memory for the order that one at this price will follow.
  void expect_tail(std::uint16_t instrument, bool buy, std::uint32_t price) const {
    const std::uint32_t level = ladder_.find_near(side(instrument, buy), price);
    prefetch_to_write(&orders_[ladder_.level(level).tail]);
  }
  /// Asks memory for what an order in the book is linked to.
  void expect_around(std::uint32_t order) const {
    const OrderNode& node = orders_[order];
    prefetch_to_write(&ladder_.level(node.level));
    prefetch_to_write(&orders_[node.prev]);
    prefetch_to_write(&orders_[node.next]);
    prefetch_to_write(&sides_[node.instrument].ladders);
    prefetch_to_write(&sides_[node.instrument].live_orders);
  }

  /// Whether an order that trades up to `price`, or down to it, finds somebody.
  [[nodiscard]] bool meets(std::uint16_t instrument, bool buy, std::uint32_t price) const {
    const LadderSide& contra = side(instrument, !buy);
    return contra.best_level != 0 &&
           (ladder_.level(contra.best_level).price ^ contra.mask) >= (price ^ contra.mask);
  }

  /// To the back of the level at `price`; the node names instrument, side, size and visibility.
  void add(std::uint32_t order, std::uint32_t price) {
    OrderNode& node = orders_[order];
    Sides& sides = sides_[node.instrument];
    LadderSide& side = sides.ladders[is_buy(node.side)];
    const std::uint32_t index = ladder_.claim(side, price);
    Level& level = ladder_.level(index);
    node.level = index;
    node.next = 0;
    node.prev = level.tail;
    (level.tail == 0 ? level.head : orders_[level.tail].next) = order;
    level.tail = order;
    ++sides.live_orders;
    changed_.note(sides.mark, node.instrument);
    touch(sides, node.instrument);
    if (node.displayed == 0)
      return;
    level.displayed_quantity += node.open;
    if (level.displayed_orders++ == 0)
      ladder_.show(side, index);
  }
  /// Takes the order out of its level; the node stays the caller's.
  void remove(std::uint32_t order) {
    OrderNode& node = orders_[order];
    WIREBOOK_ASSERT(node.level != 0);
    Sides& sides = sides_[node.instrument];
    LadderSide& side = sides.ladders[is_buy(node.side)];
    Level& level = ladder_.level(node.level);
    (node.prev == 0 ? level.head : orders_[node.prev].next) = node.next;
    (node.next == 0 ? level.tail : orders_[node.next].prev) = node.prev;
    --sides.live_orders;
    changed_.note(sides.mark, node.instrument);
    touch(sides, node.instrument);
    if (node.displayed != 0) {
      level.displayed_quantity -= node.open;
      if (--level.displayed_orders == 0)
        ladder_.hide(side, node.level);
    }
    if (level.head == 0)
      ladder_.release(side, node.level);
    node.level = 0;
  }
  /// Takes `shares` off an order that has more; its place in the queue stays.
  void reduce(std::uint32_t order, std::uint32_t shares);

  /// An order that waits off the book: it counts as live, and is in no level.
  void wait(std::uint32_t order) {
    ++sides_[orders_[order].instrument].live_orders;
    note_change(orders_[order].instrument);
  }
  void stop_waiting(std::uint32_t order) {
    --sides_[orders_[order].instrument].live_orders;
    note_change(orders_[order].instrument);
  }

  /// A displayed order, which is in a level, is a peg.
  void count_peg(std::uint32_t order) { ++ladder_.level(orders_[order].level).displayed_pegs; }
  void discount_peg(std::uint32_t order) { --ladder_.level(orders_[order].level).displayed_pegs; }

  /// While an instrument has followers, each add and removal touches it.
  void follow(std::uint16_t instrument) {
    if (sides_[instrument].followers++ == 0)
      followed_.insert(instrument);
    touched_.insert(instrument);
  }
  void unfollow(std::uint16_t instrument) {
    if (--sides_[instrument].followers == 0)
      followed_.erase(instrument);
    touched_.insert(instrument);
  }
  void touch(std::uint16_t instrument) { touch(sides_[instrument], instrument); }
  [[nodiscard]] const InstrumentSet& followed() const { return followed_; }
  [[nodiscard]] bool any_touched() const { return !touched_.empty(); }
  /// Gives what is touched for an empty set.
  void swap_touched(InstrumentSet& instruments) { std::swap(touched_, instruments); }

  [[nodiscard]] BookSummary summary(std::uint16_t instrument) const;
  /// What is displayed at one price.
  [[nodiscard]] LevelSummary level_at(std::uint16_t instrument, bool buy, Price price) const;
  /// Fills `levels` with what the market sees of a side, from the best price on; gives how many.
  [[nodiscard]] std::size_t depth(std::uint16_t instrument, bool buy,
                                  std::span<LevelSummary> levels) const;

  /// Differs from that of an earlier moment if the instrument's book changed between them.
  [[nodiscard]] std::uint32_t changes(std::uint16_t instrument) const {
    return instrument < sides_.size() ? ChangedBooks::changes(sides_[instrument].mark) : 0;
  }
  /// An instrument whose book changed since it was last given here, the longest waiting first.
  [[nodiscard]] std::optional<std::uint16_t> take_changed();
  [[nodiscard]] std::uint32_t changed_count() const { return changed_.count(); }

 private:
  struct alignas(64) Sides {
    std::array<LadderSide, 2> ladders;  ///< sell, buy: chosen without a branch, as nobody foretells
    std::uint32_t live_orders;
    ChangedBooks::Mark mark;
    std::uint32_t followers;  ///< orders that have to look when the book changes
  };

  void touch(const Sides& sides, std::uint16_t instrument) {
    if (sides.followers != 0) [[unlikely]]
      touched_.insert(instrument);
  }
  [[nodiscard]] LadderSide& side(std::uint16_t instrument, bool buy) {
    return sides_[instrument].ladders[buy];
  }
  [[nodiscard]] const LadderSide& side(std::uint16_t instrument, bool buy) const {
    return sides_[instrument].ladders[buy];
  }
  void note_change(std::uint16_t instrument) { changed_.note(sides_[instrument].mark, instrument); }
  [[nodiscard]] std::optional<LevelSummary> best_displayed(const LadderSide& side) const;
  [[nodiscard]] LevelSummary displayed(std::uint32_t index) const;

  static constexpr std::size_t block_orders = slot_ring::huge_page_bytes / sizeof(OrderNode);

  Growth growth_;
  Table<OrderNode> orders_;
  IndexPool pool_;
  Ladder ladder_;
  Table<Sides> sides_;
  ChangedBooks changed_;
  InstrumentSet followed_;  ///< with followers
  InstrumentSet touched_;   ///< whose book has changed since followers have looked
};

}  // namespace wirebook::match
