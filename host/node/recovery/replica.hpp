// A node's state, followed from its slots alone: no socket, no clock, no thread.
//
//   slots ──► engine ──► events ──► outbound log          digest slots ──► agree with the engine?
//
// What a live node would be after the same slots is what a replica is, to the byte: the engine, the
// messages of the day with their numbers, who is logged in, how far the day has come. Recovery
// feeds it the journal and takes the node's parts out of it; the shadow saves it.
//
// Shapes: whole slot groups, in their order, without a gap. Threads: one at a time. Errors: digests
// that differ are kept, the first of them; `load` gives false and says why, and the replica is then
// of no use. The constructor may throw std::bad_alloc or std::system_error. Cost: a slot as in the
// engine, an encode a message; `on_group` allocates nothing. Specification: README.md; DESIGN §6.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

#include "match/capacity.hpp"
#include "match/engine.hpp"
#include "match/state/digest_marks.hpp"
#include "match/state/state_io.hpp"
#include "node/config/config.hpp"
#include "slot_ring/ring.hpp"
#include "wire_out/outbound_log.hpp"

namespace wirebook::node {

struct ReplicaSize {
  match::Capacity engine;
  std::uint32_t sessions = 0;
  std::uint32_t history_chunks = 0;
  std::uint64_t start_sequence = 0;               ///< of the first group, where nothing is loaded
  std::optional<wire_out::MarketLogSize> market;  ///< the market's messages are kept too
};

[[nodiscard]] ReplicaSize replica_size(const NodeConfig& config);

/// A replica's inside, for a live node to go on with.
struct ReplicaParts {
  match::Engine engine;
  std::unique_ptr<wire_out::OutboundLog> outbound;
  match::DigestMarks marks;
};

class Replica {
 public:
  /// A message of the market: its number and bytes.
  using MarketSink = std::function<void(std::uint64_t number, std::span<const std::byte> message)>;

  struct Mismatch {
    std::uint64_t slot_sequence = 0;  ///< of the digest slot
    std::uint64_t covered_sequence = 0;
    std::uint64_t stated = 0;  ///< what the slot says
  };

  explicit Replica(const ReplicaSize& size);
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  /// Is told each message of the market; without it they are numbered and forgotten.
  void set_market_sink(MarketSink sink) { market_sink_ = std::move(sink); }

  /// The group at `sequence()`.
  void on_group(const SlotGroup& group);

  /// A hint: a slot that comes soon.
  void expect(const Slot& slot, match::Ahead ahead) { engine_.expect(slot, ahead); }

  /// Of the next group.
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  [[nodiscard]] std::uint64_t digest() const { return engine_.digest(); }
  /// The first digest slot that says something else than this engine had there.
  [[nodiscard]] const std::optional<Mismatch>& digest_mismatch() const { return mismatch_; }
  [[nodiscard]] std::uint64_t digests_agreed() const { return digests_agreed_; }

  [[nodiscard]] const match::Engine& engine() const { return engine_; }
  [[nodiscard]] const wire_out::OutboundLog& outbound() const { return *outbound_; }
  /// Numbers of the sessions that are logged in, ascending; the background's is the last.
  [[nodiscard]] std::vector<std::uint32_t> sessions_up() const;
  /// As it was defined, with its trading state now; null where there is none.
  [[nodiscard]] const InstrumentBody* instrument(std::uint16_t locate) const;
  /// The venue has killed it, or its firm, and it has not been up since.
  [[nodiscard]] bool is_disabled(std::uint32_t session, const Firm& firm) const;
  [[nodiscard]] const std::vector<Firm>& killed_firms() const { return killed_firms_; }
  /// The code of the last system event, 0 before the first.
  [[nodiscard]] char system_event() const { return system_event_; }
  /// After S, until E or C.
  [[nodiscard]] bool is_day_open() const { return is_day_open_; }
  [[nodiscard]] bool ended_cleanly() const { return system_event_ == 'C'; }

  void save(match::StateWriter& writer) const;
  /// Into a replica that was just made.
  bool load(match::StateReader& reader, std::string* why);

  /// Leaves nothing behind that may be used. Messages of the log count as sent.
  [[nodiscard]] ReplicaParts take() &&;

 private:
  void take_events(const SlotGroup& cause);
  void tell_market(const EventGroup& event, const SlotGroup& cause);
  void follow(const SlotGroup& group);
  [[nodiscard]] bool is_session(std::uint32_t number) const {
    return number != 0 && number < is_up_.size();
  }
  void check_digest(const SlotGroup& group);
  void define(const InstrumentBody& body);
  void set_state(const InstrumentBody& body);
  void note_kill(const SessionBody& body);
  static void save_instrument(const InstrumentBody& body, match::StateWriter& writer);
  void save_kills(match::StateWriter& writer) const;
  bool load_kills(match::StateReader& reader, std::string* why);
  bool load_sessions(match::StateReader& reader, std::string* why);
  bool load_instruments(match::StateReader& reader, std::string* why);

  slot_ring::Ring<Event> events_;
  slot_ring::Writer<Event> event_writer_{events_};
  slot_ring::Reader<Event> event_reader_{events_};
  match::Engine engine_;
  std::unique_ptr<wire_out::OutboundLog> outbound_;
  match::DigestMarks marks_;
  MarketSink market_sink_;
  std::uint64_t sequence_;
  std::vector<bool> is_up_;      ///< by session number
  std::vector<bool> is_killed_;  ///< by session number
  std::vector<Firm> killed_firms_;
  std::vector<InstrumentBody> instruments_;  ///< by locate; 0 in it: not defined
  char system_event_ = 0;
  bool is_day_open_ = false;
  std::uint64_t digests_agreed_ = 0;
  std::optional<Mismatch> mismatch_;
};

}  // namespace wirebook::node
