// Frames by hand, from the peer's end of a test's own cable.
#pragma once

#include <cerrno>
#include <cstring>
#include <span>

#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/node/own_network.hpp"

namespace wirebook::node {

class FrameSender {
 public:
  explicit FrameSender(const OwnNetwork& network) {
    network.there([this] {
      socket_ = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
      sockaddr_ll address{};
      address.sll_family = AF_PACKET;
      address.sll_ifindex = static_cast<int>(if_nametoindex(OwnNetwork::peer_interface));
      EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    });
  }
  ~FrameSender() { close(socket_); }
  FrameSender(const FrameSender&) = delete;
  FrameSender& operator=(const FrameSender&) = delete;

  void send(std::span<const std::byte> frame) const {
    EXPECT_EQ(write(socket_, frame.data(), frame.size()), static_cast<ssize_t>(frame.size()))
        << std::strerror(errno);
  }

 private:
  int socket_ = -1;
};

}  // namespace wirebook::node
