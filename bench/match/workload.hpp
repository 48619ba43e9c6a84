// Streams of operations on one instrument, the same for every book that is measured.
//
// Shapes: ids count up from 1 and serve as UserRefNum; prices are ticks of the yardstick's ladder.
// `passive`: half adds, half cancels. `mixed`: 45 % adds, 45 % cancels, 5 % replaces, 5 % IOC
// orders that cross. Adds and cancels give way to each other so that about `live` orders stay.
// Threads: one. Errors: none. The same seed gives the same stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "bench/match/bare_book.hpp"

namespace wirebook::bench {

enum class OpKind : std::uint8_t { add, cancel, replace, ioc };

struct Op {
  OpKind kind;
  bool buy;
  std::uint32_t id;      ///< new; of a cancel: the order that ends
  std::uint32_t old_id;  ///< of a replace
  std::uint32_t tick;
  std::uint32_t shares;    ///< to expose
  std::uint32_t executed;  ///< of a replace: by the chain so far; OUCH states the sum of both
};

enum class Mix : std::uint8_t { passive, mixed };

struct WorkloadOptions {
  Mix mix;
  std::size_t operations;
  std::uint32_t live;
  std::uint64_t seed;
};

struct Workload {
  std::vector<Op> ops;
  std::size_t prefill = 0;  ///< operations at the front that are not measured
  std::uint32_t ids = 0;
};

inline void apply(BareBook& book, const Op& op) {
  switch (op.kind) {
    case OpKind::add:
      return book.enter(op.id, op.buy, op.tick, op.shares, true);
    case OpKind::ioc:
      return book.enter(op.id, op.buy, op.tick, op.shares, false);
    case OpKind::cancel:
      return book.cancel(op.id);
    case OpKind::replace:
      return book.replace(op.old_id, op.id, op.tick, op.shares);
  }
}

/// Makes a stream by playing it on a book of its own, so that it names orders that are live.
class WorkloadMaker {
 public:
  explicit WorkloadMaker(const WorkloadOptions& options)
      : options_(options),
        random_(options.seed),
        book_(options.operations + options.live, options.live * std::size_t{2}),
        chains_(options.operations + options.live + 1) {}

  Workload make() {
    work_.prefill = options_.live;
    while (work_.ops.size() < work_.prefill)
      push(add());
    while (work_.ops.size() < work_.prefill + options_.operations)
      push(next());
    return std::move(work_);
  }

 private:
  static constexpr std::uint32_t middle = BareBook::ticks / 2;
  static constexpr std::uint32_t depth_ticks = 100;
  static constexpr std::uint32_t shares_max = 100;
  static constexpr std::uint32_t slack = 100;  ///< orders more or fewer than `live`

  struct Chain {
    std::uint32_t exposed;   ///< when the order came
    std::uint32_t executed;  ///< by the orders that it replaced
  };

  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>((random_() >> 32) * limit >> 32);
  }
  std::uint32_t passive_tick(bool buy) {
    const std::uint32_t away = 1 + below(depth_ticks);
    return buy ? middle - away : middle + away;
  }
  Op add() {
    const bool buy = below(2) != 0;
    const std::uint32_t tick = passive_tick(buy);
    return {OpKind::add, buy, ++work_.ids, 0, tick, 1 + below(shares_max), 0};
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
    const std::uint32_t percent = options_.mix == Mix::mixed ? below(100) : 0;
    if (percent >= 95)
      return cross();
    if (percent >= 90)
      return replace();
    const std::size_t live = book_.live();
    const bool is_free_choice = live + slack >= options_.live && live <= options_.live + slack;
    if (is_free_choice ? below(2) != 0 : live < options_.live)
      return add();
    const std::size_t at = pick();
    const std::uint32_t id = live_ids_[at];
    live_ids_[at] = live_ids_.back();
    live_ids_.pop_back();
    return {OpKind::cancel, false, id, 0, 0, 0, 0};
  }
  Op cross() {
    const bool buy = below(2) != 0;
    const std::uint32_t limit = buy ? middle + depth_ticks : middle - depth_ticks;
    return {OpKind::ioc, buy, ++work_.ids, 0, limit, 1 + below(2 * shares_max), 0};
  }
  Op replace() {
    std::uint32_t& id = live_ids_[pick()];
    const std::uint32_t old_id = id;
    id = ++work_.ids;
    const bool buy = book_.is_buy(old_id);
    const Chain& chain = chains_[old_id];
    const std::uint32_t executed = chain.executed + chain.exposed - book_.open(old_id);
    const std::uint32_t tick = passive_tick(buy);
    return {OpKind::replace, buy, id, old_id, tick, 1 + below(shares_max), executed};
  }

  void push(const Op& op) {
    apply(book_, op);
    chains_[op.id] = op.kind == OpKind::cancel ? Chain{} : Chain{op.shares, op.executed};
    if (op.kind == OpKind::add)
      live_ids_.push_back(op.id);
    work_.ops.push_back(op);
  }

  WorkloadOptions options_;
  std::mt19937_64 random_;
  BareBook book_;
  std::vector<Chain> chains_;  ///< by id
  Workload work_;
  std::vector<std::uint32_t> live_ids_;
};

}  // namespace wirebook::bench
