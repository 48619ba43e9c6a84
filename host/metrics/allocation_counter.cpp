#include "metrics/allocation_counter.hpp"

#include <array>
#include <atomic>

#include <sys/syscall.h>
#include <unistd.h>

/// There if the hooks are linked.
extern "C" __attribute__((weak)) int wirebook_allocation_hooks();

namespace wirebook::metrics {
namespace {

struct ThreadCount {
  std::atomic<int> thread_id{0};
  std::atomic<std::uint64_t> allocations{0};
};

// One more for the threads that found no place: its id stays 0.
constinit std::array<ThreadCount, counted_threads_max + 1> thread_counts{};
constinit std::atomic<std::size_t> threads_seen{0};
constinit thread_local ThreadCount* this_thread = nullptr;

ThreadCount& count_of_this_thread() noexcept {
  if (this_thread == nullptr) {
    const std::size_t place = threads_seen.fetch_add(1, std::memory_order_relaxed);
    if (place < counted_threads_max) {
      this_thread = &thread_counts[place];
      this_thread->thread_id.store(static_cast<int>(syscall(SYS_gettid)),
                                   std::memory_order_release);
    } else {
      this_thread = &thread_counts.back();
    }
  }
  return *this_thread;
}

}  // namespace

bool allocations_are_counted() noexcept {
  return wirebook_allocation_hooks != nullptr && wirebook_allocation_hooks() != 0;
}

std::uint64_t allocations_of_this_thread() noexcept {
  return count_of_this_thread().allocations.load(std::memory_order_relaxed);
}

std::uint64_t allocations_of_thread(int thread_id) noexcept {
  // The kernel gives ids out again: the youngest thread of this id is the one meant.
  for (std::size_t i = counted_threads_max; i-- != 0;)
    if (thread_counts[i].thread_id.load(std::memory_order_acquire) == thread_id)
      return thread_counts[i].allocations.load(std::memory_order_relaxed);
  return 0;
}

namespace detail {
void note_allocation() noexcept {
  count_of_this_thread().allocations.fetch_add(1, std::memory_order_relaxed);
}
}  // namespace detail

}  // namespace wirebook::metrics
