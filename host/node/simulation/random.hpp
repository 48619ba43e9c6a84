// All chance of a simulation, from one seed.
//
// Shapes: xoshiro256** started by splitmix64; whole numbers only, so that every host draws the
// same. Threads: one. Errors: none. Cost: some shifts a draw.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace wirebook::simulation {

class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9E37'79B9'7F4A'7C15;
      std::uint64_t mixed = seed;
      mixed = (mixed ^ mixed >> 30) * 0xBF58'476D'1CE4'E5B9;
      mixed = (mixed ^ mixed >> 27) * 0x94D0'49BB'1331'11EB;
      word = mixed ^ mixed >> 31;
    }
  }

  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// 0 to `limit` - 1; 0 for a limit of 0.
  std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : next() % limit; }
  /// `low` to `high`, both included.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + below(high - low + 1);
  }
  bool chance(std::uint64_t in_million) { return below(1'000'000) < in_million; }
  bool coin() { return (next() & 1) != 0; }
  template <class Values>
  auto pick(const Values& values) {
    return values[below(std::size(values))];
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace wirebook::simulation
