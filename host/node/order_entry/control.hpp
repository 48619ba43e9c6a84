// What ingress tells wire_out besides the stream: who logged in from where, and who asks for what.
//
// Shapes: small values through a bounded queue without locks. Threads: one pushes, one pops.
// Errors: a full queue refuses, and ingress drops the packet that led to it, counted.
// Cost: a few stores. Specification: UFO 1.0.
#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/lockfree/spsc_queue.hpp>

#include "node/order_entry/peer.hpp"

namespace wirebook::node {

enum class ControlKind : std::uint8_t {
  session_opens,  ///< its slot is under way; what it leads to waits for `login_accepted`
  login_accepted,
  login_rejected,  ///< `session` is 0
  retransmit,
  session_ended,  ///< logoff, timeout or a login from elsewhere: nothing more is sent
};

struct Control {
  ControlKind kind{};
  char reject_code = 0;
  std::uint16_t message_count = 0;
  std::uint32_t session = 0;
  std::uint32_t sequence_number = 0;
  Peer peer;
  /// Slots before this one must be such as may be told of; 0: it tells of none.
  std::uint64_t waits_for = 0;
};

inline constexpr std::size_t control_queue_entries = 4096;

using ControlQueue =
    boost::lockfree::spsc_queue<Control, boost::lockfree::capacity<control_queue_entries>>;

}  // namespace wirebook::node
