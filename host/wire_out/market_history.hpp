// The market's messages of the day, kept to be sent again: numbered without a hole, oldest first.
//
//   append ──► page │ page │ page …      each message behind its SoupBinTCP header: u16 length, 'S'
//                └── run(n): packets as they lie, for TCP      └── copy_blocks(n): for MoldUDP64
//
// Shapes: pages of 64 KiB; when all are taken, the oldest is given up. Threads: one.
// Errors: a number that is no longer, or not yet, kept gives an empty run. Cost: one copy a
// message; finding a number is a binary search and a walk over at most 127 messages; memory is
// taken as it is written. Specification: SoupBinTCP 3.00 sequenced data, MoldUDP64 1.00 blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "match/state/state_io.hpp"
#include "slot_ring/memory.hpp"

namespace wirebook::wire_out {

class MarketHistory {
 public:
  static constexpr std::size_t page_bytes = std::size_t{64} << 10;

  /// At least two pages.
  explicit MarketHistory(std::size_t bytes);

  /// Consecutive packets, as many as lie together.
  struct Run {
    std::uint32_t count = 0;
    std::span<const std::byte> packets;  ///< until the next `append`
  };
  struct Blocks {
    std::uint16_t count = 0;
    std::size_t bytes = 0;
  };

  /// Has the number `next()`. 1 to 255 bytes.
  void append(std::span<const std::byte> message);
  /// Forgets everything; the next message has this number.
  void restart_at(std::uint64_t number);

  /// The oldest that is kept; `next()` where there is none.
  [[nodiscard]] std::uint64_t first() const { return kept_ == 0 ? next_ : page(0).first; }
  [[nodiscard]] std::uint64_t next() const { return next_; }

  /// From `number` on: one message at least, where it is kept, else as many as fit `bytes_max`.
  [[nodiscard]] Run run(std::uint64_t number, std::size_t bytes_max) const;
  /// Writes messages from `number` on as blocks of (u16 length, message): as many as fit `room`,
  /// at most `count_max`.
  [[nodiscard]] Blocks copy_blocks(std::uint64_t number, std::uint16_t count_max,
                                   std::span<std::byte> room) const;

  void save(match::StateWriter& writer) const;
  /// Into one that was just made; where that has fewer pages, the youngest messages stay. False if
  /// the bytes make no sense.
  bool load(match::StateReader& reader);

 private:
  static constexpr std::uint32_t mark_every = 128;
  static constexpr std::size_t message_bytes_max = 255;

  struct Page {
    std::uint64_t first = 0;
    std::uint32_t count = 0;
    std::uint32_t used = 0;
    std::vector<std::uint32_t> marks;  ///< where each 128th packet begins
  };
  struct Place {
    std::size_t page;     ///< from the oldest, 0
    std::uint32_t index;  ///< of the message in it
    std::uint32_t begin;  ///< its packet's first byte
  };

  /// `place` from the oldest, 0.
  [[nodiscard]] std::size_t slot(std::size_t place) const {
    return (oldest_ + place) % pages_.size();
  }
  [[nodiscard]] const Page& page(std::size_t place) const { return pages_[slot(place)]; }
  [[nodiscard]] std::byte* data(std::size_t place) const {
    return memory_.data() + slot(place) * page_bytes;
  }
  [[nodiscard]] std::uint32_t packet_bytes(std::size_t place, std::uint32_t begin) const;
  /// Of a number that is kept.
  [[nodiscard]] Place place_of(std::uint64_t number) const;
  void open_page();
  void add_packet(std::span<const std::byte> message);
  bool load_page(match::StateReader& reader);

  slot_ring::Memory memory_;
  std::vector<Page> pages_;  ///< a ring
  std::size_t oldest_ = 0;
  std::size_t kept_ = 0;
  std::uint64_t next_ = 1;
};

}  // namespace wirebook::wire_out
