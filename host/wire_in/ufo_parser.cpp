#include "wire_in/ufo_parser.hpp"

#include "wirebook/wire/session.hpp"

namespace wirebook::wire_in {
namespace {

namespace ufo = wire::ufo;
using Bytes = std::span<const std::byte>;

Outcome take(Bytes packet, UfoPacket& out) {
  out = {.type = static_cast<char>(packet[0]), .bytes = packet, .body = packet.subspan(1)};
  return Outcome::ok;
}

/// A packet whose length its type alone decides.
Outcome take_exactly(std::size_t length, Bytes packet, UfoPacket& out) {
  return packet.size() == length ? take(packet, out) : Outcome::ufo_length;
}

Outcome take_unsequenced(Bytes packet, UfoPacket& out) {
  return packet.size() > 1 ? take(packet, out) : Outcome::ufo_length;
}

/// Sequenced data: as many whole blocks as the header says, and nothing behind them.
Outcome take_sequenced(Bytes packet, UfoPacket& out) {
  if (packet.size() < sizeof(ufo::SequencedHeader))
    return Outcome::ufo_length;
  MessageBlocks blocks(packet.subspan(sizeof(ufo::SequencedHeader)));
  const std::uint16_t count = wire::view<ufo::SequencedHeader>(packet.data()).message_count;
  for (std::uint16_t i = 0; i < count; ++i)
    if (!blocks.next())
      return Outcome::ufo_block_truncated;
  return blocks.rest().empty() ? take(packet, out) : Outcome::ufo_length;
}

}  // namespace

Outcome parse_ufo(Bytes datagram, UfoPacket& out) noexcept {
  if (datagram.empty())
    return Outcome::ufo_empty;
  switch (static_cast<char>(datagram[0])) {
    case ufo::LoginRequest::type_code:
      return take_exactly(sizeof(ufo::LoginRequest), datagram, out);
    case ufo::RetransmissionRequest::type_code:
      return take_exactly(sizeof(ufo::RetransmissionRequest), datagram, out);
    case ufo::type_client_heartbeat:
    case ufo::type_logoff_request:
      return take_exactly(1, datagram, out);
    case ufo::type_unsequenced:
      return take_unsequenced(datagram, out);
    default:
      return Outcome::ufo_unknown_type;
  }
}

Outcome parse_ufo_downstream(Bytes datagram, UfoPacket& out) noexcept {
  if (datagram.empty())
    return Outcome::ufo_empty;
  switch (static_cast<char>(datagram[0])) {
    case ufo::LoginAccepted::type_code:
      return take_exactly(sizeof(ufo::LoginAccepted), datagram, out);
    case ufo::LoginRejected::type_code:
      return take_exactly(sizeof(ufo::LoginRejected), datagram, out);
    case ufo::EndOfSession::type_code:
      return take_exactly(sizeof(ufo::EndOfSession), datagram, out);
    case ufo::SequencedHeader::type_code:
      return take_sequenced(datagram, out);
    default:
      return Outcome::ufo_unknown_type;
  }
}

MessageBlocks sequenced_messages(const UfoPacket& packet) noexcept {
  return MessageBlocks(packet.bytes.subspan(sizeof(ufo::SequencedHeader)));
}

std::optional<Bytes> UfoDatagram::next() noexcept {
  if (framing_ == UfoFraming::length_prefixed) {
    const auto packet = blocks_.next();
    any_ |= packet.has_value();
    return packet;
  }
  if (any_)
    return std::nullopt;
  any_ = true;
  return blocks_.rest();
}

Outcome UfoDatagram::outcome() const noexcept {
  if (framing_ == UfoFraming::bare)
    return Outcome::ok;  // `parse_ufo` judges the one packet, also an empty one
  if (blocks_.truncated())
    return Outcome::ufo_block_truncated;
  return any_ ? Outcome::ok : Outcome::ufo_empty;
}

}  // namespace wirebook::wire_in
