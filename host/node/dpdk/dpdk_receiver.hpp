// Order entry over a port that the kernel does not know: datagrams in, replies out, and what a host
// on a wire has to answer itself, ARP and pings, as on a card.
//
//   port ──► frames ──┬─ datagrams for us ──► order entry          replies ──► frames ──► port
//                     └─ ARP, ICMP, who logs in ──► wire_out's thread ────────────┘
//
// Shapes: see receiver.hpp and frame_port.hpp. Threads: made by any; ingress polls, wire_out sends.
// Errors: std::system_error with what to do, also where the program was built without DPDK.
// Cost: replies are gathered into frames, one copy. Specification: roads/README.md.
#pragma once

#include <memory>

#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/dpdk/frame_port.hpp"
#include "node/sockets/receiver.hpp"

namespace wirebook::node {

[[nodiscard]] ChosenReceiver make_dpdk_receiver(const NodeConfig& config, const Clock& clock);
/// Over any port.
[[nodiscard]] ChosenReceiver make_frame_receiver(const NodeConfig& config, const Clock& clock,
                                                 std::unique_ptr<FramePort> port);

}  // namespace wirebook::node
