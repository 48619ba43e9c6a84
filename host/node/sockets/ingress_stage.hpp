// Ingress: the slot ring's one writer. Datagrams, the bytes of TCP connections, and what the host
// itself has to say, become slots.
//
// Shapes: see receiver.hpp and order_entry.hpp. Threads: one. Errors: counted. Cost: a clock read a
// datagram.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "node/clock.hpp"
#include "node/order_entry/order_entry.hpp"
#include "node/order_entry/soup_entry.hpp"
#include "node/sockets/receiver.hpp"
#include "node/sockets/soup_port.hpp"
#include "node/stages/stage.hpp"
#include "slot_ring/inject_ring.hpp"

namespace wirebook::node {

class IngressStage final : public Stage, private DatagramSink {
 public:
  struct Parts {
    const NodeConfig& config;
    const Clock& clock;
    Receiver& receiver;
    slot_ring::InjectRing& inject;
    slot_ring::Ring<Slot>& ring;
    ControlQueue& controls;
    Ending& ending;
    SoupPort* soup = nullptr;  ///< order entry over TCP; null: there is none
  };

  explicit IngressStage(const Parts& parts);

  bool poll() noexcept override;
  [[nodiscard]] bool finished() const noexcept override { return over_; }

  [[nodiscard]] OrderEntry& order_entry() { return order_entry_; }
  [[nodiscard]] const OrderEntry& order_entry() const { return order_entry_; }
  /// The highest use of the slot ring that was seen.
  [[nodiscard]] std::uint64_t used_max() const { return used_max_.load(std::memory_order_relaxed); }

 private:
  void on_datagram(std::span<const std::byte> bytes, Endpoint source) noexcept override;
  void on_cut_datagram() noexcept override { order_entry_.on_too_long(); }
  void on_no_datagram(Outcome outcome) noexcept override { order_entry_.on_no_datagram(outcome); }
  bool on_known_client(const Alpha<6>& username, Endpoint source) noexcept override;

  std::size_t receive() noexcept;
  void heed_soup(bool listens) noexcept;
  std::size_t receive_datagrams() noexcept;
  std::size_t receive_streams() noexcept;
  std::size_t drain_inject(TimeNs now) noexcept;
  void keep_time(std::uint64_t steady_ns) noexcept;
  void wind_up(bool received) noexcept;
  bool poll_behind_the_end() noexcept;
  void end() noexcept;
  void note_use() noexcept;

  const Clock* clock_;
  Receiver* receiver_;
  slot_ring::InjectRing* inject_;
  slot_ring::Ring<Slot>* ring_;
  Ending* ending_;
  slot_ring::Writer<Slot> writer_;
  OrderEntry order_entry_;
  SoupPort* soup_port_;
  std::optional<SoupEntry> soup_;
  bool soup_first_ = false;           ///< what came last came from there
  std::uint32_t polls_of_first_ = 0;  ///< without a look at the other

  bool over_ = false;
  const std::size_t batch_;
  const std::uint64_t idle_ns_;
  std::uint64_t steady_ns_ = 0;  ///< of this poll
  std::uint64_t keep_time_at_ns_ = 0;
  std::uint64_t quiet_since_ns_ = 0;
  std::uint64_t quiet_sequence_ = 0;
  std::uint64_t kernel_drops_ = 0;
  std::uint32_t last_polls_ = 0;
  bool opened_ = false;  ///< the day's first slots are in the stream
  bool closing_pushed_ = false;
  std::atomic<std::uint64_t> used_max_{0};
};

}  // namespace wirebook::node
