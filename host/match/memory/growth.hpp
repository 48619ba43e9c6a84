// How far the memory of some tables is ready, and how far their owner wants it ready.
//
// A table's address range is reserved for its configured maximum, so that an index stays one
// addition away; pages come in whole blocks. The owner says with one store how far it will soon
// be, another thread makes the next blocks ready, and says so with one store. Blocks follow each
// other in place, so two counts are all that crosses: a queue would carry the same two numbers.
//
//      1 ────── in use ──────► reach        ready ◄── grow()          wanted          units
//      ├───────────┬───────────┬──────────────┬──────────────────────────┬───────────────┤
//
// Shapes: units are counted from 1, such as the indices of a pool; a block is a number of them; a
// part is the memory of a table that follows the units. Threads: the owner's, but `grow`, which
// one other thread may call, and the counts, which any may read. Parts join before it runs.
// Errors: none. Memory that is not ready when it is reached is faulted in by the owner's touch, and
// counted (`unready_blocks`): what is refused depends on counts, never on timing.
// Cost: the owner looks up once a block.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wirebook::match {

class Growth {
 public:
  /// Of `units`, those up to `start` are ready from the beginning, in whole blocks.
  Growth(std::size_t units, std::size_t start, std::size_t block);
  Growth(const Growth&) = delete;
  Growth& operator=(const Growth&) = delete;

  /// All is ready from the beginning: nothing grows.
  [[nodiscard]] bool is_whole() const { return start_ == units_; }
  /// Memory whose bytes up to (unit + 1) * unit_bytes belong to the units up to `unit`. What is
  /// ready at the start is touched now; throws std::bad_alloc if the host has not enough.
  void add_part(std::byte* data, std::size_t bytes, std::size_t unit_bytes);

  /// The owner is about to use `unit`. Gives the unit before whose use it has to come again.
  std::size_t reach(std::size_t unit) noexcept;
  /// The owner will need the units up to this one.
  void want(std::size_t unit) noexcept;

  /// From now on somebody calls `grow`, and what is reached unready is counted.
  void expect_grower() noexcept { has_grower_.store(true, std::memory_order_relaxed); }
  /// Makes the next block ready if it is wanted; false if nothing was to be done, or the host has
  /// no more memory.
  bool grow() noexcept;

  [[nodiscard]] std::size_t units() const { return units_; }
  [[nodiscard]] std::size_t ready() const { return ready_.load(std::memory_order_acquire); }
  [[nodiscard]] std::size_t wanted() const { return wanted_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t ready_bytes() const { return bytes_up_to(ready()); }
  /// No less than what is ready.
  [[nodiscard]] std::size_t wanted_bytes() const {
    return bytes_up_to(std::max(wanted(), ready()));
  }
  [[nodiscard]] std::size_t bytes() const { return bytes_up_to(units_); }
  [[nodiscard]] std::uint64_t unready_blocks() const {
    return unready_blocks_.load(std::memory_order_relaxed);
  }

 private:
  struct Part {
    std::byte* data;
    std::size_t bytes;
    std::size_t unit_bytes;

    [[nodiscard]] std::size_t bytes_up_to(std::size_t unit) const;
  };
  /// So many blocks beyond the one in use are kept ready.
  static constexpr std::size_t blocks_ahead = 4;
  static constexpr std::size_t parts_max = 8;

  [[nodiscard]] std::size_t block_end(std::size_t unit) const;
  [[nodiscard]] std::size_t bytes_up_to(std::size_t unit) const;
  [[nodiscard]] static bool touch(const Part& part, std::size_t from, std::size_t to) noexcept;

  std::size_t units_;
  std::size_t block_;
  std::size_t start_;
  std::array<Part, parts_max> parts_{};
  std::size_t part_count_ = 0;
  std::size_t reached_ = 0;  ///< whole blocks that the owner has come to

  alignas(64) std::atomic<std::size_t> wanted_{0};  ///< the owner's
  std::atomic<std::uint64_t> unready_blocks_{0};
  std::atomic<bool> has_grower_{false};
  alignas(64) std::atomic<std::size_t> ready_;  ///< the grower's
};

using GrowthList = std::vector<Growth*>;

/// The owner's place in a growth: one comparison where nothing is to be done.
class Front {
 public:
  Front() = default;  ///< of what does not grow
  explicit Front(Growth& growth)
      : growth_(&growth), look_at_(growth.is_whole() ? ~std::size_t{0} : 1) {}

  void reach(std::size_t unit) noexcept {
    if (unit >= look_at_) [[unlikely]]
      look_at_ = growth_->reach(unit);
  }
  /// The unit before whose use `reach` has to be called.
  [[nodiscard]] std::size_t look_at() const { return look_at_; }

 private:
  Growth* growth_ = nullptr;
  std::size_t look_at_ = ~std::size_t{0};
};

}  // namespace wirebook::match
