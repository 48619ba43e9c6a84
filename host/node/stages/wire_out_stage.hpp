// Wire out: events become OUCH replies and the ITCH feed, and leave by their ports.
//
// It holds a cursor on the slot ring too, for replies quote what the client said where it lies. The
// cursor follows the events; where there are none, it follows match: slots that led to nothing do
// not hold the ring.
//
// Where the journal is to be durable first, an event waits until its cause is, and the answer to a
// login until its session's slot is. What never becomes durable is never told.
//
// Shapes: see ouch_sessions.hpp and itch_feed.hpp. Threads: one; counters any. Errors: counted.
// Cost: one encode an event and reader; system calls or doorbells once a poll.
#pragma once

#include <cstddef>
#include <cstdint>

#include "journal/journal_writer.hpp"
#include "node/background/background_report.hpp"
#include "node/clock.hpp"
#include "node/order_entry/control.hpp"
#include "node/order_entry/ouch_sessions.hpp"
#include "node/stages/itch_feed.hpp"
#include "node/stages/stage.hpp"
#include "node/stages/wire_out_counters.hpp"
#include "node/status.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::node {

class WireOutStage final : public Stage {
 public:
  struct Parts {
    const NodeConfig& config;
    const Clock& clock;
    DatagramPort& order_entry_port;
    DatagramPort& market_data_port;
    slot_ring::Ring<Slot>& slots;
    std::size_t match_reader;  ///< match's cursor on the slot ring
    slot_ring::Ring<Event>& events;
    wire_out::OutboundLog& log;  ///< for the sessions of `config`; goes on where it stands
    ControlQueue& controls;
    Ending& ending;
    const journal::JournalWriter* journal = nullptr;  ///< to be waited for; null: none
    BackgroundTap* background = nullptr;              ///< hears of its orders; null: there is none
    DatagramPort* market_data_port_b = nullptr;       ///< of line B; null: that of line A
    MarketTap* market_tap = nullptr;                  ///< is told what the market was; null: none
    const SoupRoad* soup = nullptr;                   ///< null: no sessions over TCP
  };

  explicit WireOutStage(const Parts& parts);

  bool poll() noexcept override;
  [[nodiscard]] bool finished() const noexcept override {
    return ending_->wire_out.load(std::memory_order_relaxed);
  }

  [[nodiscard]] const WireOutCounters& counters() const { return counters_; }
  /// The counters; behind the road, which says whether there are sessions over TCP.
  void read(NodeStatus& status) const;

 private:
  bool take_controls() noexcept;
  std::size_t take_events() noexcept;
  void look_at_journal() noexcept;
  void on_event(const EventGroup& event) noexcept;
  void count(const Event& event) noexcept;
  void follow_match(std::uint64_t match_cursor) noexcept;
  void count_packets() noexcept;
  void end(std::uint64_t steady_ns) noexcept;
  void say_end_again(std::uint64_t steady_ns) noexcept;

  const Clock* clock_;
  slot_ring::Ring<Slot>* slot_ring_;
  const std::size_t match_reader_;
  slot_ring::Reader<Slot> slots_;
  slot_ring::Reader<Event> events_;
  ControlQueue* controls_;
  Ending* ending_;
  const journal::JournalWriter* journal_;
  BackgroundTap* background_;
  std::uint64_t may_tell_;     ///< slots before this one may be told of
  bool journal_over_ = false;  ///< and it will not grow
  bool journal_failed_ = false;
  DatagramPort* order_entry_port_;
  DatagramPort* market_data_port_;
  WireOutCounters counters_;
  OuchSessions sessions_;
  ItchFeed feed_;
  std::uint64_t packets_counted_ = 0;
  std::uint64_t unsent_counted_ = 0;
  std::uint64_t copied_counted_ = 0;
  std::uint64_t keep_alive_at_ns_ = 0;
  const std::uint64_t end_of_session_ns_;
  const std::uint64_t heartbeat_ns_;
  bool day_over_ = false;  ///< and all are told
  bool over_ = false;      ///< only the ends are said again, that of the feed until
  std::uint64_t finish_at_ns_ = 0;
  std::uint64_t end_again_at_ns_ = 0;
};

}  // namespace wirebook::node
