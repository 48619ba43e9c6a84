// The clock of a load run: a steady one, in nanoseconds. Threads: any. Errors: none.
#pragma once

#include <chrono>
#include <cstdint>

namespace wirebook::node {

[[nodiscard]] inline std::uint64_t load_clock_ns() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now().time_since_epoch())
                                        .count());
}

}  // namespace wirebook::node
