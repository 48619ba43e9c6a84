// Recordings replayed by the batch: a device parses thousands of messages into the slot ring while
// the node works through the batch before.
//
//   find messages of batch 3 │ device: batch 2 into the ring │ engine or follower: batch 1
//
// What comes out is what comes out without a device, to the byte.
//
// Shapes: BinaryFILE and OUCH block files, whole in memory. Threads: one, besides the device's.
// Errors: `CardError`. Cost: kernels/opencl/README.md. Specification: replay/README.md.
#pragma once

#include <cstddef>
#include <span>

#include "card/bulk_parser.hpp"

namespace wirebook::node {

class EngineReplay;
class FeedReplay;

/// A batch: enough that starting one costs little, and two of them fit the rings.
inline constexpr std::size_t bulk_messages_max = std::size_t{1} << 14;
inline constexpr std::size_t bulk_orders_max = std::size_t{1} << 12;

void replay_blocks(std::span<const std::byte> bytes, EngineReplay& replay,
                   card::BulkParser& parser);
void replay_binary_file(std::span<const std::byte> bytes, FeedReplay& replay,
                        card::BulkParser& parser);

}  // namespace wirebook::node
