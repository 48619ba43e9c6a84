// A port that leads nowhere: for replies to clients of a recording, who are not there.
//
// Shapes: see datagram_port.hpp. Threads: one. Errors: none. Cost: none.
#pragma once

#include "node/sockets/datagram_port.hpp"

namespace wirebook::node {

class NoPort final : public DatagramPort {
 public:
  [[nodiscard]] std::size_t send(std::span<mmsghdr> datagrams) noexcept override {
    return datagrams.size();
  }
};

}  // namespace wirebook::node
