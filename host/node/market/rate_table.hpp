// How often each address may be served: so many times a second, and some more at once.
//
// An address is known by when its next turn would be if it came evenly. One whose turn is in the
// past is as good as new, so its entry is free for another: no entry lives longer than a burst
// lasts, and memory is bounded whoever asks.
//
// Shapes: sets of 8 entries; a seed keeps peers from aiming at one set. Threads: one. Errors: where
// all entries of a set are in use the answer is no. Cost: one set, two cache lines.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wirebook::node {

class RateTable {
 public:
  static constexpr std::size_t set_entries = 8;

  RateTable(std::uint32_t per_second, std::uint32_t at_once, std::uint64_t seed,
            std::size_t sets = 1024)
      : turn_ns_(1'000'000'000 / std::max(per_second, 1U)),
        ahead_max_ns_(turn_ns_ * (std::max(at_once, 1U) - 1)),
        seed_(seed),
        sets_(sets) {}

  /// Whether it is the address's turn; if so, that is one.
  bool take(std::uint32_t address, std::uint64_t now_ns) noexcept {
    Entry* free = nullptr;
    for (Entry& entry : sets_[set_of(address)]) {
      if (entry.address == address && entry.turn_ns > now_ns) {
        if (entry.turn_ns - now_ns > ahead_max_ns_)
          return false;
        entry.turn_ns += turn_ns_;
        return true;
      }
      if (entry.turn_ns <= now_ns)
        free = &entry;
    }
    if (free == nullptr)
      return false;
    *free = {.turn_ns = now_ns + turn_ns_, .address = address};
    return true;
  }

 private:
  struct Entry {
    std::uint64_t turn_ns = 0;
    std::uint32_t address = 0;
  };

  [[nodiscard]] std::size_t set_of(std::uint32_t address) const {
    std::uint64_t hash = (address ^ seed_) * 0x9E37'79B9'7F4A'7C15;
    hash = (hash ^ hash >> 32) * (seed_ | 1);
    return (hash ^ hash >> 29) % sets_.size();
  }

  std::uint64_t turn_ns_;
  std::uint64_t ahead_max_ns_;
  std::uint64_t seed_;
  std::vector<std::array<Entry, set_entries>> sets_;
};

}  // namespace wirebook::node
