// Streams of operations, the same for every book that is measured.
//
// Shapes: ids count up from 1 and serve as UserRefNum; prices are ticks of the yardstick's ladder.
// `passive`: half adds, half cancels. `mixed`: 45 % adds, 45 % cancels, 5 % replaces, 5 % IOC
// orders that cross. `sweeps`: adds, and IOC orders that take 22 of them. Adds and what ends orders
// give way to each other so that about `live` orders stay. Threads: one. Errors: none. The same
// seed gives the same stream.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "bench/match/bare_book.hpp"

namespace wirebook::bench {

enum class OpKind : std::uint8_t { add, cancel, replace, ioc };

struct alignas(32) Op {  // two a cache line
  OpKind kind;
  bool buy;
  std::uint16_t instrument;  ///< from 0
  std::uint32_t id;          ///< new; of a cancel: the order that ends
  std::uint32_t old_id;      ///< of a replace
  std::uint32_t tick;
  std::uint32_t shares;    ///< to expose
  std::uint32_t executed;  ///< of a replace: by the chain so far; OUCH states the sum of both
  std::uint32_t price;     ///< what the tick is as a price
};

enum class Mix : std::uint8_t { passive, mixed, sweeps };

/// What a tick of the yardstick is as a price.
inline constexpr std::uint32_t tick_price = 100;
inline constexpr std::uint32_t lowest_price = 1'000'000;

/// The yardstick's ladders.
inline constexpr std::uint32_t ticks_narrow = 4096;
inline constexpr std::uint32_t ticks_wide = 65'536;

struct Shape {
  std::string_view name = "";
  Mix mix = Mix::mixed;
  std::uint32_t instruments = 1;
  std::uint32_t live = 10'000;
  bool wide = false;  ///< prices over the whole of the wide ladder, else 100 ticks a side
};

inline constexpr std::array shapes{
    Shape{.name = "a", .mix = Mix::passive},
    Shape{.name = "b"},
    Shape{.name = "c1", .instruments = 100, .live = 1'000'000},
    Shape{.name = "c2", .instruments = 8000, .live = 1'000'000},
    Shape{.name = "d", .mix = Mix::sweeps},
    Shape{.name = "e", .wide = true},
};

struct Workload {
  Shape shape;
  std::vector<Op> ops;
  std::size_t prefill = 0;  ///< operations at the front that are not measured
  std::uint32_t ids = 0;
};

template <std::uint32_t ticks>
inline void apply(BareBook<ticks>& book, const Op& op) {
  switch (op.kind) {
    case OpKind::add:
      return book.enter(op.id, op.instrument, op.buy, op.tick, op.shares, true);
    case OpKind::ioc:
      return book.enter(op.id, op.instrument, op.buy, op.tick, op.shares, false);
    case OpKind::cancel:
      return book.cancel(op.id);
    case OpKind::replace:
      return book.replace(op.old_id, op.id, op.tick, op.shares);
  }
}

/// Makes a stream by playing it on a book of its own, so that it names orders that are live.
template <std::uint32_t ticks>
class WorkloadMaker {
 public:
  WorkloadMaker(const Shape& shape, std::size_t operations, std::uint64_t seed)
      : shape_(shape),
        operations_(operations),
        random_(seed),
        book_(static_cast<std::uint32_t>(operations + shape.live), shape.live * 2 + slack * 4,
              shape.instruments),
        chains_(operations + shape.live + 1) {
    work_.shape = shape;
  }

  Workload make() {
    work_.prefill = shape_.live;
    work_.ops.reserve(work_.prefill + operations_);
    while (work_.ops.size() < work_.prefill)
      push(add());
    while (work_.ops.size() < work_.prefill + operations_)
      push(next());
    return std::move(work_);
  }

 private:
  static constexpr std::uint32_t shares_max = 100;
  static constexpr std::uint32_t fills_a_sweep = 22;
  static constexpr std::uint32_t slack = 100;  ///< orders more or fewer than `live`

  struct Chain {
    std::uint32_t exposed;   ///< when the order came
    std::uint32_t executed;  ///< by the orders that it replaced
  };

  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>((random_() >> 32) * limit >> 32);
  }
  [[nodiscard]] std::uint32_t depth_ticks() const { return shape_.wide ? ticks / 2 - 1 : 100; }
  /// No two neighbours trade around the same tick, so that their levels do not share cache sets.
  [[nodiscard]] std::uint32_t middle(std::uint32_t instrument) const {
    return ticks / 2 + (shape_.instruments == 1 ? 0 : instrument * 61 % 1024);
  }
  std::uint32_t passive_tick(std::uint32_t instrument, bool buy) {
    const std::uint32_t away = 1 + below(depth_ticks());
    return buy ? middle(instrument) - away : middle(instrument) + away;
  }
  std::uint16_t any_instrument() { return static_cast<std::uint16_t>(below(shape_.instruments)); }
  Op add() {
    const bool buy = below(2) != 0;
    const std::uint16_t instrument = any_instrument();
    const std::uint32_t tick = passive_tick(instrument, buy);
    return {OpKind::add, buy, instrument, ++work_.ids, 0, tick, 1 + below(shares_max), 0, 0};
  }
  /// Where in `live_ids_` a random live order stands. Orders that have traded are dropped here.
  std::size_t pick() {
    for (;;) {
      const std::size_t at = below(static_cast<std::uint32_t>(live_ids_.size()));
      if (book_.is_live(live_ids_[at]))
        return at;
      live_ids_[at] = live_ids_.back();
      live_ids_.pop_back();
    }
  }
  Op next() {
    const std::size_t live = book_.live();
    const bool is_free_choice = live + slack >= shape_.live && live <= shape_.live + slack;
    if (shape_.mix == Mix::sweeps) {
      const bool sweeps = is_free_choice ? below(fills_a_sweep + 1) == 0 : live > shape_.live;
      return sweeps ? cross(2 * fills_a_sweep * shares_max / 2) : add();
    }
    const std::uint32_t percent = shape_.mix == Mix::mixed ? below(100) : 0;
    if (percent >= 95)
      return cross(2 * shares_max);
    if (percent >= 90)
      return replace();
    if (is_free_choice ? below(2) != 0 : live < shape_.live)
      return add();
    const std::size_t at = pick();
    const std::uint32_t id = live_ids_[at];
    live_ids_[at] = live_ids_.back();
    live_ids_.pop_back();
    return {OpKind::cancel, false, 0, id, 0, 0, 0, 0, 0};
  }
  Op cross(std::uint32_t most) {
    const bool buy = below(2) != 0;
    const std::uint16_t instrument = any_instrument();
    const std::uint32_t limit =
        buy ? middle(instrument) + depth_ticks() : middle(instrument) - depth_ticks();
    return {OpKind::ioc, buy, instrument, ++work_.ids, 0, limit, 1 + below(most), 0, 0};
  }
  Op replace() {
    std::uint32_t& id = live_ids_[pick()];
    const std::uint32_t old_id = id;
    id = ++work_.ids;
    const bool buy = book_.is_buy(old_id);
    const std::uint16_t instrument = book_.instrument(old_id);
    const Chain& chain = chains_[old_id];
    const std::uint32_t executed = chain.executed + chain.exposed - book_.open(old_id);
    const std::uint32_t tick = passive_tick(instrument, buy);
    return {OpKind::replace, buy, instrument, id, old_id, tick, 1 + below(shares_max), executed};
  }

  void push(Op op) {
    op.price = lowest_price + op.tick * tick_price;
    apply(book_, op);
    chains_[op.id] = op.kind == OpKind::cancel ? Chain{} : Chain{op.shares, op.executed};
    if (op.kind == OpKind::add)
      live_ids_.push_back(op.id);
    work_.ops.push_back(op);
  }

  Shape shape_;
  std::size_t operations_;
  std::mt19937_64 random_;
  BareBook<ticks> book_;
  std::vector<Chain> chains_;  ///< by id
  Workload work_;
  std::vector<std::uint32_t> live_ids_;
};

inline Workload make_workload(const Shape& shape, std::size_t operations, std::uint64_t seed) {
  return shape.wide ? WorkloadMaker<ticks_wide>(shape, operations, seed).make()
                    : WorkloadMaker<ticks_narrow>(shape, operations, seed).make();
}

}  // namespace wirebook::bench
