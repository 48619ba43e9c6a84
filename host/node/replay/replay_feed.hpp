// An ITCH feed, replayed: slot ring and follower on one thread.
//
//   message or packet ──► parse_itch, MoldParser ──► slot ring ──► feed follower ──► BBO
//
// Shapes: BinaryFILE messages or MoldUDP64 packets. Threads: one. Errors: outcomes and counters;
// the file keeps its own. Cost: that of the stages. Specification: replay/README.md;
// host/match/RULES.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "wirebook/slot.hpp"

#include "card/bulk_list.hpp"
#include "match/feed_follower.hpp"
#include "node/replay/replay.hpp"
#include "node/replay/replay_bbo.hpp"
#include "node/replay/replay_summary.hpp"
#include "slot_ring/ring.hpp"
#include "wire_in/mold_parser.hpp"

namespace wirebook::node {

class FeedReplay {
 public:
  /// `orders_max`: so many orders may be live. Opens the output file.
  FeedReplay(std::uint32_t orders_max, const ReplayOptions& options);

  /// The ring, for a device that writes to it, and the sequence that comes next there.
  [[nodiscard]] card::BulkRing bulk_ring() const;
  [[nodiscard]] std::uint64_t sequence() const { return writer_.sequence(); }
  /// Nothing needs room between the messages of a feed.
  static bool make_room(card::BulkList& /*list*/) { return false; }
  /// The slots of these messages are there: they are next.
  void take(card::BulkList& list);
  /// Works through all that is in the ring.
  void run_slots();

  /// A message of a BinaryFILE; it came in at its own time.
  void on_message(std::span<const std::byte> message);
  /// A MoldUDP64 packet.
  void on_packet(std::span<const std::byte> payload, TimeNs time_ns);

  [[nodiscard]] ReplayCounts& counts() { return counts_; }
  [[nodiscard]] ReplaySummary summary() const;
  /// Closes the file. Empty, or what went wrong with it.
  [[nodiscard]] std::string close();
  [[nodiscard]] const std::string& error() const { return bbo_.file().error(); }

 private:
  slot_ring::Ring<Slot> slots_;
  slot_ring::Writer<Slot> writer_{slots_};
  slot_ring::Reader<Slot> reader_{slots_};
  wire_in::MoldParser mold_parser_{0};
  match::FeedFollower follower_;
  ReplayCounts counts_;
  BboFile bbo_;
};

}  // namespace wirebook::node
