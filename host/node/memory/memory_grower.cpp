#include "node/memory/memory_grower.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "node/memory/near_memory.hpp"
#include "node/stages/thread_plan.hpp"

namespace wirebook::node {

namespace {

/// In so long, an engine that does nothing but take 10 million new orders a second uses up a fifth
/// of what is kept ahead.
constexpr auto look_every = std::chrono::milliseconds(5);

}  // namespace

MemoryGrower::MemoryGrower(match::GrowthList growths, Place place)
    : growths_(std::move(growths)), place_(std::move(place)) {
  for (match::Growth* const growth : growths_)
    growth->expect_grower();
}

void MemoryGrower::start() {
  if (!growths_.empty())
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void MemoryGrower::stop() {
  thread_.request_stop();
  if (thread_.joinable())
    thread_.join();
}

void MemoryGrower::run(const std::stop_token& stop) const {
  (void)keep_to(place_.cpus);  // a wish
  const NearMemory near(place_.numa_node);
  std::mutex mutex;
  std::condition_variable_any waits;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    // A block of each by turns: none has to wait for all that another wants.
    bool grew = false;
    for (match::Growth* const growth : growths_)
      grew |= growth->grow();
    if (!grew)
      waits.wait_for(lock, stop, look_every, [] { return false; });
  }
}

MemoryStatus MemoryGrower::status() const {
  MemoryStatus status;
  for (const match::Growth* const growth : growths_) {
    status.ready_bytes += growth->ready_bytes();
    status.wanted_bytes += growth->wanted_bytes();
    status.bytes_max += growth->bytes();
    status.unready_blocks += growth->unready_blocks();
  }
  return status;
}

std::string MemoryGrower::line(std::uint32_t orders_max) const {
  constexpr std::uint64_t mib = 1U << 20;
  const MemoryStatus memory = status();
  std::string line = fmt::format("memory for {} orders", orders_max);
  if (memory.bytes_max != 0)
    line = fmt::format("memory for orders: {} MiB, at most {} MiB for {} of them",
                       memory.ready_bytes / mib, memory.bytes_max / mib, orders_max);
  return place_.numa_node ? fmt::format("{}, on NUMA node {}", line, *place_.numa_node) : line;
}

}  // namespace wirebook::node
