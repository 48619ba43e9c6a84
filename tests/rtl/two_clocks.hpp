// Rising edges of two clocks of any ratio, with jitter, so that their phases drift.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

namespace wirebook {

struct Clocking {
  const char* name;
  int period[2];  // ps
  int phase;      // ps, of the second
  int jitter;     // ps
};

class TwoClocks {
 public:
  TwoClocks(const Clocking& clocking, unsigned seed)
      : clocking_(clocking), random_(seed), next_{1'000, 1'000 + clocking.phase} {}

  struct Edge {
    bool rises[2];
  };

  /// The next edge; edges at the same time are one.
  Edge next() {
    now_ = std::min(next_[0], next_[1]);
    Edge edge{};
    for (int side = 0; side < 2; ++side) {
      edge.rises[side] = next_[side] == now_;
      if (edge.rises[side])
        next_[side] += clocking_.period[side] + jitter();
    }
    return edge;
  }

  [[nodiscard]] std::int64_t now() const { return now_; }

 private:
  int jitter() {
    if (clocking_.jitter == 0)
      return 0;
    return std::uniform_int_distribution<int>(-clocking_.jitter, clocking_.jitter)(random_);
  }

  Clocking clocking_;
  std::mt19937 random_;
  std::int64_t next_[2];
  std::int64_t now_ = 0;
};

// 3,103 ps: 322.27 MHz, a 100G MAC's; 3,333 ps: 300 MHz, the kernel's.
inline constexpr Clocking clockings[] = {
    {"mac_to_kernel", {3'103, 3'333}, 0, 0},   {"kernel_to_mac", {3'333, 3'103}, 0, 0},
    {"jitter", {3'103, 3'333}, 700, 60},       {"same_edge", {3'333, 3'333}, 0, 0},
    {"same_rate", {3'333, 3'333}, 1'200, 0},   {"same_rate_late", {3'333, 3'333}, 3'332, 0},
    {"three_to_one", {3'000, 1'000}, 250, 30}, {"one_to_three", {1'000, 3'000}, 250, 30},
};

}  // namespace wirebook
