// Small words that the naive engine's files share.
//
// Shapes: values. Threads: constants. Errors: none.
#pragma once

#include <cstdint>
#include <string_view>

#include "wirebook/units.hpp"

namespace wirebook::match::naive {

/// Stands for the session's own firm.
inline const Firm no_firm = Firm::from("");

inline bool is_one_of(char letter, std::string_view letters) {
  return letters.find(letter) != std::string_view::npos;
}

/// Open shares of a new intended total: what was executed before is part of it.
inline std::uint32_t beyond(std::uint32_t total, std::uint32_t executed) {
  return total > executed ? total - executed : 0;
}

}  // namespace wirebook::match::naive
