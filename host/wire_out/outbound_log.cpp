#include "wire_out/outbound_log.hpp"

#include <array>
#include <utility>

#include "wire_out/ouch_encoder.hpp"

namespace wirebook::wire_out {

namespace {

constexpr std::uint32_t state_version = 2;

}  // namespace

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
  if (bytes == 0)
    return 0;
  if (market_)
    market_->on_message(next_market_number_, std::span<const std::byte>(out).first(bytes));
  ++next_market_number_;
  return bytes;
}

void OutboundLog::pass_market(const EventGroup& event, const SlotGroup& cause) noexcept {
  if (market_) {
    std::array<std::byte, itch_message_bytes_max> message;
    encode_market(event, cause, message);
  } else if (itch_.pass(event, cause)) {
    ++next_market_number_;
  }
}

void OutboundLog::count_as_sent() noexcept {
  for (SequencedStore& kept : stores_)
    kept.count_as_sent();
}

void OutboundLog::save(match::StateWriter& writer) const {
  writer.u32(state_version);
  writer.u32(sessions());
  writer.u64(next_market_number_);
  itch_.save(writer);
  for (const SequencedStore& kept : stores_)
    kept.save(writer);
  writer.boolean(market_ != nullptr);
  if (market_)
    market_->save(writer);
}

bool OutboundLog::load(match::StateReader& reader, std::string* why) {
  const auto refuse = [why](std::string reason) {
    *why = "outbound messages: " + std::move(reason);
    return false;
  };
  if (const std::uint32_t version = reader.u32(); version != state_version)
    return refuse("version " + std::to_string(version) + " is not known here");
  const std::uint32_t saved = reader.u32();
  if (saved > sessions())
    return refuse("they are of " + std::to_string(saved) + " sessions, there are only " +
                  std::to_string(sessions()));
  next_market_number_ = reader.u64();
  if (!itch_.load(reader) || next_market_number_ == 0)
    return refuse("malformed");
  for (std::uint32_t number = 1; number <= saved; ++number)
    if (!store(number).load(reader))
      return refuse("malformed at session " + std::to_string(number));
  return load_market(reader, why);
}

/// One that nobody keeps here is passed over: it comes last of all that is saved.
bool OutboundLog::load_market(match::StateReader& reader, std::string* why) {
  const bool was_kept = reader.boolean();
  if (market_ && !was_kept && !reader.failed()) {
    *why = "outbound messages: the market's were not kept then, and are to be kept now";
    return false;
  }
  if (was_kept && !market_)
    static_cast<void>(reader.view(reader.remaining()));
  if (!reader.failed() && (!market_ || market_->load(reader)))
    return true;
  *why = "outbound messages: malformed in the market's";
  return false;
}

}  // namespace wirebook::wire_out
