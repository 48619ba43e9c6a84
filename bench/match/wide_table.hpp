// A table with room for every 32-bit number, of which only what is touched takes memory.
//
// Shapes: 2^32 zeroed elements of address space; the first `touched` are faulted in beforehand.
// Threads: the owner's; elements never move, so another thread may read what was handed over.
// Errors: throws std::bad_alloc. Cost: an index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>

#include <sys/mman.h>

namespace wirebook::bench {

template <class Value>
class WideTable {
  static_assert(std::is_trivially_copyable_v<Value>);

 public:
  explicit WideTable(std::size_t touched) {
    void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
      throw std::bad_alloc();
    madvise(memory, bytes, MADV_HUGEPAGE);
    std::memset(memory, 0, touched * sizeof(Value));
    values_ = static_cast<Value*>(memory);
  }
  ~WideTable() { munmap(values_, bytes); }
  WideTable(const WideTable&) = delete;
  WideTable& operator=(const WideTable&) = delete;

  Value& operator[](std::uint32_t index) { return values_[index]; }
  const Value& operator[](std::uint32_t index) const { return values_[index]; }

 private:
  static constexpr std::size_t bytes = sizeof(Value) << 32;

  Value* values_;
};

}  // namespace wirebook::bench
