// Ingress on a road, polled by hand: what the road brings becomes slots, counts and control items.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>

#include "malformed_frames.hpp"
#include "node/clock.hpp"
#include "node/roads/roads.hpp"
#include "node/sockets/ingress_stage.hpp"
#include "node/sockets/udp_socket.hpp"
#include "tests/node/udp_client.hpp"

namespace wirebook::node {

inline NodeConfig road_config() {
  NodeConfig config;
  config.instruments.push_back({.symbol = Symbol::from("AAPL")});
  for (const char* const name : {"alice", "bob"})
    config.sessions.push_back({.username = Alpha<6>::from(name),
                               .password = Alpha<10>::from("secret"),
                               .firm = Firm::from("ACME")});
  config.engine = {.orders = 4096, .trades = 4096};
  config.order_entry.listen = {0x7F000001, 0};
  config.order_entry.history_mib = 1;
  return config;
}

class RoadBed {
 public:
  /// Throws as `choose_road` does.
  explicit RoadBed(NodeConfig config, const Clock& clock = host_clock())
      : config_(std::move(config)), slots_(config_.rings.slots) {
    socket_.ask_for_buffers(4 << 20);
    socket_.bind(config_.order_entry.listen);
    address_ = socket_.local();
    chosen_ = choose_road(config_, socket_.descriptor(), address_, clock);
    ingress_ = std::make_unique<IngressStage>(IngressStage::Parts{.config = config_,
                                                                  .clock = clock,
                                                                  .receiver = *chosen_.receiver,
                                                                  .inject = inject_,
                                                                  .ring = slots_,
                                                                  .controls = *controls_,
                                                                  .ending = ending_});
  }

  [[nodiscard]] Endpoint address() const { return address_; }
  [[nodiscard]] const std::string& line() const { return chosen_.line; }
  [[nodiscard]] Receiver& receiver() { return *chosen_.receiver; }
  [[nodiscard]] const OrderEntry& order_entry() const { return ingress_->order_entry(); }
  [[nodiscard]] std::uint64_t count(Outcome outcome) const {
    return order_entry().outcomes().read()[outcome];
  }
  [[nodiscard]] std::uint64_t count(OrderEntryCount what) const {
    return order_entry().counters()[what];
  }
  /// Each outcome that is not 0.
  [[nodiscard]] std::string outcomes() const {
    std::string text;
    const OutcomeCounters counters = order_entry().outcomes().read();
    for (std::size_t i = 0; i < outcome_count; ++i)
      if (counters.count[i] != 0)
        text += std::string(to_string(static_cast<Outcome>(i))) + " " +
                std::to_string(counters.count[i]) + "; ";
    return text;
  }

  void poll() {
    ingress_->poll();
    while (const Slot* const slot = reader_.peek()) {
      kinds_.push_back(slot->tail.kind);
      slots_seen_.push_back(*slot);
      reader_.release(1);
    }
  }
  [[nodiscard]] bool poll_until(const std::function<bool()>& wanted) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (!wanted() && std::chrono::steady_clock::now() < end)
      poll();
    return wanted();
  }
  /// How many slots of a kind came.
  [[nodiscard]] std::size_t slots(SlotKind kind) const {
    return static_cast<std::size_t>(std::count(kinds_.begin(), kinds_.end(), kind));
  }
  [[nodiscard]] const std::vector<SlotKind>& kinds() const { return kinds_; }
  [[nodiscard]] const std::vector<Slot>& seen() const { return slots_seen_; }

 private:
  static const Clock& host_clock() {
    static const Clock clock(0);
    return clock;
  }

  const NodeConfig config_;
  UdpSocket socket_;
  Endpoint address_;
  ChosenReceiver chosen_;
  slot_ring::InjectRing inject_{1024};
  slot_ring::Ring<Slot> slots_;
  slot_ring::Reader<Slot> reader_{slots_};
  std::unique_ptr<ControlQueue> controls_ = std::make_unique<ControlQueue>();
  Ending ending_;
  std::unique_ptr<IngressStage> ingress_;
  std::vector<SlotKind> kinds_;
  std::vector<Slot> slots_seen_;
};

}  // namespace wirebook::node
