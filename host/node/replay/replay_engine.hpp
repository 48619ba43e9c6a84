// Order entry, replayed: slot ring, engine, event ring and encoders on one thread.
//
//   message ──► parse_ouch ─┐                                      ┌─► OUCH blocks, JSON lines
//   venue's slot ───────────┴─► slot ring ──► engine ──► event ring ┴─► ITCH blocks
//
// Shapes: one message or slot at a time; all that it causes is out before the next. Threads: one.
// Errors: outcomes and counters; files keep their own. Cost: that of the stages.
// Specification: replay/README.md; host/match/RULES.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wirebook/limits.hpp"
#include "wirebook/outcome.hpp"
#include "wirebook/slot.hpp"

#include "card/bulk_list.hpp"
#include "match/engine.hpp"
#include "node/config/config.hpp"
#include "node/replay/replay.hpp"
#include "node/replay/replay_bbo.hpp"
#include "node/replay/replay_output.hpp"
#include "node/replay/replay_summary.hpp"
#include "slot_ring/ring.hpp"
#include "wire_out/itch_encoder.hpp"

namespace wirebook::node {

class EngineReplay {
 public:
  /// With a configuration its instruments and sessions are defined at once, and no others. Without
  /// one they are listed at first sight. `input_bytes` bounds how many orders there can be at all.
  /// Opens the output files.
  EngineReplay(const std::optional<NodeConfig>& config, std::size_t input_bytes,
               const ReplayOptions& options);

  /// An OUCH message of a client.
  Outcome on_message(std::span<const std::byte> message, std::uint32_t session, TimeNs time_ns);
  /// What the venue does: time and body of `slot` are set. A limit may be of a `symbol`.
  void on_venue(const Slot& slot, SlotKind kind, Symbol symbol = {});

  // A device may write the slots of messages instead: see replay_bulk.hpp.

  /// The ring, for a device that writes to it, and the sequence that comes next there.
  [[nodiscard]] card::BulkRing bulk_ring() const;
  [[nodiscard]] std::uint64_t sequence() const { return slot_writer_.sequence(); }
  /// The messages have their slots from `sequence` on. What must be listed before one of them needs
  /// room there: true if that moved messages, so that their slots have to be written again.
  [[nodiscard]] bool make_room(card::BulkList& list);
  /// The slots of these messages are there: they are next, with what is listed between them.
  void take(card::BulkList& list);
  /// Works through all that is in the ring.
  void run_slots();

  [[nodiscard]] ReplayCounts& counts() { return counts_; }
  [[nodiscard]] ReplaySummary summary(TypeNames names) const;
  /// Closes the files. Empty, or what went wrong with one.
  [[nodiscard]] std::string close();
  /// Empty, or what went wrong with a file so far.
  [[nodiscard]] std::string error() const;

 private:
  /// Before a message of a batch: what is listed there.
  struct Room {
    std::uint64_t slot = 0;  ///< of the message, counted from the batch's first
    bool session = false;
    bool symbol = false;

    [[nodiscard]] std::uint32_t slots() const { return std::uint32_t{session} + symbol; }
  };

  [[nodiscard]] bool is_new_session(std::uint32_t session) const;
  [[nodiscard]] bool is_new_symbol(Symbol symbol) const;
  void define_instrument(Symbol symbol, std::uint32_t round_lot, char trading_state,
                         TimeNs time_ns);
  void define_session(std::uint32_t session, Firm firm, bool cancel_on_disconnect, TimeNs time_ns);
  void see_session(std::uint32_t session, TimeNs time_ns);
  void see_symbol(Symbol symbol, TimeNs time_ns);
  void see_message(const Slot& slot);

  [[nodiscard]] const Slot& slot_at(std::uint64_t sequence) const {
    return slot_reader_.at(sequence);
  }
  void publish(const Slot& slot, SlotKind kind);
  void dump(const SlotGroup& group);
  void take_events(const SlotGroup& cause);
  void tell_client(const EventGroup& event, const SlotGroup& cause);
  void tell_market(const EventGroup& event, const SlotGroup& cause);
  void end_message();

  slot_ring::Ring<Slot> slots_;
  slot_ring::Ring<Event> events_;
  slot_ring::Writer<Slot> slot_writer_{slots_};
  slot_ring::Reader<Slot> slot_reader_{slots_};
  slot_ring::Writer<Event> event_writer_{events_};
  slot_ring::Reader<Event> event_reader_{events_};
  slot_ring::Ring<Slot> preview_;  ///< nobody reads it: a message is looked at before its place
  slot_ring::Writer<Slot> preview_writer_{preview_};
  match::Engine engine_;
  wire_out::ItchEncoder itch_encoder_;

  ReplayCounts counts_;
  bool list_at_first_sight_;
  std::vector<bool> session_seen_;  ///< by session; only where they are listed at first sight
  std::vector<Symbol> symbols_;     ///< by locate; [0] is nobody's
  TimeNs engine_time_ns_{};
  std::vector<Room> rooms_;             ///< of the batch that is to be taken
  std::vector<std::uint16_t> touched_;  ///< locates that the events of this message spoke of

  OutputFile events_file_;
  OutputFile ouch_file_;
  OutputFile itch_file_;
  OutputFile slots_file_;
  BboFile bbo_;
};

}  // namespace wirebook::node
