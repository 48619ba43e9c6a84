#include "wire_out/outbound_log.hpp"

#include "wire_out/ouch_encoder.hpp"

namespace wirebook::wire_out {

OutboundLog::OutboundLog(std::uint32_t sessions, std::uint32_t chunks) : pool_(chunks) {
  stores_.reserve(sessions);
  for (std::uint32_t i = 0; i != sessions; ++i)
    stores_.emplace_back(pool_);
}

std::size_t OutboundLog::encode(const EventGroup& event, const SlotGroup& cause) noexcept {
  if (!knows(event.head->session))
    return 0;
  SequencedStore& told = store(event.head->session);
  const std::size_t bytes = encode_ouch(event, cause, told.room());
  told.commit(bytes);
  return bytes;
}

std::size_t OutboundLog::encode_market(const EventGroup& event, const SlotGroup& cause,
                                       std::span<std::byte, itch_message_bytes_max> out) noexcept {
  const std::size_t bytes = itch_.encode(event, cause, out);
  next_market_number_ += bytes == 0 ? 0 : 1;
  return bytes;
}

void OutboundLog::count_as_sent() noexcept {
  for (SequencedStore& kept : stores_)
    kept.count_as_sent();
}

}  // namespace wirebook::wire_out
