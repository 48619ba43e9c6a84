// Datagrams from a capture, in the time that lay between them there, scaled, or as fast as the ring
// takes them.
//
// Sessions come up as they did: recorded logins are checked like live ones. Clients whose login is
// not in the capture, or whose password is another by now, are named in [[pcap.logins]] and logged
// in before the first frame.
//
// Shapes: pcap and pcapng, Ethernet; slots get the time at which they are played. Threads: made by
// any, polled by one; `ended` any. Errors: std::system_error if the file cannot be read; where it
// breaks off, what is whole is played and `ended` says so. Cost: see wire_in/pcap_source.hpp.
// Specification: roads/README.md.
#pragma once

#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/sockets/receiver.hpp"

namespace wirebook::node {

/// `bound` stands for the recorded destination, where none is configured.
[[nodiscard]] ChosenReceiver make_pcap_receiver(const PcapTable& config, Endpoint bound,
                                                const Clock& clock);

}  // namespace wirebook::node
