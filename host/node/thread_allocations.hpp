// Heap allocations of the threads that somebody starts.
//
// Shapes: made before they are started, told when they are. Threads: one; they must not have ended
// when they are asked about. Errors: nothing where the program does not count allocations.
// Cost: a look into /proc.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <vector>

#include "metrics/allocation_counter.hpp"
#include "node/demo_host.hpp"

namespace wirebook::node {

/// Counts what the threads that a call starts allocate from then on.
class ThreadAllocations {
 public:
  ThreadAllocations() : before_(thread_ids()) {}

  void started() {
    const std::vector<int> now = thread_ids();
    std::set_difference(now.begin(), now.end(), before_.begin(), before_.end(),
                        std::back_inserter(ids_));
    baseline_ = sum();
  }
  /// Before the threads end.
  [[nodiscard]] std::optional<std::uint64_t> since_start() const {
    if (!metrics::allocations_are_counted())
      return std::nullopt;
    return sum() - baseline_;
  }

 private:
  [[nodiscard]] std::uint64_t sum() const {
    std::uint64_t total = 0;
    for (const int id : ids_)
      total += metrics::allocations_of_thread(id);
    return total;
  }

  std::vector<int> before_;
  std::vector<int> ids_;
  std::uint64_t baseline_ = 0;
};

}  // namespace wirebook::node
