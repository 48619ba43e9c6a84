#include "node/feed/glimpse_client.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace wirebook::feed {
namespace {

using node::soup::SoupClientKind;

constexpr char snapshot_end_type = 'G';
constexpr std::size_t snapshot_end_bytes = 21;

}  // namespace

const char* to_text(GlimpseFailure failure) {
  switch (failure) {
    case GlimpseFailure::none:
      return "none";
    case GlimpseFailure::refused:
      return "not reached";
    case GlimpseFailure::not_authorized:
      return "login rejected: not authorized";
    case GlimpseFailure::no_session:
      return "login rejected: no session";
    case GlimpseFailure::closed:
      return "closed by the server";
    case GlimpseFailure::session_ended:
      return "session ended";
    case GlimpseFailure::bad_packet:
      return "not SoupBinTCP";
    case GlimpseFailure::bad_end:
      return "end message without a number";
    case GlimpseFailure::silent:
      return "server silent";
    case GlimpseFailure::too_long:
      return "took too long";
  }
  return "unknown";
}

std::optional<std::uint64_t> glimpse_end(std::span<const std::byte> message) {
  if (message.size() != snapshot_end_bytes || static_cast<char>(message[0]) != snapshot_end_type)
    return std::nullopt;
  std::string_view digits(reinterpret_cast<const char*>(message.data()) + 1,
                          snapshot_end_bytes - 1);
  digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
  if (error != std::errc{} || end != digits.end() || number == 0)
    return std::nullopt;
  return number;
}

GlimpseClient::GlimpseClient(const GlimpseOptions& options, GlimpseSink& sink)
    : options_(options), sink_(&sink), soup_({}) {}

void GlimpseClient::start(std::uint64_t now_ns) noexcept {
  state_ = State::connecting;
  started_ns_ = now_ns;
}

void GlimpseClient::on_connected(std::uint64_t now_ns) noexcept {
  if (state_ != State::connecting)
    return;
  state_ = State::connected;
  soup_.set_login({.username = options_.username, .password = options_.password});
  soup_.connect(now_ns);
  send_output(now_ns);
}

void GlimpseClient::on_bytes(Bytes bytes, std::uint64_t now_ns) noexcept {
  if (state_ != State::connected)
    return;
  soup_.feed(bytes, now_ns);
  while (const auto input = soup_.next()) {
    on_input(*input);
    if (!active()) {
      (void)soup_.take_back();
      return;
    }
  }
}

void GlimpseClient::on_input(const node::soup::SoupClientInput& input) noexcept {
  switch (input.kind) {
    case SoupClientKind::accepted:
      return sink_->on_snapshot_begin();
    case SoupClientKind::rejected:
      return fail(input.reject_code == 'A' ? GlimpseFailure::not_authorized
                                           : GlimpseFailure::no_session);
    case SoupClientKind::message:
      return on_message(input.payload);
    case SoupClientKind::ended:
      return fail(GlimpseFailure::session_ended);
    case SoupClientKind::malformed:
    case SoupClientKind::violation:
      return fail(GlimpseFailure::bad_packet);
  }
}

void GlimpseClient::on_message(Bytes message) noexcept {
  if (message.empty() || static_cast<char>(message[0]) != snapshot_end_type)
    return sink_->on_snapshot_message(message);
  const auto number = glimpse_end(message);
  if (!number)
    return fail(GlimpseFailure::bad_end);
  state_ = State::idle;
  sink_->on_snapshot_end(*number);
}

void GlimpseClient::on_closed() noexcept {
  if (active())
    fail(state_ == State::connecting ? GlimpseFailure::refused : GlimpseFailure::closed);
}

void GlimpseClient::poll(std::uint64_t now_ns) noexcept {
  if (!active())
    return;
  if (now_ns - started_ns_ >= options_.longest_ns)
    return fail(GlimpseFailure::too_long);
  if (state_ == State::connecting) {
    if (now_ns - started_ns_ >= options_.times.timeout_ns)
      fail(GlimpseFailure::refused);
    return;
  }
  if (soup_.overdue(now_ns, options_.times))
    return fail(GlimpseFailure::silent);
  soup_.keep_alive(now_ns, options_.times);
  send_output(now_ns);
}

void GlimpseClient::fail(GlimpseFailure why) noexcept {
  state_ = State::idle;
  sink_->on_snapshot_failed(why);
}

/// The sink sends all of it, or the connection is over.
void GlimpseClient::send_output(std::uint64_t now_ns) noexcept {
  const Bytes bytes = soup_.output();
  if (bytes.empty())
    return;
  sink_->send_to_glimpse(bytes);
  soup_.wrote(bytes.size(), now_ns);
}

}  // namespace wirebook::feed
