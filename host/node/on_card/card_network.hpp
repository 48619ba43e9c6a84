// A host's network stack, as far as a node on a card needs one: UDP out, ARP, and answers to pings.
//
//   ingress ──► frames that the card handed over, neighbours that logged in ──► inbox
//   wire_out ─► takes the inbox: learns, answers; gathers datagrams into frames ──► card
//
// All sending is on wire_out's thread, so neither the card's transmit ring nor the table of
// neighbours needs a lock; ingress, which sees the frames, hands them over through a queue. They
// are rare: what comes often, orders, never passes here.
//
// A frame is gathered from its pieces by this program: what a network card's DMA engine would do
// for a socket. It is the one copy that sending by the card adds, and is counted.
//
// Shapes: see ethernet.hpp; frames of up to 2,040 bytes. Answers leave without VLAN tags. Threads:
// `Inbox` is filled by one, all else is wire_out's. Errors: a datagram whose receiver's MAC address
// is not known is given up while it is asked for; full queues drop; all is counted. Cost: one
// doorbell a batch.
// Specification: RFC 826, RFC 1112.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include <boost/lockfree/spsc_queue.hpp>

#include "card/card.hpp"
#include "node/clock.hpp"
#include "node/on_card/ethernet.hpp"
#include "node/on_card/neighbours.hpp"
#include "node/sockets/datagram_port.hpp"
#include "slot_ring/doorbell.hpp"

namespace wirebook::node {

/// From ingress to the network.
class NetworkInbox {
 public:
  struct Frame {
    std::size_t bytes = 0;
    std::array<std::byte, card::card_frame_bytes_max> data;
  };

  /// Null rings none.
  void attach_bell(slot_ring::Doorbell* bell) { bell_ = bell; }
  /// Each is dropped if there is no room: whoever sent it asks again, or will be asked.
  void put_frame(std::span<const std::byte> frame) noexcept;
  void put_neighbour(const Neighbour& neighbour) noexcept;
  /// So many were dropped; any thread.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  friend class CardNetwork;

  void drop() noexcept { dropped_.store(dropped() + 1, std::memory_order_relaxed); }

  boost::lockfree::spsc_queue<Neighbour, boost::lockfree::capacity<1024>> neighbours_;
  boost::lockfree::spsc_queue<Frame, boost::lockfree::capacity<64>> frames_;
  slot_ring::Doorbell* bell_ = nullptr;
  std::atomic<std::uint64_t> dropped_{0};
};

class CardNetwork {
 public:
  CardNetwork(card::FrameOut& card, const Neighbour& local, NetworkInbox& inbox, const Clock& clock)
      : card_(&card), local_(local), inbox_(&inbox), clock_(&clock) {}

  /// Takes the inbox: learns and answers. True if there was anything.
  bool poll() noexcept;

  /// False if it was given up.
  bool send(std::uint16_t source_port, std::uint8_t time_to_live, const msghdr& datagram) noexcept;
  void flush() noexcept { card_->flush(); }

  /// Asks for the address if it is not known, and was not asked for a moment ago.
  void ask(std::uint32_t address) noexcept;
  [[nodiscard]] const Mac* find(std::uint32_t address) const { return neighbours_.find(address); }
  [[nodiscard]] const Neighbour& local() const { return local_; }

 private:
  [[nodiscard]] std::span<std::byte> room() noexcept;
  [[nodiscard]] const Mac* mac_of(std::uint32_t address) noexcept;
  void on_frame(std::span<const std::byte> frame) noexcept;

  card::FrameOut* card_;
  const Neighbour local_;
  NetworkInbox* inbox_;
  const Clock* clock_;
  Neighbours neighbours_;
  Mac group_mac_{};
};

/// Datagrams from one port of ours.
class CardPort final : public DatagramPort {
 public:
  CardPort(CardNetwork& network, std::uint16_t port, std::uint8_t multicast_ttl = 1)
      : network_(&network), port_(port), multicast_ttl_(multicast_ttl) {}

  [[nodiscard]] std::size_t send(std::span<mmsghdr> datagrams) noexcept override;
  bool poll() noexcept override { return network_->poll(); }
  [[nodiscard]] std::uint64_t bytes_copied() const noexcept override { return bytes_copied_; }

 private:
  CardNetwork* network_;
  std::uint16_t port_;
  std::uint8_t multicast_ttl_;
  std::uint64_t bytes_copied_ = 0;
};

}  // namespace wirebook::node
