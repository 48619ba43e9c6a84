// The allocator with a count in front: definitions of the malloc family in the program take the
// place of the C library's, for operator new and for shared libraries alike. Sanitizers bring an
// allocator of their own, so under them, and without glibc, nothing is replaced.
#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include "metrics/allocation_counter.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define WIREBOOK_COUNT_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define WIREBOOK_COUNT_ALLOCATIONS 0
#else
#define WIREBOOK_COUNT_ALLOCATIONS 1
#endif
#else
#define WIREBOOK_COUNT_ALLOCATIONS 1
#endif

extern "C" int wirebook_allocation_hooks() { return WIREBOOK_COUNT_ALLOCATIONS; }

#if WIREBOOK_COUNT_ALLOCATIONS

extern "C" {

// The C library chose these names.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

void* malloc(std::size_t size) {
  wirebook::metrics::detail::note_allocation();
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
  wirebook::metrics::detail::note_allocation();
  return __libc_calloc(count, size);
}

void* realloc(void* block, std::size_t size) {
  wirebook::metrics::detail::note_allocation();
  return __libc_realloc(block, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  wirebook::metrics::detail::note_allocation();
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }

int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
    return EINVAL;
  void* const memory = memalign(alignment, size);
  if (memory == nullptr)
    return ENOMEM;
  *block = memory;
  return 0;
}

void free(void* block) { __libc_free(block); }
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

}  // extern "C"

#endif
