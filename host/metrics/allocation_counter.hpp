// Counts heap allocations by thread, to prove that a path makes none.
//
// Shapes: calls of malloc, calloc, realloc, memalign and their kin, and with them of operator new.
// They count only in programs that link `wirebook::allocation_hooks`, on glibc, without sanitizers;
// `allocations_are_counted()` tells. Threads: any; a thread counts for itself, others may read.
// Errors: threads beyond `counted_threads_max` in the life of the process share one count.
// Cost: an addition to an allocation.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wirebook::metrics {

inline constexpr std::size_t counted_threads_max = 512;

[[nodiscard]] bool allocations_are_counted() noexcept;

/// Since the calling thread started.
[[nodiscard]] std::uint64_t allocations_of_this_thread() noexcept;

/// Of the thread with this kernel id (gettid) since it started; 0 if it never allocated.
[[nodiscard]] std::uint64_t allocations_of_thread(int thread_id) noexcept;

namespace detail {
/// Called by the hooks; allocates nothing itself.
void note_allocation() noexcept;
}  // namespace detail

}  // namespace wirebook::metrics
