// Plays a stream of operations on the fast book alone: ids, prices and matching, no reports.
//
// Shapes: the session is 1, ids are its UserRefNums; ticks are cents. Threads: one. Errors: none.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bench/match/workload.hpp"
#include "match/core_book.hpp"

namespace wirebook::bench {

class CorePlayer {
 public:
  explicit CorePlayer(const Workload& work)
      : book_({.orders = work.shape.live + work.shape.live / 16 + 1024,
               .instruments = work.shape.instruments,
               .lists = 2}) {}

  [[nodiscard]] std::uint64_t trades() const { return sum_.trades; }
  [[nodiscard]] std::uint64_t volume() const { return sum_.volume; }

  /// `last` is the end of what is known to come.
  void play(const Op* op, const Op* last) {
    if (book_.wants_hints())
      look_ahead(op, last);
    if (op->kind <= OpKind::cancel) [[likely]] {
      const auto comes = static_cast<std::uint32_t>(op->kind) - 1U;  // an add: all ones
      const match::Turned turned =
          book_.turn(comes, id(op->id), op->side, op->price, op->shares, 0);
      if (turned == match::Turned::would_trade) [[unlikely]]
        enter(*op);
      return;
    }
    if (op->kind == OpKind::replace) {
      const std::uint32_t order = book_.find(id(op->old_id));
      if (order == 0)
        return;
      book_.remove(order);
    }
    enter(*op);
  }

 private:
  struct Sum {
    std::uint64_t trades = 0;
    std::uint64_t volume = 0;
    static bool go_on() { return true; }
    void fill(std::uint32_t /*order*/, std::uint32_t shares, std::uint32_t /*open*/,
              std::uint32_t /*level*/) {
      ++trades;
      volume += shares;
    }
  };

  static std::uint64_t id(std::uint32_t number) { return std::uint64_t{1} << 40 | number; }
  static std::uint64_t leaving(const Op& op) { return id(op.old_id != 0 ? op.old_id : op.id); }

  [[gnu::noinline]] void look_ahead(const Op* op, const Op* last) const {
    if (last - op <= 24) [[unlikely]]
      return;
    book_.expect(leaving(op[24]), op[24].side);
    book_.expect_nearer(leaving(op[16]), op[16].side, op[16].price);
    book_.expect_soon(leaving(op[8]), op[8].side, op[8].price);
    book_.expect_next(op[4].side, op[4].price);
    if (op[16].kind == OpKind::ioc) [[unlikely]]
      book_.expect_trade(op[16].side);
    if (op[8].kind == OpKind::ioc) [[unlikely]]
      book_.expect_trade_soon(op[8].side);
    if (op[4].kind == OpKind::ioc) [[unlikely]]
      book_.expect_trade_next(op[4].side);
  }

  [[gnu::noinline]] void enter(const Op& op) {
    std::uint32_t shares = op.shares;
    if (book_.may_trade(op.side, op.price))
      shares = book_.take(op.side, op.price, shares, sum_).left;
    if (shares == 0 || op.kind == OpKind::ioc)
      return;
    book_.join(book_.place(id(op.id), shares, 0), op.side, op.price);
  }

  match::CoreBook<> book_;
  Sum sum_;
};

}  // namespace wirebook::bench
