// A recorded ITCH feed, message by message, as the slots that its parser makes of it.
//
// Shapes: BinaryFILE (u16 length, message), plain or gzip, or a capture (pcap, pcapng) of MoldUDP64
// toward one port, of which each message counts once whatever line it came by. Threads: one.
// Errors: `error` has the text where the file cannot be read; malformed input has outcomes.
// Cost: reads as it goes; memory does not grow with the file. Specification: Nasdaq BinaryFILE,
// MoldUDP64 1.00, ITCH 5.0.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "wirebook/outcome.hpp"
#include "wirebook/slot.hpp"

#include "slot_ring/ring.hpp"

namespace wirebook::node {

/// Whether a message brings an order: `A` or `F`.
constexpr bool is_add(SlotKind kind) { return kind == feed_kind('A') || kind == feed_kind('F'); }

class RecordedFeed {
 public:
  /// `port` is that of a capture's MoldUDP64.
  RecordedFeed(const std::string& path, std::uint16_t port);
  ~RecordedFeed();
  RecordedFeed(const RecordedFeed&) = delete;
  RecordedFeed& operator=(const RecordedFeed&) = delete;

  /// The next feed slot, good until the next call; null at the end and after an error.
  [[nodiscard]] const Slot* next();
  /// Empty, or why the file could not be opened or read.
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] const OutcomeCounters& outcomes() const { return outcomes_; }

  class Source;

 private:
  slot_ring::Ring<Slot> ring_;
  slot_ring::Writer<Slot> writer_{ring_};
  slot_ring::Reader<Slot> reader_{ring_};
  std::unique_ptr<Source> source_;
  OutcomeCounters outcomes_{};
  std::string error_;
  bool given_ = false;  ///< the slot at the cursor has been handed out
};

}  // namespace wirebook::node
