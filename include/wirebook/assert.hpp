// Assertions that stay on in release: they state what the program itself must have got right.
//
// Wire bytes and peers never reach one; they produce outcomes. Threads: any. Cost: a branch.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace wirebook {

[[noreturn]] inline void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace wirebook

#define WIREBOOK_ASSERT(condition)                   \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::wirebook::assertion_failed(#condition, __FILE__, __LINE__))
