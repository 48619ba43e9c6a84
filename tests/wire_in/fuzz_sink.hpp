// What the fuzz targets share: a ring that is emptied before each input, with every slot checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wirebook/assert.hpp"
#include "wirebook/crc32c.hpp"
#include "wirebook/outcome.hpp"
#include "wirebook/slot.hpp"

#include "slot_ring/group.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::wire_in::fuzz {

using Bytes = std::span<const std::byte>;

inline Bytes as_bytes(const std::uint8_t* data, std::size_t size) {
  return std::as_bytes(std::span(data, size));
}

/// Takes `count` bytes off the front; fewer, if there are not as many.
inline Bytes take(Bytes& from, std::size_t count) {
  const Bytes taken = from.first(std::min(count, from.size()));
  from = from.subspan(taken.size());
  return taken;
}

/// A length from one byte off the front, and that many bytes behind it.
inline Bytes take_piece(Bytes& from) {
  const Bytes length = take(from, 1);
  return take(from, length.empty() ? 0 : std::to_integer<std::size_t>(length[0]));
}

class Sink {
 public:
  /// Releases what is there, after a look at each slot.
  void check() {
    while (const auto group = slot_ring::peek_group(reader)) {
      for (std::uint64_t i = 0; i < group->slot_count(); ++i)
        WIREBOOK_ASSERT(is_sealed(reader.at(group->sequence + i), group->sequence + i, 1));
      reader.release(group->slot_count());
    }
    WIREBOOK_ASSERT(reader.sequence() == writer.sequence());
  }

  slot_ring::Ring<Slot> ring{8'192};
  slot_ring::Writer<Slot> writer{ring};
  slot_ring::Reader<Slot> reader{ring};
};

inline Sink& sink() {
  static Sink one;
  return one;
}

}  // namespace wirebook::wire_in::fuzz
