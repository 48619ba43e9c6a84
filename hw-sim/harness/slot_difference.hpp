// Where two slots differ, for people.
//
// Shapes: text. Threads: any. Errors: none. Cost: for what has gone wrong only. Specification:
// include/wirebook/slot.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

#include "wirebook/slot.hpp"

#include "hw-sim/harness/slot_fields.hpp"

namespace wirebook::hw_sim {

inline std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[std::to_integer<unsigned>(bytes[i]) >> 4];
    text += digits[std::to_integer<unsigned>(bytes[i]) & 15];
    if (i % 8 == 7)
      text += i % 64 == 63 ? '\n' : ' ';
  }
  return text;
}

/// Where and how two slots differ first: byte, message, field. Empty if they do not.
inline std::string difference_of(const Slot& kernel, const Slot& software) {
  const auto got = std::as_bytes(std::span(&kernel, 1));
  const auto want = std::as_bytes(std::span(&software, 1));
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(got, want).in1 - got.begin());
  if (at == slot_bytes)
    return {};
  const SlotKind kind = software.tail.kind;
  std::ostringstream text;
  text << kind_name(kind) << ", byte " << at << " (" << field_at(kind, at) << "): kernel "
       << hex(got.subspan(at, 1)) << ", software " << hex(want.subspan(at, 1));
  if (kernel.tail.kind != kind)
    text << "; the kernel's is " << kind_name(kernel.tail.kind);
  text << "\nkernel   " << hex(got) << "software " << hex(want);
  return text.str();
}

}  // namespace wirebook::hw_sim
