#include "node/order_entry/notices.hpp"

#include <fmt/format.h>

#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

std::string to_string(const Notice& notice, std::string_view user) {
  const char* const why = notice.kind == NoticeKind::slow_consumer
                              ? "takes nothing any more"
                              : "has fallen behind what is kept";
  return fmt::format("session {} ({}) at {} {}: disconnected before message {}", notice.session,
                     user, to_string(notice.remote), why, notice.next_number);
}

}  // namespace wirebook::node
