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
constexpr std::size_t packet_bytes_max = length_bytes + std::numeric_limits<std::uint16_t>::max();
constexpr std::size_t any = std::numeric_limits<std::size_t>::max();

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
  if (*wanted != any && *wanted != payload.size())
    return {.outcome = Outcome::soup_length, .type = type};
  return {.type = type, .payload = payload};
}

/// The length of the packet that starts here, as soon as its length field is there.
std::size_t whole_bytes(Bytes bytes) {
  return bytes.size() < length_bytes ? length_bytes
                                     : length_bytes + wire::view<wire::Big16>(bytes.data());
}

}  // namespace

SoupFramer::SoupFramer(SoupSide side) : held_(packet_bytes_max), side_(side) {}

void SoupFramer::feed(Bytes bytes) noexcept {
  WIREBOOK_ASSERT(input_.empty());
  input_ = bytes;
}

std::optional<SoupPacket> SoupFramer::next() noexcept {
  if (held_is_out_) {
    held_is_out_ = false;
    held_bytes_ = 0;
  }
  if (held_bytes_ != 0)
    return next_held();
  const std::size_t wanted = whole_bytes(input_);
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
    hold(std::min(input_.size(), wanted - held_bytes_));
    if (held_bytes_ < wanted)
      return std::nullopt;
  } while (wanted != whole_bytes(Bytes(held_).first(held_bytes_)));
  held_is_out_ = true;
  return packet_of(Bytes(held_).first(wanted), side_);
}

void SoupFramer::hold(std::size_t bytes) noexcept {
  if (bytes == 0)
    return;
  std::memcpy(held_.data() + held_bytes_, input_.data(), bytes);
  held_bytes_ += bytes;
  input_ = input_.subspan(bytes);
}

Outcome SoupFramer::end() const noexcept {
  return held_bytes_ == 0 || held_is_out_ ? Outcome::ok : Outcome::soup_truncated;
}

}  // namespace wirebook::wire_in
