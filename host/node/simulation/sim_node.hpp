// One life of a node: the stages that a real one runs on threads, here polled by hand.
//
//   Network ─► IngressStage ─► ring ─► MatchStage ─► events ─► WireOutStage ─► Network
//                               └────► JournalStage, JournalWriter ─► SimDisk ─► Drive
//
// Shapes: the stages' own. Threads: one. Errors: as the stages'. Cost: start-up takes memory; a
// poll is a stage's.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "journal/journal_writer.hpp"
#include "node/clock.hpp"
#include "node/config/sizes.hpp"
#include "node/recovery/journal_stage.hpp"
#include "node/recovery/recovered_day.hpp"
#include "node/simulation/network.hpp"
#include "node/simulation/sim_disk.hpp"
#include "node/simulation/truth.hpp"
#include "node/simulation/witness.hpp"
#include "node/sockets/ingress_stage.hpp"
#include "node/stages/match_stage.hpp"
#include "node/stages/wire_out_stage.hpp"
#include "slot_ring/inject_ring.hpp"

namespace wirebook::simulation {

enum class Part : std::uint8_t { ingress, match, journal, wire_out, disk };

class SimNode {
 public:
  struct Parts {
    const Scenario& scenario;
    const node::NodeConfig& config;
    const node::Clock& clock;
    Network& network;
    Drive& drive;
    Random& random;
    Record& record;
    Truth& truth;
  };

  /// Goes on where the day is; `parts.config` is applied to it. Takes the day's parts.
  SimNode(const Parts& parts, node::RecoveredDay& day);

  void poll(Part part);
  /// The end of the day, as an operator asks for it.
  void stop() { ending_.wanted.store(true); }
  /// All stages have finished; `failed` if not by `stop`.
  [[nodiscard]] bool over() const { return wire_out_->finished() && journal_->finished(); }
  [[nodiscard]] bool failed() const { return journal_->failed(); }
  /// What the journal says is durable.
  [[nodiscard]] std::uint64_t durable() const { return durable_; }
  /// Nothing of it goes on. The ring's memory stays for what is under way.
  void kill(bool power);

 private:
  void show_slots();
  void let_logins_in();

  Parts parts_;
  slot_ring::Ring<Slot> slots_;
  slot_ring::InjectRing inject_;
  slot_ring::Ring<Event> events_;
  std::unique_ptr<node::ControlQueue> controls_;
  node::Ending ending_;
  SimReceiver receiver_;
  Witness witness_;
  SimPort order_entry_port_;
  SimPort market_data_port_;
  SimDisk disk_;
  std::unique_ptr<wire_out::OutboundLog> outbound_;
  std::unique_ptr<node::IngressStage> ingress_;
  std::unique_ptr<node::MatchStage> match_;
  std::unique_ptr<journal::JournalWriter> writer_;
  std::unique_ptr<node::JournalStage> journal_;
  std::unique_ptr<node::WireOutStage> wire_out_;
  slot_ring::Reader<Slot> shown_;  ///< the truth's place in the ring
  std::uint64_t durable_ = 0;
};

}  // namespace wirebook::simulation
