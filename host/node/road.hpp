// The road between the stages and the wire: sockets, or a card.
//
//   wire ──► ingress() ──► slots()  …stages…  order_entry_port(), market_data_port() ──► wire
//
// Shapes: the road has the slot ring and the inject ring, since a card's lie in its own memory.
// Threads: made, opened and started by one; `read` and `failure` any. Errors: `open` and `start`
// throw std::system_error or card::CardError. Cost: start-up only; see the stages.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "card/card.hpp"
#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/order_entry/control.hpp"
#include "node/order_entry/order_entry_counters.hpp"
#include "node/order_entry/session_desk.hpp"
#include "node/sockets/datagram_port.hpp"
#include "node/stages/stage.hpp"
#include "node/stages/stage_threads.hpp"
#include "node/status.hpp"
#include "slot_ring/inject_ring.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::node {

class SoupPort;

class Road {
 public:
  virtual ~Road() = default;

  [[nodiscard]] virtual slot_ring::Ring<Slot>& slots() = 0;
  [[nodiscard]] virtual slot_ring::InjectRing& inject() = 0;
  [[nodiscard]] virtual DatagramPort& order_entry_port() = 0;
  [[nodiscard]] virtual DatagramPort& market_data_port() = 0;
  /// Of line B; the same where both leave by one way.
  [[nodiscard]] virtual DatagramPort& market_data_port_b() { return market_data_port(); }

  /// Before the stages are made.
  virtual void open() = 0;
  /// Its first stage; makes it once.
  virtual Stage& make_ingress(ControlQueue& controls, Ending& ending) = 0;
  /// What wakes a thread that waits for datagrams; -1: nothing does.
  [[nodiscard]] virtual int descriptor() const = 0;
  virtual void attach_bells(StageThreads& threads) = 0;
  /// Where the venue's control asks ingress; behind `make_ingress`.
  virtual void attach_desk(SessionDesk& desk) = 0;
  /// Just before the threads start.
  virtual void start() {}
  /// By each of them, before it begins.
  virtual void join_thread() noexcept {}
  /// When they have ended.
  virtual void stop() {}

  [[nodiscard]] virtual std::vector<std::string> start_lines() const = 0;
  /// Order entry over TCP; null: there is none. Once it is open.
  [[nodiscard]] virtual SoupPort* soup() { return nullptr; }
  /// The figures of ingress.
  virtual void read(NodeStatus& status) const = 0;
  /// Why it came to an end by itself; empty while it did not.
  [[nodiscard]] virtual std::string failure() const { return {}; }
  /// Why nothing will come any more and the node is to end, as it would by a signal; empty: go on.
  [[nodiscard]] virtual std::string ended() const { return {}; }
};

[[nodiscard]] std::unique_ptr<Road> make_socket_road(const NodeConfig& config, const Clock& clock);
[[nodiscard]] std::unique_ptr<Road> make_card_road(const NodeConfig& config, const Clock& clock,
                                                   std::unique_ptr<card::Card> card);

/// What both roads count alike.
void read_order_entry(const OrderEntryCounters& counts, const SharedOutcomes& outcomes,
                      NodeStatus& status);
/// How many slots an inject ring needs: instruments and the day's opening are pushed before a
/// thread drains them.
[[nodiscard]] std::uint32_t inject_slots(const NodeConfig& config);

}  // namespace wirebook::node
