#include "wire_in/itch_parser.hpp"

#include "wirebook/wire/itch50.hpp"

#include "wire_in/slot_words.hpp"

namespace wirebook::wire_in {
namespace {

namespace itch = wire::itch;
using slot_ring::Writer;

/// Where every message's own part starts.
constexpr std::size_t body_offset = 11;

template <class Message>
constexpr void set_length(std::array<std::uint8_t, 256>& lengths) {
  lengths[static_cast<unsigned char>(Message::type_code)] = sizeof(Message);
}
template <class... Messages>
constexpr std::array<std::uint8_t, 256> lengths_of() {
  std::array<std::uint8_t, 256> lengths{};
  (set_length<Messages>(lengths), ...);
  return lengths;
}
constexpr auto message_lengths =
    lengths_of<itch::SystemEvent, itch::StockDirectory, itch::TradingAction,
               itch::RegShoRestriction, itch::ParticipantPosition, itch::MwcbDeclineLevel,
               itch::MwcbStatus, itch::IpoQuotingPeriod, itch::LuldAuctionCollar,
               itch::OperationalHalt, itch::AddOrder, itch::AddOrderMpid, itch::OrderExecuted,
               itch::OrderExecutedWithPrice, itch::OrderCancel, itch::OrderDelete,
               itch::OrderReplace, itch::Trade, itch::CrossTrade, itch::BrokenTrade, itch::Noii,
               itch::RetailInterest, itch::DirectListing>();

/// `FeedHead`: the locate, and the 48 bits of time as 16 high and 32 low ones.
std::uint64_t head_word(const std::byte* message) {
  const std::uint64_t locate = wire::view<wire::Big16>(message + 1);
  // The tracking number before the time makes eight bytes of it; its bits fall out.
  const std::uint64_t time = wire::view<wire::Big64>(message + 3);
  return locate | (time >> 32 & 0xFFFF) << 16 | time << 32;
}

template <class Message>
SlotWords add_words(TimeNs time_ns, const std::byte* bytes) {
  const auto& message = wire::view<Message>(bytes);
  std::uint64_t attribution = 0;
  if constexpr (requires { message.attribution; })
    attribution = load_word(message.attribution);
  return {time_ns.raw,
          head_word(bytes),
          message.order_ref,
          load_word(message.stock),
          pair(message.shares, message.price),
          attribution | at_byte(4, message.side),
          0};
}

SlotWords execute_words(TimeNs time_ns, const std::byte* bytes) {
  const auto& message = wire::view<itch::OrderExecuted>(bytes);
  return {time_ns.raw,
          head_word(bytes),
          message.order_ref,
          message.match_number,
          message.executed_shares,
          0,
          0};
}

SlotWords execute_with_price_words(TimeNs time_ns, const std::byte* bytes) {
  const auto& message = wire::view<itch::OrderExecutedWithPrice>(bytes);
  return {time_ns.raw,
          head_word(bytes),
          message.order_ref,
          message.match_number,
          pair(message.executed_shares, message.execution_price),
          at_byte(0, message.printable),
          0};
}

SlotWords cancel_words(TimeNs time_ns, const std::byte* bytes) {
  const auto& message = wire::view<itch::OrderCancel>(bytes);
  return {time_ns.raw, head_word(bytes), message.order_ref, 0, message.cancelled_shares, 0, 0};
}

SlotWords delete_words(TimeNs time_ns, const std::byte* bytes) {
  const auto& message = wire::view<itch::OrderDelete>(bytes);
  return {time_ns.raw, head_word(bytes), message.order_ref, 0, 0, 0, 0};
}

SlotWords replace_words(TimeNs time_ns, const std::byte* bytes) {
  const auto& message = wire::view<itch::OrderReplace>(bytes);
  return {time_ns.raw,
          head_word(bytes),
          message.orig_order_ref,
          message.new_order_ref,
          pair(message.shares, message.price),
          0,
          0};
}

/// Word `Index` of a body of `Bytes` bytes behind the common head, zero behind its end.
template <std::size_t Bytes, std::size_t Index>
std::uint64_t body_word(const std::byte* bytes) {
  constexpr std::size_t first = 8 * Index;
  if constexpr (first + 8 <= Bytes)
    return load_word<8>(bytes + body_offset + first);
  else if constexpr (first < Bytes)
    return load_word_before<Bytes - first>(bytes + body_offset + Bytes);
  else
    return 0;
}

template <class Message>
SlotWords verbatim_words(TimeNs time_ns, const std::byte* bytes) {
  constexpr std::size_t body = sizeof(Message) - body_offset;
  static_assert(body <= sizeof(FeedVerbatimBody::bytes));
  return {time_ns.raw,
          head_word(bytes),
          body_word<body, 0>(bytes),
          body_word<body, 1>(bytes),
          body_word<body, 2>(bytes),
          body_word<body, 3>(bytes),
          body_word<body, 4>(bytes)};
}

/// The words of a message whose type is known and whose length is right.
SlotWords words_of(char type, TimeNs time_ns, const std::byte* bytes) {
  switch (type) {
    case itch::AddOrder::type_code:
      return add_words<itch::AddOrder>(time_ns, bytes);
    case itch::AddOrderMpid::type_code:
      return add_words<itch::AddOrderMpid>(time_ns, bytes);
    case itch::OrderExecuted::type_code:
      return execute_words(time_ns, bytes);
    case itch::OrderExecutedWithPrice::type_code:
      return execute_with_price_words(time_ns, bytes);
    case itch::OrderCancel::type_code:
      return cancel_words(time_ns, bytes);
    case itch::OrderDelete::type_code:
      return delete_words(time_ns, bytes);
    case itch::OrderReplace::type_code:
      return replace_words(time_ns, bytes);
    case itch::SystemEvent::type_code:
      return verbatim_words<itch::SystemEvent>(time_ns, bytes);
    case itch::StockDirectory::type_code:
      return verbatim_words<itch::StockDirectory>(time_ns, bytes);
    case itch::TradingAction::type_code:
      return verbatim_words<itch::TradingAction>(time_ns, bytes);
    case itch::RegShoRestriction::type_code:
      return verbatim_words<itch::RegShoRestriction>(time_ns, bytes);
    case itch::ParticipantPosition::type_code:
      return verbatim_words<itch::ParticipantPosition>(time_ns, bytes);
    case itch::MwcbDeclineLevel::type_code:
      return verbatim_words<itch::MwcbDeclineLevel>(time_ns, bytes);
    case itch::MwcbStatus::type_code:
      return verbatim_words<itch::MwcbStatus>(time_ns, bytes);
    case itch::IpoQuotingPeriod::type_code:
      return verbatim_words<itch::IpoQuotingPeriod>(time_ns, bytes);
    case itch::LuldAuctionCollar::type_code:
      return verbatim_words<itch::LuldAuctionCollar>(time_ns, bytes);
    case itch::OperationalHalt::type_code:
      return verbatim_words<itch::OperationalHalt>(time_ns, bytes);
    case itch::Trade::type_code:
      return verbatim_words<itch::Trade>(time_ns, bytes);
    case itch::CrossTrade::type_code:
      return verbatim_words<itch::CrossTrade>(time_ns, bytes);
    case itch::BrokenTrade::type_code:
      return verbatim_words<itch::BrokenTrade>(time_ns, bytes);
    case itch::Noii::type_code:
      return verbatim_words<itch::Noii>(time_ns, bytes);
    case itch::RetailInterest::type_code:
      return verbatim_words<itch::RetailInterest>(time_ns, bytes);
    default:
      return verbatim_words<itch::DirectListing>(time_ns, bytes);
  }
}

}  // namespace

Outcome parse_itch(std::span<const std::byte> message, TimeNs time_ns,
                   Writer<Slot>& ring) noexcept {
  if (message.empty())
    return Outcome::itch_empty;
  const auto type = static_cast<char>(message[0]);
  const std::size_t length = itch_message_bytes(type);
  if (length != message.size())
    return length == 0 ? Outcome::itch_unknown_type : Outcome::itch_length;
  ring.publish(words_of(type, time_ns, message.data()), SlotTail{.kind = feed_kind(type)});
  return Outcome::ok;
}

TimeNs itch_time(std::span<const std::byte> message) noexcept {
  constexpr std::size_t time_offset = 5;
  if (message.size() < time_offset + sizeof(wire::Big48))
    return {0};
  return {wire::view<wire::Big48>(message.data() + time_offset)};
}

std::size_t itch_message_bytes(char type) noexcept {
  return message_lengths[static_cast<unsigned char>(type)];
}

}  // namespace wirebook::wire_in
