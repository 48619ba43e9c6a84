// Which session a datagram belongs to, by its source address and port.
//
// Shapes: open addressing with linear probing, at most half full, sized once; a session is in it at
// most once. Threads: one. Errors: none; a source that is not there gives 0.
// Cost: one or two cache lines a look-up, no allocation after the constructor.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "wirebook/assert.hpp"

#include "node/config/config.hpp"

namespace wirebook::node {

class SessionTable {
 public:
  explicit SessionTable(std::size_t sessions)
      : entries_(std::bit_ceil(2 * sessions + 2)), mask_(entries_.size() - 1) {}

  /// The session's number, or 0.
  [[nodiscard]] std::uint32_t find(Endpoint source) const {
    return entries_[place(source)].session;
  }

  void insert(Endpoint source, std::uint32_t session) {
    Entry& entry = entries_[place(source)];
    count_ += entry.session == 0 ? 1 : 0;
    WIREBOOK_ASSERT(count_ <= entries_.size() / 2);
    entry = {source, session};
  }

  void erase(Endpoint source) {
    std::size_t hole = place(source);
    if (entries_[hole].session == 0)
      return;
    --count_;
    // Whatever was pushed past the hole moves back, so that no search ends too early.
    for (std::size_t next = (hole + 1) & mask_; entries_[next].session != 0;
         next = (next + 1) & mask_) {
      const std::size_t home = hash(entries_[next].source) & mask_;
      if (((next - home) & mask_) >= ((next - hole) & mask_)) {
        entries_[hole] = entries_[next];
        hole = next;
      }
    }
    entries_[hole] = {};
  }

 private:
  struct Entry {
    Endpoint source;
    std::uint32_t session = 0;  ///< 0: free
  };

  static std::size_t hash(Endpoint source) {
    const std::uint64_t key = std::uint64_t{source.address} << 16 | source.port;
    return static_cast<std::size_t>((key * 0x9E37'79B9'7F4A'7C15ULL) >> 32);
  }
  /// Where the source is, or where it would be.
  [[nodiscard]] std::size_t place(Endpoint source) const {
    std::size_t index = hash(source) & mask_;
    while (entries_[index].session != 0 && !(entries_[index].source == source))
      index = (index + 1) & mask_;
    return index;
  }

  std::vector<Entry> entries_;
  std::size_t mask_;
  std::size_t count_ = 0;
};

}  // namespace wirebook::node
