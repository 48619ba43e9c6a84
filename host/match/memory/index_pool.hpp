// Hands out the indices 1 to `size`, the one given back last first, because it is in the cache.
//
// Shapes: 32-bit indices into tables of the same size plus one; 0 means none. Threads: the owner's.
// Errors: `take` gives 0 when all are out. Cost: a push or a pop. A new index is taken only when
// none is free, so memory that grows with them is bounded by what was out at one time.
#pragma once

#include <algorithm>
#include <cstdint>

#include "wirebook/assert.hpp"

#include "match/memory/growth.hpp"
#include "match/memory/table.hpp"

namespace wirebook::match {

class IndexPool {
 public:
  explicit IndexPool(std::uint32_t size) : free_(size), size_(size), limit_(size) {}
  /// The tables that the indices point into follow `growth`, whose units they are.
  IndexPool(std::uint32_t size, Growth& growth)
      : free_(size, growth), front_(growth), size_(size), limit_(limit()) {}

  std::uint32_t take() {
    if (free_count_ != 0)
      return free_[--free_count_];
    if (fresh_ == limit_ && !advance()) [[unlikely]]
      return 0;
    return ++fresh_;
  }
  void give_back(std::uint32_t index) {
    WIREBOOK_ASSERT(index != 0 && free_count_ < fresh_);
    free_[free_count_++] = index;
  }
  [[nodiscard]] std::uint32_t in_use() const { return fresh_ - free_count_; }

 private:
  /// The index before the one that the growth has to hear of.
  [[nodiscard]] std::uint32_t limit() const {
    return static_cast<std::uint32_t>(std::min<std::size_t>(size_, front_.look_at() - 1));
  }
  bool advance() {
    if (fresh_ == size_)
      return false;
    front_.reach(fresh_ + 1U);
    limit_ = limit();
    return true;
  }

  Table<std::uint32_t> free_;
  std::uint32_t free_count_ = 0;
  std::uint32_t fresh_ = 0;  ///< indices up to here have been out at least once
  Front front_;
  std::uint32_t size_;
  std::uint32_t limit_;  ///< `fresh_` may come up to here before the growth is asked
};

}  // namespace wirebook::match
