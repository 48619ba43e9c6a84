// Groups on their way into a replica: each is told to the engine's memory some groups before it is
// dealt with, so that nobody waits for the place of its order.
//
// Shapes: groups stay where they are until `finish`. Threads: one. Errors: none. Cost: one prefetch
// an order number. Specification: none; the replica is what it would be without.
#pragma once

#include <array>
#include <cstddef>

#include "wirebook/slot.hpp"

#include "node/recovery/replica.hpp"

namespace wirebook::node {

class ReplicaFeed {
 public:
  explicit ReplicaFeed(Replica& replica) : replica_(&replica) {}

  /// As `Replica::on_group`, a little later.
  void on_group(const SlotGroup& group) {
    replica_->expect(*group.head, match::Ahead::far);
    expect(2, match::Ahead::near);
    expect(4, match::Ahead::next);
    expect(6, match::Ahead::last);
    SlotGroup& place = waiting_[taken_ % waiting_.size()];
    if (taken_ >= waiting_.size())
      replica_->on_group(place);
    place = group;
    ++taken_;
  }
  /// What still waits. Once, in the end.
  void finish() {
    const std::size_t left = taken_ < waiting_.size() ? taken_ : waiting_.size();
    for (std::size_t i = taken_ - left; i != taken_; ++i)
      replica_->on_group(waiting_[i % waiting_.size()]);
    taken_ = 0;
  }

 private:
  void expect(std::size_t ago, match::Ahead ahead) {
    if (taken_ >= ago)
      replica_->expect(*waiting_[(taken_ - ago) % waiting_.size()].head, ahead);
  }

  Replica* replica_;
  std::array<SlotGroup, 8> waiting_;
  std::size_t taken_ = 0;
};

}  // namespace wirebook::node
