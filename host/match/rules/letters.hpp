// Letters that a field may have: a load and a test of bits, whatever the set.
//
// Shapes: single characters; a set is a bit of a table's entry. Threads: constants. Errors: none; a
// letter beyond ASCII is in no set. Cost: one load from a table of 256 bytes.
// Specification: OUCH 5.0 inbound messages, ../RULES.md.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace wirebook::match {

enum class Letters : std::uint8_t {
  side = 1,
  sale = 2,  ///< a seller's markings
  replace_time_in_force = 4,
  display = 8,
  capacity = 16,
  yes_no = 32,
};

inline constexpr auto letter_sets = [] {
  std::array<std::uint8_t, 256> sets{};
  const auto put = [&sets](Letters set, std::string_view letters) {
    for (const char letter : letters)
      sets[static_cast<unsigned char>(letter)] |= static_cast<std::uint8_t>(set);
  };
  put(Letters::side, "BSTE");
  put(Letters::sale, "STE");
  put(Letters::replace_time_in_force, "0356");
  put(Letters::display, "YNA");
  put(Letters::capacity, "APRO");
  put(Letters::yes_no, "YN");
  return sets;
}();

constexpr bool is_in(Letters set, char letter) {
  return (letter_sets[static_cast<unsigned char>(letter)] & static_cast<std::uint8_t>(set)) != 0;
}

}  // namespace wirebook::match
