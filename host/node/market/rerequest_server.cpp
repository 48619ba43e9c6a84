#include "node/market/rerequest_server.hpp"

#include <algorithm>

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
  if (!turns_.take(source.address, now_ns)) {
    wait_for_turn({.source = source, .number = number, .count = count});
    return 0;
  }
  return write(number, count, history, room);
}

void RerequestServer::wait_for_turn(const Waiting& request) noexcept {
  const auto waiting = std::span(waiting_).first(waiting_count_);
  const auto same = std::ranges::find(waiting, request.source.address,
                                      [](const Waiting& other) { return other.source.address; });
  if (same == waiting.end() && waiting_count_ != waiting_.size()) {
    waiting_[waiting_count_++] = request;
    return;
  }
  counters_->add(MarketCount::rerequests_too_often);  // the older one, or this, without room
  if (same != waiting.end())
    *same = request;
}

std::size_t RerequestServer::answer_waiting(
    std::size_t& at, Endpoint& source, std::uint64_t now_ns, const wire_out::MarketHistory& history,
    std::span<std::byte, datagram_payload_bytes_max> room) noexcept {
  while (at != waiting_count_) {
    const Waiting request = waiting_[at];
    const bool is_kept = request.number >= history.first();
    if (is_kept && !turns_.take(request.source.address, now_ns)) {
      ++at;
      continue;
    }
    waiting_[at] = waiting_[--waiting_count_];
    if (is_kept) {
      source = request.source;
      return write(request.number, request.count, history, room);
    }
    counters_->add(MarketCount::rerequests_not_kept);
  }
  return 0;
}

std::size_t RerequestServer::write(std::uint64_t number, std::uint16_t count,
                                   const wire_out::MarketHistory& history,
                                   std::span<std::byte, datagram_payload_bytes_max> room) noexcept {
  auto& header = wire::view<wire::mold::Header>(room.data());
  const auto blocks =
      history.copy_blocks(number, count, room.first(payload_bytes_max_).subspan(sizeof header));
  header.session = session_;
  header.sequence_number = number;
  header.message_count = blocks.count;
  counters_->add(MarketCount::rerequests_answered);
  counters_->add(MarketCount::rerequest_messages, blocks.count);
  return sizeof header + blocks.bytes;
}

}  // namespace wirebook::node
