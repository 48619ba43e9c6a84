// What kind of recording some bytes are, told from the bytes.
//
// Shapes: the whole file. Threads: pure. Errors: `automatic` where it cannot be told.
// Cost: looks at the first blocks only.
#pragma once

#include <cstddef>
#include <span>

#include "node/replay/replay.hpp"

namespace wirebook::node {

/// pcap and pcapng by their magic numbers; JSON lines by being text; ITCH and OUCH blocks by which
/// of the two readings chains for more of the first blocks. No bytes at all are JSON lines.
[[nodiscard]] ReplayFormat detect_format(std::span<const std::byte> bytes);

}  // namespace wirebook::node
