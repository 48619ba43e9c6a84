// Makes the engine's next blocks of memory ready, on a thread away from the hot ones.
//
// Shapes: the growths of one engine, which outlives this. Threads: one of its own, which looks
// every few milliseconds whether more is wanted; an engine at full speed takes longer to use up
// what is kept ahead. `status` from any. Errors: std::system_error if the thread cannot be made.
// Where the host has no more memory, it tries again; the engine's own touch then decides. Cost: an
// idle look is one load a growth. Making 2 MiB ready takes the kernel about half a millisecond.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "match/memory/growth.hpp"

namespace wirebook::node {

/// Of the memory that grows with the orders.
struct MemoryStatus {
  std::uint64_t ready_bytes = 0;
  std::uint64_t wanted_bytes = 0;
  std::uint64_t bytes_max = 0;       ///< when the configured maxima are live
  std::uint64_t unready_blocks = 0;  ///< that the engine came to first, and had to wait for
};

class MemoryGrower {
 public:
  struct Place {
    std::vector<std::uint32_t> cpus;  ///< where it may run; empty: anywhere
    std::optional<int> numa_node;     ///< where the memory should be
  };

  MemoryGrower(match::GrowthList growths, Place place);
  ~MemoryGrower() { stop(); }
  MemoryGrower(const MemoryGrower&) = delete;
  MemoryGrower& operator=(const MemoryGrower&) = delete;

  /// Nothing to do, no thread.
  void start();
  void stop();
  [[nodiscard]] MemoryStatus status() const;
  /// For people, at the start: what so many orders have, and may come to.
  [[nodiscard]] std::string line(std::uint32_t orders_max) const;

 private:
  void run(const std::stop_token& stop) const;

  match::GrowthList growths_;
  Place place_;
  std::jthread thread_;
};

}  // namespace wirebook::node
