// Asks memory for a line before it is needed.
//
// Shapes: any address; what is not mapped is ignored by the processor. Threads: any. Errors: none.
// Cost: one instruction, which the compiler may not drop: gcc 12 takes a call of a function that
// does nothing but `__builtin_prefetch` for one without effect, and removes it.
#pragma once

namespace wirebook {

inline __attribute__((always_inline)) void prefetch(const void* address) {
#if defined(__x86_64__)
  asm volatile("prefetcht0 %0" : : "m"(*static_cast<const char*>(address)));
#else
  __builtin_prefetch(address, 1);
#endif
}

/// The same of what will be written. Old processors take prefetchw for a no-op.
inline __attribute__((always_inline)) void prefetch_to_write(const void* address) {
#if defined(__x86_64__)
  asm volatile("prefetchw %0" : : "m"(*static_cast<const char*>(address)));
#else
  __builtin_prefetch(address, 1);
#endif
}

}  // namespace wirebook
