#include "node/memory/memory_grower.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include <pthread.h>
#include <sched.h>

#include "node/memory/near_memory.hpp"

namespace wirebook::node {

namespace {

/// In so long, an engine that does nothing but take 10 million new orders a second uses up a fifth
/// of what is kept ahead.
constexpr auto look_every = std::chrono::milliseconds(5);

void keep_to(const std::vector<std::uint32_t>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const std::uint32_t cpu : cpus)
    CPU_SET(cpu, &set);
  if (!cpus.empty())
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);  // a wish
}

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
  keep_to(place_.cpus);
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

}  // namespace wirebook::node
