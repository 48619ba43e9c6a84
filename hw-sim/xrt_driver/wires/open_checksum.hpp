// Checksums that a sender left to its network card, on a wire that has none.
//
// Shapes: frames whose UDP or TCP checksum field holds the sum of the pseudo header, as Linux
// leaves it under checksum offload. Threads: pure. Errors: what is not whole, or not IPv4, is left
// as it is. Cost: a pass over the payload. Specification: RFC 768, RFC 9293.
#pragma once

#include <cstddef>
#include <span>

namespace wirebook::hw_sim {

/// Puts the right checksum into a frame that is known to have been sent without.
void complete_checksum(std::span<std::byte> frame);

}  // namespace wirebook::hw_sim
