// The fast book: resting orders of all instruments in price-time priority, found by their ids.
//
// Shapes: see core_node.hpp (orders and levels), core_ids.hpp (ids), core_ladder.hpp (prices). What
// else an order or a level has lies beside, in tables of the owner: an order names its own by
// `cold`, a level is an index below `level_count()`. Prices and ids may be any. Threads: one at a
// time. Errors: `place` gives 0 when all orders are out. Cost: an order that comes or goes touches
// its node, its two neighbours and what leads to them; nothing grows with orders, levels or range.
//
//   const auto order = book.place(id, shares | flags, cold);   book.join(order, instrument, buy,
//   price); book.take(side, limit, shares, fills);          book.remove(book.find(id));
#pragma once

#include <cstddef>
#include <cstdint>

#include "wirebook/assert.hpp"

#include "match/core_ids.hpp"
#include "match/core_ladder.hpp"
#include "match/core_node.hpp"
#include "match/table.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::match {

struct CoreCapacity {
  std::uint32_t orders = 1U << 20;     ///< live ones
  std::uint32_t instruments = 65'535;  ///< from 0
  std::uint32_t lists = 1024;          ///< of ids: sessions, from 0
  std::uint32_t list_shift = 40;       ///< above it, an id names its list
  std::uint64_t table_seed = 0x9E37'79B9'7F4A'7C15;
};

enum class Stop : std::uint8_t {
  done,     ///< nothing left, or nothing more to trade with
  asked,    ///< the owner did not want to go on
  special,  ///< the next order is special: the owner goes on by hand
};

enum class Turned : std::uint8_t {
  done,
  would_trade,  ///< perhaps: nothing was done
  refused,      ///< no such order, or no room
};

struct Taken {
  std::uint32_t left;  ///< shares
  Stop stop;
};

template <std::size_t marks = 0>
class CoreBook {
 public:
  explicit CoreBook(const CoreCapacity& capacity)
      : order_base_((CoreLadder<marks>::level_count(capacity.orders) + block_ids - 1) / block_ids *
                    block_ids),
        ids_(order_base_, capacity.orders, capacity.lists, capacity.list_shift,
             capacity.table_seed),
        nodes_(ids_.end()),
        ladder_(nodes_, capacity.orders, capacity.instruments) {}

  [[nodiscard]] CoreLadder<marks>& ladder() { return ladder_; }
  [[nodiscard]] const CoreLadder<marks>& ladder() const { return ladder_; }
  [[nodiscard]] const CoreIds& ids() const { return ids_; }
  [[nodiscard]] std::uint32_t level_count() const { return order_base_; }
  [[nodiscard]] const CoreNode& node(std::uint32_t index) const { return nodes_[index]; }

  // ── Orders ────────────────────────────────────────────────────────────────────────────────────

  /// The live order of an id, 0 if there is none.
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const {
    const std::uint32_t order = ids_.find(id);
    return order == 0 || nodes_[order].state == 0 ? 0 : order;
  }
  /// Makes an id live: an order that is in no level yet. `state` is its shares, not 0, and flags.
  std::uint32_t place(std::uint64_t id, std::uint32_t state, std::uint32_t cold) {
    const std::uint32_t order = ids_.open(id);
    if (order == 0)
      return 0;
    ids_.count(order, 1);
    WIREBOOK_ASSERT(open_of(state) != 0 && nodes_[order].state == 0);
    nodes_[order] = {.next = order, .prev = order, .state = state, .cold = cold};
    return order;
  }
  /// To the back of the level at `price`, which it returns.
  std::uint32_t join(std::uint32_t order, std::uint32_t side, std::uint32_t price) {
    const std::uint32_t level = ladder_.claim(side, price);
    const std::uint32_t last = nodes_[level].prev;
    nodes_[order].next = level;
    nodes_[order].prev = last;
    nodes_[last].next = order;
    nodes_[level].prev = order;
    return level;
  }
  /// Out of its level, if it is in one; its id stays live.
  void leave(std::uint32_t order) {
    const std::uint32_t next = nodes_[order].next;
    const std::uint32_t prev = nodes_[order].prev;
    nodes_[next].prev = prev;
    nodes_[prev].next = next;
    nodes_[order].next = nodes_[order].prev = order;
    if (next == prev && next != order)
      ladder_.release(next);
  }
  /// Of an order that is in no level: its id is live no more.
  void drop(std::uint32_t order) {
    nodes_[order].state = 0;
    ids_.count(order, ~0U);
  }
  /// Both at once, of an order that is in a level.
  void remove(std::uint32_t order) {
    const std::uint32_t next = nodes_[order].next;
    const std::uint32_t prev = nodes_[order].prev;
    nodes_[next].prev = prev;
    nodes_[prev].next = next;
    drop(order);
    if (next == prev)
      ladder_.release(next);
  }
  /// An order comes to the back of its level, or goes: one path for both, without a branch on which
  /// it is, for streams in which nobody can foretell it. `comes` is all ones or 0. Of an order that
  /// goes only the id counts.
  [[gnu::always_inline]] Turned turn(std::uint32_t comes, std::uint64_t id, std::uint32_t side,
                                     std::uint32_t price, std::uint32_t state, std::uint32_t cold) {
    const Chosen at = choose(comes, {side, price}, {ladder_.spare_side(), 0});
    side = at.first;
    price = at.second;
    const std::uint32_t rank = price ^ ladder_.mask(side);
    if (ladder_.bound(side ^ 1) >= ~rank) [[unlikely]]
      return Turned::would_trade;
    const std::uint32_t order = ids_.likely(id);
    if (order == 0) [[unlikely]]
      return turn_slow(comes, id, side, price, state, cold);
    const std::uint32_t level = ladder_.nearby(side, rank);
    if (level == 0) [[unlikely]]
      return turn_slow(comes, id, side, price, state, cold);
    CoreNode& node = nodes_[order];
    if ((node.state | comes) == 0) [[unlikely]]
      return Turned::refused;
    // Who will be behind, and who before, the place where the order comes or was.
    const Chosen beside = choose(comes, {level, nodes_[level].prev}, {node.next, node.prev});
    const auto [next, prev] = beside;
    const Chosen link = choose(comes, {order, order}, {prev, next});
    nodes_[next].prev = link.first;
    nodes_[prev].next = link.second;
    node.next = next;
    node.prev = prev;
    node.state = state & comes;
    node.cold = cold;
    ladder_.raise(side, rank);
    ids_.count(order, (comes & 2) - 1);
    if (next == prev) [[unlikely]]
      ladder_.release(next);
    return Turned::done;
  }
  /// Takes `shares` off an order that has more; its place in the queue stays.
  void reduce(std::uint32_t order, std::uint32_t shares) {
    WIREBOOK_ASSERT(shares < open_of(nodes_[order].state));
    nodes_[order].state -= shares;
  }
  void set_flags(std::uint32_t order, std::uint32_t flags) {
    nodes_[order].state = open_of(nodes_[order].state) | flags;
  }
  void set_cold(std::uint32_t order, std::uint32_t cold) { nodes_[order].cold = cold; }
  [[nodiscard]] std::uint64_t id_of(std::uint32_t order) const { return ids_.id_of(order); }

  // ── Walks ─────────────────────────────────────────────────────────────────────────────────────

  /// The oldest order of a level; the next younger one, 0 behind the youngest.
  [[nodiscard]] std::uint32_t first(std::uint32_t level) const { return nodes_[level].next; }
  [[nodiscard]] std::uint32_t next(std::uint32_t order) const {
    const std::uint32_t next = nodes_[order].next;
    return next < order_base_ ? 0 : next;
  }
  /// Calls `visit` for each live order of a list, block by block from the oldest block on. It may
  /// remove the order that it is called with.
  template <class Visit>
  void for_each_of_list(std::uint32_t list, Visit visit) {
    for (std::uint32_t block = ids_.first_block(list); block != 0;) {
      const std::uint32_t after = ids_.next_block(block);
      const std::uint32_t begin = ids_.first_node(block);
      for (std::uint32_t order = begin; order < begin + block_ids; ++order)
        if (nodes_[order].state != 0)
          visit(order);
      block = after;
    }
  }

  // ── Matching ──────────────────────────────────────────────────────────────────────────────────

  /// False if certainly nothing rests that an order of this side could trade with.
  [[nodiscard]] bool may_trade(std::uint32_t side, std::uint32_t limit) const {
    return ladder_.bound(side ^ 1) >= (limit ^ ladder_.mask(side ^ 1));
  }
  /// Trades `shares` with the other side, best price and oldest order first. `fills` has
  ///   bool go_on();                              asked before each fill
  ///   void fill(order, shares, open, level);     before the book changes
  /// The order is filled whole, and gone afterwards, if `shares` is `open`.
  template <class Fills>
  Taken take(std::uint32_t side, std::uint32_t limit, std::uint32_t shares, Fills& fills) {
    const std::uint32_t contra = side ^ 1;
    const std::uint32_t limit_rank = limit ^ ladder_.mask(contra);
    if (ladder_.bound(contra) < limit_rank)
      return {.left = shares, .stop = Stop::done};
    std::uint32_t level = ladder_.best(contra);
    while (level != 0 && ladder_.bound(contra) >= limit_rank) {
      const Taken taken = take_level(level, shares, fills);
      shares = taken.left;
      if (shares == 0 || taken.stop != Stop::done)
        return taken;
      level = ladder_.best_after(contra, level);
    }
    return {.left = shares, .stop = Stop::done};
  }

  // ── Look-ahead ────────────────────────────────────────────────────────────────────────────────
  //
  // Hints about an order that will come (side, price) or go (id) soon; what does not apply may be
  // 0. Each step needs what the one before asked for, so let some operations lie between them. None
  // has a branch on what the operation is, and none changes anything.

  /// Whether the book is so large that the hints pay: a good deal more than a core's own cache.
  [[nodiscard]] bool wants_hints() const { return ids_.blocks_in_use() > hints_min_blocks; }
  /// 24 operations ahead: what leads to the order's node, and its side.
  void expect(std::uint64_t id, std::uint32_t side) const {
    ids_.expect(id);
    ladder_.expect_side(side);
  }
  /// 16 ahead: the node, and what leads to the level.
  void expect_nearer(std::uint64_t id, std::uint32_t side, std::uint32_t price) const {
    prefetch_to_write(&nodes_[ids_.guess(id)]);
    ladder_.expect_page(side, price);
  }
  /// 8 ahead: the node's neighbours, its block's count, and the level.
  void expect_soon(std::uint64_t id, std::uint32_t side, std::uint32_t price) const {
    const std::uint32_t order = ids_.guess(id);
    const CoreNode& node = nodes_[order];
    prefetch_to_write(&nodes_[node.next]);
    prefetch_to_write(&nodes_[node.prev]);
    ids_.expect_count(order);
    ladder_.expect_bits(node.next);
    const std::uint32_t level = ladder_.guess(side, price);
    prefetch_to_write(&nodes_[level]);
    ladder_.expect_bits(level);
  }
  /// 4 ahead: the youngest order of the level.
  void expect_next(std::uint32_t side, std::uint32_t price) const {
    prefetch_to_write(&nodes_[nodes_[ladder_.guess(side, price)].prev]);
  }
  /// 16, 8 and 4 ahead, of an order that will trade: what leads to the other side's best level, the
  /// level, its oldest order.
  void expect_trade(std::uint32_t side) const {
    ladder_.expect_page(side ^ 1, ladder_.bound_price(side ^ 1));
  }
  void expect_trade_soon(std::uint32_t side) const {
    const std::uint32_t level = ladder_.guess(side ^ 1, ladder_.bound_price(side ^ 1));
    prefetch_to_write(&nodes_[level]);
    ladder_.expect_bits(level);
  }
  void expect_trade_next(std::uint32_t side) const {
    const std::uint32_t order = nodes_[ladder_.guess(side ^ 1, ladder_.bound_price(side ^ 1))].next;
    prefetch_to_write(&nodes_[order]);
  }

 private:
  static constexpr std::uint32_t hints_min_blocks = 16'384;  // 4 MiB of nodes

  [[gnu::noinline]] Turned turn_slow(std::uint32_t comes, std::uint64_t id, std::uint32_t side,
                                     std::uint32_t price, std::uint32_t state, std::uint32_t cold) {
    const std::uint32_t order = comes != 0 ? place(id, state, cold) : find(id);
    if (order == 0)
      return Turned::refused;
    if (comes != 0)
      join(order, side, price);
    else
      remove(order);
    return Turned::done;
  }
  template <class Fills>
  Taken take_level(std::uint32_t level, std::uint32_t shares, Fills& fills) {
    std::uint32_t order = nodes_[level].next;
    Stop stop = Stop::done;
    do {
      const std::uint32_t state = nodes_[order].state;
      const std::uint32_t open = open_of(state);
      if ((state & special_flag) != 0 || !fills.go_on()) [[unlikely]] {
        stop = (state & special_flag) != 0 ? Stop::special : Stop::asked;
        break;
      }
      if (shares < open) {
        fills.fill(order, shares, open, level);
        nodes_[order].state = state - shares;
        shares = 0;
        break;
      }
      fills.fill(order, open, open, level);
      shares -= open;
      drop(order);
      order = nodes_[order].next;
    } while (order != level && shares != 0);
    // Cut off what is gone, at once.
    nodes_[level].next = order;
    nodes_[order].prev = level;
    if (order == level)
      ladder_.release(level);
    return {.left = shares, .stop = stop};
  }

  std::uint32_t order_base_;  ///< levels lie before it
  CoreIds ids_;
  Table<CoreNode> nodes_;
  CoreLadder<marks> ladder_;
};

}  // namespace wirebook::match
