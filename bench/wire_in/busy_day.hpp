// A seeded mix of ITCH messages as a busy book makes it, in BinaryFILE framing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>
#include <utility>
#include <vector>

#include "wire_in/itch_parser.hpp"

namespace wirebook::bench {

inline constexpr std::uint64_t busy_day_seed = 20'250'119;

/// Parts of a thousand, close to a busy day of TotalView.
inline constexpr std::pair<char, unsigned> busy_day_mix[] = {
    {'A', 430}, {'D', 410}, {'U', 75}, {'E', 45}, {'X', 25}, {'F', 8}, {'P', 5}, {'C', 2}};

inline std::vector<std::byte> busy_day(std::size_t messages) {
  std::mt19937_64 random(busy_day_seed);
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < messages; ++i) {
    auto draw = static_cast<unsigned>(random() % 1'000);
    const auto* kind = std::begin(busy_day_mix);
    for (; draw >= kind->second; ++kind)
      draw -= kind->second;
    const std::size_t length = wire_in::itch_message_bytes(kind->first);
    bytes.push_back(std::byte{0});
    bytes.push_back(static_cast<std::byte>(length));
    bytes.push_back(static_cast<std::byte>(kind->first));
    for (std::size_t j = 1; j < length; ++j)
      bytes.push_back(static_cast<std::byte>(random()));
  }
  return bytes;
}

}  // namespace wirebook::bench
