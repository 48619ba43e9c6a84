// Plays a stream of operations on the engine's own book and order ids: what the engine runs on,
// without its rules, records, digest and events.
//
// Shapes: the session is 1, ids are its UserRefNums. Threads: one. Errors: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "bench/match/workload.hpp"
#include "match/book/book.hpp"
#include "match/book/order_ids.hpp"
#include "match/engine.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::bench {

class BookPlayer {
 public:
  explicit BookPlayer(const Workload& work) : BookPlayer(work.shape, orders_for(work.shape)) {}

  [[nodiscard]] std::uint64_t trades() const { return trades_; }
  [[nodiscard]] std::uint64_t volume() const { return volume_; }

  /// `last` is the end of what is known to come.
  void play(const Op* op, const Op* last) {
    if (is_large_ && last - op > ahead)
      look_ahead(op);
    switch (op->kind) {
      case OpKind::add:
      case OpKind::ioc:
        return enter(*op);
      case OpKind::cancel:
        cancel(op->id);
        return;
      case OpKind::replace:
        if (cancel(op->old_id))
          enter(*op);
    }
  }

 private:
  /// As the engine is told where the books do not fit into the cache.
  static constexpr std::ptrdiff_t ahead = 24;
  static constexpr std::uint32_t large_orders = 32'768;

  BookPlayer(const Shape& shape, std::uint32_t orders)
      : is_large_(shape.live >= large_orders),
        book_(orders, shape.instruments),
        ids_(orders, 1, orders, 1) {}

  static std::uint32_t orders_for(const Shape& shape) {
    return shape.live + shape.live / 16 + 1024;
  }
  static std::uint64_t key(std::uint32_t id) { return std::uint64_t{1} << 40 | id; }

  /// False if it is not live.
  bool cancel(std::uint32_t id) {
    const std::uint32_t order = ids_.find(key(id));
    if (order == 0)
      return false;
    end(order);
    return true;
  }
  void end(std::uint32_t order) {
    ids_.erase(key(book_.order(order).user_ref_num), recent_);
    book_.remove(order);
    book_.give_back(order);
  }
  void enter(const Op& op) {
    std::uint32_t shares = op.shares;
    while (shares != 0 && book_.meets(op.instrument, op.buy, op.price))
      shares -= fill(book_.level(book_.best_level(op.instrument, !op.buy)).head, shares);
    if (shares == 0 || op.kind == OpKind::ioc)
      return;
    const std::uint32_t order = book_.take();
    book_.order(order) = {.open = shares,
                          .user_ref_num = op.id,
                          .session = 1,
                          .instrument = op.instrument,
                          .side = op.buy ? 'B' : 'S',
                          .displayed = 1};
    book_.add(order, op.price);
    ids_.insert(key(op.id), order, recent_);
  }
  /// Gives the shares that trade.
  std::uint32_t fill(std::uint32_t resting, std::uint32_t wanted) {
    const std::uint32_t open = book_.order(resting).open;
    const std::uint32_t shares = std::min(open, wanted);
    ++trades_;
    volume_ += shares;
    if (shares == open)
      end(resting);
    else
      book_.reduce(resting, shares);
    return shares;
  }

  void look_ahead(const Op* op) const {
    expect(op[ahead], match::Ahead::far);
    expect(op[ahead * 3 / 4], match::Ahead::near);
    expect(op[ahead / 2], match::Ahead::next);
    expect(op[ahead / 4], match::Ahead::last);
  }
  void expect(const Op& op, match::Ahead how) const {
    if (op.kind == OpKind::add || op.kind == OpKind::ioc)
      expect_book(op, how);
    else
      expect_order(key(op.kind == OpKind::cancel ? op.id : op.old_id), how);
  }
  void expect_book(const Op& op, match::Ahead how) const {
    if (how == match::Ahead::far)
      book_.expect_book(op.instrument);
    else if (how == match::Ahead::near)
      book_.expect_page(op.instrument, op.buy, op.price);
    else if (how == match::Ahead::next)
      book_.expect_level(op.instrument, op.buy, op.price);
    else if (how == match::Ahead::last)
      book_.expect_tail(op.instrument, op.buy, op.price);
  }
  void expect_order(std::uint64_t id, match::Ahead how) const {
    if (how == match::Ahead::far)
      return ids_.expect(id);
    const std::uint32_t block = ids_.block_of(id);
    if (how == match::Ahead::near)
      return ids_.expect_block(block);
    const std::uint32_t order = ids_.at(id, block);
    if (how == match::Ahead::last)
      book_.expect_around(order);
    else
      prefetch_to_write(&book_.order(order));
  }

  bool is_large_;
  match::Book book_;
  match::OrderIds ids_;
  match::OrderIds::Recent recent_{};
  std::uint64_t trades_ = 0;
  std::uint64_t volume_ = 0;
};

}  // namespace wirebook::bench
