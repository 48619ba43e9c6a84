// MoldUDP64: downstream packets of ITCH messages become slots, in order, each message once.
//
// Shapes: UDP payloads in; feed, gap and feed_end slots out. A gap slot stands before the message
// that follows a gap; a heartbeat reveals one too. The first message of a session is number 1, so
// who joins late sees a gap. A packet of a new session ends the one before; stragglers of that one
// are ignored. Threads: the ring's writer. Errors: outcomes; messages before a malformed block are
// kept. Cost: that of parse_itch, a message. Specification: MoldUDP64 1.00, downstream packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/outcome.hpp"
#include "wirebook/units.hpp"
#include "wirebook/wire/session.hpp"

#include "slot_ring/ring.hpp"
#include "wire_in/itch_parser.hpp"

namespace wirebook::wire_in {

class MoldParser {
 public:
  /// `stream` names this feed in gap and feed_end slots. Of instruments that are not wanted no
  /// message becomes a slot; all are, without a filter.
  explicit MoldParser(std::uint8_t stream, const LocateFilter* wanted = nullptr)
      : wanted_(wanted), stream_(stream) {}

  /// The most slots that `on_packet` may write for this payload.
  [[nodiscard]] static std::size_t slots_needed(std::span<const std::byte> payload) noexcept;

  /// Needs credit for `slots_needed(payload)`. Counts each new message with its outcome (`ok` for
  /// each that became a slot), the gap before the packet if there is one, and the packet's outcome
  /// unless it is `ok` or that gap. Returns the packet's outcome, which is counted already.
  Outcome on_packet(std::span<const std::byte> payload, TimeNs time_ns,
                    slot_ring::Writer<Slot>& ring, OutcomeCounters& counters) noexcept;

  /// The number of the next message; 1 before the first packet.
  [[nodiscard]] std::uint64_t expected_sequence() const { return expected_; }
  /// The session that is followed, if any packet came yet.
  [[nodiscard]] const std::optional<Alpha<10>>& session() const { return session_; }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  Outcome messages(std::span<const std::byte> bytes, std::uint64_t first, std::uint16_t count,
                   TimeNs time_ns, slot_ring::Writer<Slot>& ring,
                   OutcomeCounters& counters) noexcept;
  void enter_session(const Alpha<10>& session, TimeNs time_ns,
                     slot_ring::Writer<Slot>& ring) noexcept;
  bool skip_to(std::uint64_t sequence, TimeNs time_ns, slot_ring::Writer<Slot>& ring,
               OutcomeCounters& counters) noexcept;
  void end_session(TimeNs time_ns, slot_ring::Writer<Slot>& ring) noexcept;

  const LocateFilter* wanted_;
  std::uint64_t expected_ = 1;
  std::optional<Alpha<10>> session_;
  std::optional<Alpha<10>> previous_session_;
  std::uint8_t stream_;
  bool ended_ = false;
};

}  // namespace wirebook::wire_in
