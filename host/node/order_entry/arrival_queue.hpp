// Places of a table in the order in which they came; any may leave at any time.
//
// Shapes: places from 0; one is in at most once. Threads: one. Errors: none. Cost: O(1); 8 bytes a
// place, taken by the constructor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wirebook/assert.hpp"

namespace wirebook::node {

class ArrivalQueue {
 public:
  explicit ArrivalQueue(std::size_t places) : links_(places + 1) {
    for (std::uint32_t i = 0; i < links_.size(); ++i)
      links_[i] = {i, i};
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  /// There is one.
  [[nodiscard]] std::uint32_t oldest() const {
    WIREBOOK_ASSERT(size_ != 0);
    return links_[0].next - 1;
  }
  void push(std::uint32_t place) {
    const std::uint32_t link = place + 1;
    WIREBOOK_ASSERT(links_[link].next == link);
    links_[link] = {.next = 0, .previous = links_[0].previous};
    links_[links_[0].previous].next = link;
    links_[0].previous = link;
    ++size_;
  }
  /// Nothing, if it is not there.
  void remove(std::uint32_t place) {
    Link& link = links_[place + 1];
    if (link.next == place + 1)
      return;
    links_[link.previous].next = link.next;
    links_[link.next].previous = link.previous;
    link = {place + 1, place + 1};
    --size_;
  }

 private:
  struct Link {
    std::uint32_t next = 0;
    std::uint32_t previous = 0;
  };
  std::vector<Link> links_;  ///< a ring; [0] is between the youngest and the oldest
  std::size_t size_ = 0;
};

}  // namespace wirebook::node
