// Hands out the indices 1 to `size`, the one given back last first, because it is in the cache.
//
// Shapes: 32-bit indices into tables of the same size plus one; 0 means none. Threads: the owner's.
// Errors: `take` gives 0 when all are out. Cost: a push or a pop.
#pragma once

#include <cstdint>

#include "wirebook/assert.hpp"

#include "match/table.hpp"

namespace wirebook::match {

class IndexPool {
 public:
  explicit IndexPool(std::uint32_t size) : free_(size), size_(size) {}

  std::uint32_t take() {
    if (free_count_ != 0)
      return free_[--free_count_];
    return fresh_ < size_ ? ++fresh_ : 0;
  }
  void give_back(std::uint32_t index) {
    WIREBOOK_ASSERT(index != 0 && free_count_ < fresh_);
    free_[free_count_++] = index;
  }
  [[nodiscard]] std::uint32_t in_use() const { return fresh_ - free_count_; }

 private:
  Table<std::uint32_t> free_;
  std::uint32_t free_count_ = 0;
  std::uint32_t fresh_ = 0;  ///< indices up to here have been out at least once
  std::uint32_t size_;
};

}  // namespace wirebook::match
