#include "node/simulation/client.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "wirebook/wire/ouch50_out.hpp"
#include "wirebook/wire/session.hpp"

namespace wirebook::simulation {

namespace {

namespace ufo = wire::ufo;
namespace out = wire::ouch_out;
using Bytes = std::span<const std::byte>;

constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint64_t login_retry_ns = ms / 2;
constexpr std::size_t live_max = 32;

}  // namespace

Client::Client(const Scenario& scenario, std::uint32_t session, Network& network,
               const SimTime& time, Random& random, Record& record)
    : scenario_(&scenario),
      session_(session),
      network_(&network),
      time_(&time),
      random_(&random),
      record_(&record),
      address_{0x0A000100 + session, 4000} {}

void Client::act() {
  const std::uint64_t now_ns = time_->steady_ns();
  if (!calm_ && random_->chance(scenario_->slow_client))
    slow_until_ns_ = now_ns + random_->below(100 * ms);
  if (calm_ || now_ns >= slow_until_ns_)
    read();
  const std::uint64_t silence_ns = (2 * scenario_->config.order_entry.heartbeat_ms + 1) * ms;
  if (logged_in_ && now_ns - heard_ns_ > silence_ns)
    logged_in_ = false;  // the node is gone, or has forgotten us
  if (!logged_in_) {
    if (now_ns - login_sent_ns_ >= login_retry_ns)
      log_in();
    return;
  }
  if (now_ns - said_ns_ >= scenario_->config.order_entry.timeout_ms * ms / 4) {
    const char heartbeat = ufo::type_client_heartbeat;
    send_packet(std::as_bytes(std::span(&heartbeat, 1)), 0);
  }
  if (node_next_ > next_wanted())
    ask_again();
  send_again();
  if (!calm_)
    say_something();
}

void Client::begin_again() {
  logged_in_ = false;
  node_next_ = 1;
  messages_.clear();
  early_.clear();
  answered_.clear();
  pending_.clear();
}

// --- what comes ---

void Client::read() {
  for (std::uint64_t i = random_->between(1, 6); i != 0; --i) {
    const auto datagram = network_->receive(address_);
    if (!datagram)
      return;
    heard_ns_ = time_->steady_ns();
    on_datagram(datagram->bytes);
  }
}

void Client::on_datagram(Bytes bytes) {
  switch (static_cast<char>(bytes[0])) {
    case ufo::LoginAccepted::type_code:
      return on_accepted(wire::view<ufo::LoginAccepted>(bytes.data()).sequence_number);
    case ufo::SequencedHeader::type_code: {
      const auto& header = wire::view<ufo::SequencedHeader>(bytes.data());
      return on_blocks(header.sequence_number, header.message_count, bytes.subspan(sizeof header));
    }
    case ufo::EndOfSession::type_code:
      logged_in_ = false;
      return;
    default:
      return record_->found(fmt::format("session {} is sent a packet of type {}", session_,
                                        static_cast<char>(bytes[0])));
  }
}

void Client::on_accepted(std::uint32_t next) {
  logged_in_ = true;
  node_next_ = std::max<std::uint64_t>(node_next_, next);
}

void Client::on_blocks(std::uint32_t first, std::uint32_t count, Bytes blocks) {
  node_next_ = std::max<std::uint64_t>(node_next_, first + count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t length = wire::view<wire::Big16>(blocks.data());
    take(first + i, blocks.subspan(sizeof(wire::Big16), length));
    blocks = blocks.subspan(sizeof(wire::Big16) + length);
  }
}

void Client::take(std::uint32_t number, Bytes message) {
  if (number < next_wanted()) {
    if (messages_[number - 1] != hash_of(message))
      record_->found(fmt::format("session {} receives two things as message {}", session_, number));
    return;
  }
  early_[number].assign(message.begin(), message.end());
  for (auto next = early_.begin(); next != early_.end() && next->first == next_wanted();
       next = early_.begin()) {
    messages_.push_back(hash_of(next->second));
    deliver(next->second);
    early_.erase(next);
  }
}

void Client::deliver(Bytes message) {
  switch (static_cast<char>(message[0])) {
    case out::OrderAccepted::type_code: {
      const auto& accepted = wire::view<out::OrderAccepted>(message.data());
      live_.push_back(accepted.user_ref_num);
      if (live_.size() > live_max)
        live_.erase(live_.begin());
      return on_answer(accepted.user_ref_num);
    }
    case out::OrderReplaced::type_code: {
      const auto& replaced = wire::view<out::OrderReplaced>(message.data());
      live_.push_back(replaced.user_ref_num);
      return on_answer(replaced.user_ref_num);
    }
    case out::Rejected::type_code:
      return on_answer(wire::view<out::Rejected>(message.data()).user_ref_num);
    case out::MassCancelResponse::type_code:
      return on_answer(wire::view<out::MassCancelResponse>(message.data()).user_ref_num);
    default:
      return;
  }
}

std::string Client::state() const {
  return fmt::format("{}, {} unanswered from number {} on, the node is at {}",
                     logged_in_ ? "logged in" : "logged out", pending_.size(),
                     pending_.empty() ? 0 : pending_.front().number, node_next_);
}

void Client::on_answer(std::uint32_t number) {
  if (!answered_.insert(number).second)
    record_->found(fmt::format("session {} is answered twice for its number {}", session_, number));
  // Numbers only grow: what came before and was not answered will not be.
  std::erase_if(pending_, [number](const Pending& pending) { return pending.number <= number; });
}

}  // namespace wirebook::simulation
