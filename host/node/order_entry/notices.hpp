// What a stage has to tell the log, now and then: a stage does not write lines itself.
//
// Shapes: small values through a bounded queue without locks. Threads: one stage pushes, one thread
// pops. Errors: a full queue loses the line, not the count. Cost: a few stores.
#pragma once

#include <cstdint>
#include <string>

#include <boost/lockfree/spsc_queue.hpp>

#include "node/config/config.hpp"

namespace wirebook::node {

enum class NoticeKind : std::uint8_t {
  slow_consumer,  ///< took nothing for `stalled_ms`
  left_behind,    ///< the messages that it had not taken are no longer kept
};

struct Notice {
  NoticeKind kind{};
  std::uint32_t session = 0;
  Endpoint remote{};
  std::uint32_t next_number = 0;  ///< of the message that it was to take next
};

using Notices = boost::lockfree::spsc_queue<Notice, boost::lockfree::capacity<256>>;

/// One line for the log; `user` is the session's.
[[nodiscard]] std::string to_string(const Notice& notice, std::string_view user);

}  // namespace wirebook::node
