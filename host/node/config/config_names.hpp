// The words that stand for choices in node.toml, in the order of their enumerators.
//
// Shapes: constants. Threads: constants. Errors: none. Cost: start-up only.
#pragma once

#include <array>
#include <string>

namespace wirebook::node {

inline const std::array<std::string, 4> wait_names{"auto", "spin", "yield", "park"};
inline const std::array<std::string, 3> receive_names{"auto", "io_uring", "recvmmsg"};
inline const std::array<std::string, 5> road_names{"udp", "af_xdp", "dpdk", "pcap", "card"};
inline const std::array<std::string, 3> xdp_copy_names{"auto", "zero_copy", "copy"};
inline const std::array<std::string, 3> xdp_attach_names{"auto", "native", "generic"};
inline const std::array<std::string, 2> pcap_replies_names{"drop", "send"};
inline const std::array<std::string, 2> pcap_end_names{"stay", "stop"};
inline const std::array<std::string, 3> journal_mode_names{"off", "async", "durable"};
inline const std::array<std::string, 3> journal_io_names{"auto", "io_uring", "pwritev2"};
inline const std::array<std::string, 3> journal_direct_names{"auto", "on", "off"};
inline const std::array<std::string, 2> journal_sync_names{"dsync", "fsync"};
/// ITCH `H`: halted, paused, quotation only, trading.
inline const std::array<std::string, 4> trading_state_names{"T", "H", "P", "Q"};

}  // namespace wirebook::node
