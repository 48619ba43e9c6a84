// Datagrams by AF_XDP: taken out of an interface's queues before the kernel's stack, and parsed
// where they lie.
//
// What the redirect program leaves to the kernel and is yet for our port (fragments, what comes by
// another interface, by a queue that is not ours) comes by the socket, as ever.
//
// Shapes: see receiver.hpp. Threads: made by any, polled by one. Errors: std::system_error with
// what to do; a frame that is no datagram for us is told as its outcome. Cost: see xdp_queue.hpp.
// Specification: roads/README.md.
#pragma once

#include <memory>
#include <string>

#include "node/config/config.hpp"
#include "node/sockets/receiver.hpp"

namespace wirebook::node {

/// `bound` is where `socket` listens; `rest` receives from it.
[[nodiscard]] ChosenReceiver make_af_xdp_receiver(const NodeConfig& config, Endpoint bound,
                                                  std::unique_ptr<Receiver> rest);

}  // namespace wirebook::node
