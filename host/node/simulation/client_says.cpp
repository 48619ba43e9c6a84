// What a client says.
#include <algorithm>
#include <cstring>

#include "wirebook/wire/ouch50_in.hpp"
#include "wirebook/wire/ouch50_tags.hpp"
#include "wirebook/wire/session.hpp"

#include "node/simulation/client.hpp"

namespace wirebook::simulation {

namespace {

namespace ufo = wire::ufo;
namespace in = wire::ouch_in;
using wire::ouch::Tag;

constexpr std::uint64_t ask_retry_ns = 1'000'000;
constexpr std::uint64_t answer_retry_ns = 3 * ask_retry_ns;
constexpr std::uint32_t sends_max = 4;  ///< of what may have no answer

template <class Packet>
std::span<const std::byte> bytes_of(const Packet& packet) {
  return std::as_bytes(std::span(&packet, 1));
}

template <class Packet>
std::vector<std::byte> joined(const Packet& packet, const std::vector<std::byte>& rest) {
  std::vector<std::byte> bytes(bytes_of(packet).begin(), bytes_of(packet).end());
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

}  // namespace

void Client::send_packet(std::span<const std::byte> bytes, std::uint64_t number) {
  said_ns_ = time_->steady_ns();
  record_->note(Act::from_client, session_, static_cast<std::uint64_t>(bytes[0]), number);
  network_->send(address_, scenario_->config.order_entry.listen, bytes);
}

void Client::log_in() {
  login_sent_ns_ = heard_ns_ = time_->steady_ns();
  if (!calm_ && random_->below(8) == 0)
    address_.port = static_cast<std::uint16_t>(4000 + random_->below(3));
  const node::SessionConfig& account = scenario_->config.sessions[session_ - 1];
  const ufo::LoginRequest login{.username = account.username,
                                .password = account.password,
                                .requested_session = Alpha<10>::from("")};
  send_packet(bytes_of(login), 0);
}

void Client::leave() {
  if (random_->coin()) {
    const char logoff = ufo::type_logoff_request;
    send_packet(std::as_bytes(std::span(&logoff, 1)), 0);
  }
  logged_in_ = false;
}

void Client::ask_again() {
  if (time_->steady_ns() - asked_ns_ < ask_retry_ns)
    return;
  asked_ns_ = time_->steady_ns();
  ufo::RetransmissionRequest request;
  request.sequence_number = static_cast<std::uint32_t>(next_wanted());
  request.message_count = static_cast<std::uint16_t>(node_next_ - next_wanted());
  send_packet(bytes_of(request), next_wanted());
}

void Client::send_again() {
  const std::uint64_t now_ns = time_->steady_ns();
  for (Pending& pending : pending_)
    if (now_ns - pending.sent_ns >= answer_retry_ns) {
      pending.sent_ns = now_ns;
      ++pending.sends;
      send_packet(pending.packet, pending.number);
      break;
    }
  std::erase_if(pending_, [](const Pending& pending) {
    return !pending.must_be_answered && pending.sends > sends_max;
  });
}

void Client::say_something() {
  if (random_->below(800) == 0)
    return leave();
  for (std::uint64_t i = random_->between(1, scenario_->burst);
       i != 0 && pending_.size() < scenario_->orders_at_once; --i)
    say_one();
}

void Client::say_one() {
  switch (random_->below(8)) {
    case 0:
    case 1:
      return cancel();
    case 2:
      return replace();
    case 3:
      return other();
    default:
      return enter();
  }
}

void Client::send_numbered(std::uint32_t number, std::span<const std::byte> message,
                           bool must_be_answered) {
  Pending pending{.number = number,
                  .packet = {std::byte{ufo::type_unsequenced}},
                  .sent_ns = time_->steady_ns(),
                  .must_be_answered = must_be_answered,
                  .sends = 1};
  pending.packet.insert(pending.packet.end(), message.begin(), message.end());
  send_packet(pending.packet, number);
  pending_.push_back(std::move(pending));
}

std::vector<std::byte> Client::appendage() {
  std::vector<std::byte> bytes;
  if (!random_->chance(scenario_->appendage))
    return bytes;
  // Tags that change nothing of what is matched, so many that a group may be three slots long.
  constexpr Tag tags[] = {
      Tag::customer_type,  Tag::route,         Tag::handle_inst,      Tag::group_id,
      Tag::shares_located, Tag::locate_broker, Tag::display_price,    Tag::random_reserves,
      Tag::expire_time,    Tag::aiq_group_id,  Tag::discretion_price, Tag::bbo_weight_indicator};
  const std::size_t count = random_->between(1, std::size(tags));
  for (std::size_t i = 0; i < count; ++i) {
    const wire::ouch::TagInfo* const info =
        wire::ouch::find_tag(static_cast<std::uint8_t>(tags[i]));
    bytes.push_back(static_cast<std::byte>(1 + info->value_bytes));
    bytes.push_back(static_cast<std::byte>(info->tag));
    for (std::size_t byte = 0; byte < info->value_bytes; ++byte)
      bytes.push_back(static_cast<std::byte>('A' + random_->below(4)));
  }
  return bytes;
}

void Client::enter() {
  constexpr char times[] = {'0', '0', '0', '3'};
  in::EnterOrder order;
  order.user_ref_num = next_number_;
  order.side = random_->coin() ? 'B' : 'S';
  order.quantity = static_cast<std::uint32_t>(100 * random_->between(1, 8));
  order.symbol =
      scenario_->config.instruments[random_->below(scenario_->config.instruments.size())].symbol;
  order.price = 100'000 + 100 * random_->below(8);
  order.time_in_force = random_->pick(times);
  order.display = random_->below(8) == 0 ? 'N' : 'Y';
  order.capacity = 'A';
  order.iso = 'N';
  order.cross_type = 'N';
  order.cl_ord_id = ClOrdId::from(std::to_string(next_number_));
  const std::vector<std::byte> tags = appendage();
  order.appendage_length = static_cast<std::uint16_t>(tags.size());
  send_numbered(next_number_++, joined(order, tags), true);
}

void Client::replace() {
  if (live_.empty())
    return;
  in::ReplaceOrder order;
  order.orig_user_ref_num = live_[random_->below(live_.size())];
  order.user_ref_num = next_number_;
  order.quantity = static_cast<std::uint32_t>(100 * random_->between(1, 8));
  order.price = 100'000 + 100 * random_->below(8);
  order.time_in_force = '0';
  order.display = 'Y';
  order.iso = 'N';
  order.cl_ord_id = ClOrdId::from(std::to_string(next_number_));
  const std::vector<std::byte> tags = appendage();
  order.appendage_length = static_cast<std::uint16_t>(tags.size());
  send_numbered(next_number_++, joined(order, tags), false);
}

void Client::cancel() {
  if (live_.empty())
    return;
  const std::size_t which = random_->below(live_.size());
  std::vector<std::byte> packet{std::byte{ufo::type_unsequenced}};
  in::CancelOrder order;
  order.user_ref_num = live_[which];
  order.quantity = random_->coin() ? 0 : 100;
  const auto bytes = bytes_of(order);
  packet.insert(packet.end(), bytes.begin(), bytes.end());
  send_packet(packet, live_[which]);
  if (order.quantity == 0U)
    live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(which));
}

void Client::other() {
  if (random_->coin()) {
    const std::byte query[] = {std::byte{ufo::type_unsequenced},
                               std::byte{in::AccountQuery::type_code}};
    return send_packet(query, 0);
  }
  if (random_->below(8) != 0)
    return enter();
  in::MassCancel order;
  order.user_ref_num = next_number_;
  order.firm = scenario_->config.sessions[session_ - 1].firm;
  order.symbol = scenario_->config.instruments[0].symbol;
  order.appendage_length = 0;
  send_numbered(next_number_++, joined(order, {}), false);
}

}  // namespace wirebook::simulation
