#include "node/market/rerequest_server.hpp"

#include "wirebook/wire/session.hpp"

namespace wirebook::node {

std::size_t RerequestServer::answer(
    std::span<const std::byte> request, Endpoint source, std::uint64_t now_ns,
    const wire_out::MarketHistory& history,
    std::span<std::byte, datagram_payload_bytes_max> room) noexcept {
  using enum MarketCount;
  const auto silence = [this](MarketCount why) {
    counters_->add(why);
    return std::size_t{0};
  };
  counters_->add(rerequests);
  if (request.size() != sizeof(wire::mold::Header) || source.port == 0)
    return silence(rerequests_malformed);
  const auto& asked = wire::view<wire::mold::Header>(request.data());
  const std::uint64_t number = asked.sequence_number;
  const std::uint16_t count = asked.message_count;
  if (!(asked.session == session_))
    return silence(rerequests_of_others);
  if (count == 0)
    return silence(rerequests_malformed);
  if (number < history.first() || number >= history.next())
    return silence(rerequests_not_kept);
  if (!turns_.take(source.address, now_ns))
    return silence(rerequests_too_often);

  auto& header = wire::view<wire::mold::Header>(room.data());
  const auto blocks =
      history.copy_blocks(number, count, room.first(payload_bytes_max_).subspan(sizeof header));
  header.session = session_;
  header.sequence_number = number;
  header.message_count = blocks.count;
  counters_->add(rerequests_answered);
  counters_->add(rerequest_messages, blocks.count);
  return sizeof header + blocks.bytes;
}

}  // namespace wirebook::node
