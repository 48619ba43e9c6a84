// Sees each datagram that leaves the node, and holds what is in it against the truth.
//
// Shapes: UFO and MoldUDP64 packets. Threads: one. Errors: findings. Cost: a hash a message.
#pragma once

#include <cstddef>
#include <span>

#include "node/config/config.hpp"
#include "node/simulation/record.hpp"
#include "node/simulation/truth.hpp"

namespace wirebook::simulation {

/// The address of a session's client, and back.
inline constexpr std::uint32_t first_client_address = 0x0A00'0100;

class Witness {
 public:
  Witness(Truth& truth, Record& record) : truth_(&truth), record_(&record) {}

  void on_order_entry(node::Endpoint to, std::span<const std::byte> packet);
  void on_market_data(std::span<const std::byte> packet);

 private:
  void check_blocks(std::uint32_t session, std::uint64_t first, std::uint64_t count,
                    std::span<const std::byte> blocks);

  Truth* truth_;
  Record* record_;
};

}  // namespace wirebook::simulation
