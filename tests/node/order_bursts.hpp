// A client whose datagrams carry many packets, each behind its length, in the tests.
#pragma once

#include <cstdint>

#include "ufo_client.hpp"

namespace wirebook::node {

class BurstClient {
 public:
  /// Alice, logged in.
  explicit BurstClient(Endpoint node) : client_(node) {
    send_packet(login("alice", "secret"));
    client_.packet('A');
  }

  void send_packet(const ByteVector& packet) {
    ByteVector datagram;
    append_block(datagram, packet);
    client_.send(datagram);
  }
  /// So many orders in one datagram, on one side or by turns on both.
  void send_orders(std::uint32_t count, char side, char other_side) {
    ByteVector datagram;
    for (std::uint32_t i = 0; i != count; ++i) {
      ++sent_;
      append_block(datagram, enter(sent_, sent_ % 2 == 0 ? side : other_side, 1'000'000));
    }
    client_.send(datagram);
  }
  /// Far more than the smallest rings hold: some may be dropped.
  void send_burst(int datagrams) {
    for (int i = 0; i != datagrams; ++i)
      send_orders(25, 'B', 'S');
  }
  /// Orders, whatever became of them.
  [[nodiscard]] std::uint32_t sent() const { return sent_; }

 private:
  Client client_;
  std::uint32_t sent_ = 0;
};

}  // namespace wirebook::node
