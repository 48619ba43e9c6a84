#include "wire_in/soup_framer.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "wirebook/assert.hpp"
#include "wirebook/wire/session.hpp"

namespace wirebook::wire_in {
namespace {

namespace soup = wire::soup;
using Bytes = std::span<const std::byte>;

constexpr std::size_t length_bytes = sizeof(wire::Big16);
constexpr std::size_t any = std::numeric_limits<std::size_t>::max();

/// A login of SoupBinTCP 4.10 says how long a silence it wants besides; that is ignored.
constexpr std::size_t login_bytes_410 = sizeof(soup::LoginRequest) + 5;

/// The payload bytes that a type must have, `any`, or none where the side sends no such type.
std::optional<std::size_t> client_payload_bytes(char type) {
  switch (type) {
    case soup::LoginRequest::type_code:
      return sizeof(soup::LoginRequest);
    case soup::type_client_heartbeat:
    case soup::type_logout_request:
      return 0;
    case soup::type_unsequenced:
    case soup::type_debug:
      return any;
    default:
      return std::nullopt;
  }
}
std::optional<std::size_t> server_payload_bytes(char type) {
  switch (type) {
    case soup::LoginAccepted::type_code:
      return sizeof(soup::LoginAccepted);
    case soup::type_login_rejected:
      return 1;
    case soup::type_server_heartbeat:
    case soup::type_end_of_session:
      return 0;
    case soup::type_sequenced:
    case soup::type_debug:
      return any;
    default:
      return std::nullopt;
  }
}

/// Judges a whole packet, its length field included.
SoupPacket packet_of(Bytes bytes, SoupSide side) {
  if (bytes.size() == length_bytes)
    return {.outcome = Outcome::soup_empty};
  const auto type = static_cast<char>(bytes[length_bytes]);
  const Bytes payload = bytes.subspan(sizeof(soup::Header));
  const auto wanted =
      side == SoupSide::from_client ? client_payload_bytes(type) : server_payload_bytes(type);
  if (!wanted)
    return {.outcome = Outcome::soup_unknown_type, .type = type};
  if (*wanted != any && *wanted != payload.size() &&
      !(type == soup::LoginRequest::type_code && payload.size() == login_bytes_410))
    return {.outcome = Outcome::soup_length, .type = type};
  return {.type = type, .payload = payload};
}

/// The length of the packet that starts here, as soon as its length field is there.
std::size_t whole_bytes(Bytes bytes) {
  return bytes.size() < length_bytes ? length_bytes
                                     : length_bytes + wire::view<wire::Big16>(bytes.data());
}

}  // namespace

SoupFramer::SoupFramer(SoupSide side, std::size_t packet_bytes_max)
    : held_(packet_bytes_max), side_(side) {
  WIREBOOK_ASSERT(packet_bytes_max >= sizeof(soup::Header) + sizeof(soup::LoginRequest) &&
                  packet_bytes_max <= soup_packet_bytes_max);
}

void SoupFramer::reset() noexcept {
  held_bytes_ = 0;
  held_is_out_ = false;
  input_ = {};
  skip_ = 0;
}

void SoupFramer::feed(Bytes bytes) noexcept {
  WIREBOOK_ASSERT(input_.empty());
  input_ = bytes;
}

std::optional<SoupPacket> SoupFramer::next() noexcept {
  if (held_is_out_) {
    held_is_out_ = false;
    held_bytes_ = 0;
  }
  if (skip_ != 0) {
    const std::size_t skipped = std::min(skip_, input_.size());
    input_ = input_.subspan(skipped);
    skip_ -= skipped;
  }
  if (held_bytes_ != 0)
    return next_held();
  const std::size_t wanted = whole_bytes(input_);
  if (wanted > held_.size() && input_.size() >= sizeof(soup::Header)) {
    const Bytes start = input_.first(sizeof(soup::Header));
    input_ = input_.subspan(start.size());
    return pass_long(start, wanted - start.size());
  }
  if (input_.size() < length_bytes || input_.size() < wanted) {
    hold(input_.size());
    return std::nullopt;
  }
  const SoupPacket packet = packet_of(input_.first(wanted), side_);
  input_ = input_.subspan(wanted);
  return packet;
}

/// Completes the packet whose start was held: its length field first, then the rest.
std::optional<SoupPacket> SoupFramer::next_held() noexcept {
  std::size_t wanted = length_bytes;
  do {
    wanted = whole_bytes(Bytes(held_).first(held_bytes_));
    const bool is_long = wanted > held_.size();
    const std::size_t next = is_long ? sizeof(soup::Header) : wanted;
    hold(std::min(input_.size(), next - held_bytes_));
    if (held_bytes_ < next)
      return std::nullopt;
    if (is_long) {
      held_bytes_ = 0;
      return pass_long(Bytes(held_).first(next), wanted - next);
    }
  } while (wanted != whole_bytes(Bytes(held_).first(held_bytes_)));
  held_is_out_ = true;
  return packet_of(Bytes(held_).first(wanted), side_);
}

/// Its first bytes have been taken from the input, `rest` are to come.
std::optional<SoupPacket> SoupFramer::pass_long(Bytes start, std::size_t rest) noexcept {
  skip_ = rest;
  SoupPacket packet = packet_of(start, side_);
  if (packet.outcome == Outcome::ok && packet.type != soup::type_debug)
    packet.outcome = Outcome::soup_length;
  return packet;
}

std::size_t SoupFramer::take_back() noexcept {
  const std::size_t bytes = input_.size();
  input_ = {};
  return bytes;
}

void SoupFramer::hold(std::size_t bytes) noexcept {
  if (bytes == 0)
    return;
  std::memcpy(held_.data() + held_bytes_, input_.data(), bytes);
  held_bytes_ += bytes;
  input_ = input_.subspan(bytes);
}

Outcome SoupFramer::end() const noexcept {
  const bool whole = (held_bytes_ == 0 || held_is_out_) && skip_ == 0;
  return whole ? Outcome::ok : Outcome::soup_truncated;
}

}  // namespace wirebook::wire_in
