#include "node/soup/soup_client.hpp"

#include <algorithm>
#include <cstring>

#include "wirebook/assert.hpp"

namespace wirebook::node::soup {

namespace {

namespace wires = wire::soup;
using Bytes = std::span<const std::byte>;

template <wire::WireMessage Message>
Bytes bytes_of(const Message& message) {
  return std::as_bytes(std::span(&message, 1));
}

}  // namespace

SoupClient::SoupClient(const ClientLogin& login, std::size_t output_bytes_max)
    : login_(login),
      framer_(wire_in::SoupSide::from_server, sizeof(wires::Header) + message_bytes_max),
      output_(output_bytes_max) {}

void SoupClient::connect(std::uint64_t now_ns) noexcept {
  framer_.reset();
  output_begin_ = output_end_ = 0;
  heard_ns_ = wrote_ns_ = now_ns;
  state_ = State::asked;
  wires::Header header;
  header.length = 1 + sizeof(wires::LoginRequest);
  header.type = wires::LoginRequest::type_code;
  const wires::LoginRequest request{.username = login_.username,
                                    .password = login_.password,
                                    .requested_session = padded_left(login_.session),
                                    .requested_sequence_number = format_number(login_.next_number)};
  queue(bytes_of(header), bytes_of(request));
}

void SoupClient::feed(Bytes bytes, std::uint64_t now_ns) noexcept {
  heard_ns_ = now_ns;
  framer_.feed(bytes);
}

std::optional<SoupClientInput> SoupClient::next() noexcept {
  if (state_ == State::over) {
    framer_.take_back();
    return std::nullopt;
  }
  while (const auto packet = framer_.next()) {
    if (packet->outcome != Outcome::ok)
      return SoupClientInput{.kind = SoupClientKind::malformed, .outcome = packet->outcome};
    if (const auto input = on_packet(*packet))
      return input;
  }
  return std::nullopt;
}

std::optional<SoupClientInput> SoupClient::on_packet(const wire_in::SoupPacket& packet) noexcept {
  if (packet.type == wires::type_debug)
    return std::nullopt;
  if (state_ == State::asked) {
    if (packet.type == wires::LoginAccepted::type_code)
      return on_accepted(packet.payload);
    if (packet.type == wires::type_login_rejected)
      return finish(
          {.kind = SoupClientKind::rejected, .reject_code = static_cast<char>(packet.payload[0])});
    return finish({.kind = SoupClientKind::violation});
  }
  switch (packet.type) {
    case wires::type_sequenced:
      return SoupClientInput{.kind = SoupClientKind::message,
                             .number = login_.next_number++,
                             .payload = packet.payload};
    case wires::type_server_heartbeat:
      return std::nullopt;
    case wires::type_end_of_session: {
      const std::uint64_t number = login_.next_number;
      login_.session = Alpha<10>::from({});  // it cannot be rejoined: the next one, from its start
      login_.next_number = 1;
      return finish({.kind = SoupClientKind::ended, .number = number});
    }
    default:
      return finish({.kind = SoupClientKind::violation});
  }
}

SoupClientInput SoupClient::on_accepted(Bytes payload) noexcept {
  const auto& accepted = wire::view<wires::LoginAccepted>(payload.data());
  const auto number = parse_number(accepted.sequence_number);
  if (!number || *number == 0)
    return finish({.kind = SoupClientKind::violation});
  login_.session = accepted.session;
  login_.next_number = *number;
  state_ = State::live;
  return {.kind = SoupClientKind::accepted, .number = *number};
}

SoupClientInput SoupClient::finish(SoupClientInput input) noexcept {
  state_ = State::over;
  return input;
}

bool SoupClient::send(Bytes message) noexcept {
  if (state_ != State::live || message.size() > message_bytes_max)
    return false;
  return queue(bytes_of(unsequenced_headers[message.size()]), message);
}

void SoupClient::log_out() noexcept {
  if (state_ == State::live)
    queue(bytes_of(bare(wires::type_logout_request)));
}

void SoupClient::keep_alive(std::uint64_t now_ns, const ClientTimes& times) noexcept {
  if (state_ == State::live && output().empty() && now_ns >= wrote_ns_ + times.heartbeat_ns)
    queue(bytes_of(bare(wires::type_client_heartbeat)));
}

bool SoupClient::queue(Bytes head, Bytes body) noexcept {
  const std::size_t bytes = head.size() + body.size();
  if (output_end_ + bytes > output_.size() && output_begin_ != 0) {
    std::memmove(output_.data(), output_.data() + output_begin_, output_end_ - output_begin_);
    output_end_ -= output_begin_;
    output_begin_ = 0;
  }
  if (output_end_ + bytes > output_.size())
    return false;
  std::copy(head.begin(), head.end(), output_.begin() + static_cast<std::ptrdiff_t>(output_end_));
  output_end_ += head.size();
  std::copy(body.begin(), body.end(), output_.begin() + static_cast<std::ptrdiff_t>(output_end_));
  output_end_ += body.size();
  return true;
}

void SoupClient::wrote(std::size_t bytes, std::uint64_t now_ns) noexcept {
  WIREBOOK_ASSERT(bytes <= output_end_ - output_begin_);
  output_begin_ += bytes;
  if (output_begin_ == output_end_)
    output_begin_ = output_end_ = 0;
  if (bytes != 0)
    wrote_ns_ = now_ns;
}

}  // namespace wirebook::node::soup
