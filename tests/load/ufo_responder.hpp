// A small OUCH server on a UDP socket of its own, for tests of the client: it accepts every order,
// executes some, follows the rules of UserRefNum, and may lose datagrams in both directions.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wirebook/wire/ouch50_in.hpp"
#include "wirebook/wire/ouch50_out.hpp"
#include "wirebook/wire/session.hpp"

#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

struct ResponderRules {
  std::uint64_t seed = 1;
  unsigned lost_percent = 0;      ///< of the datagrams, each way, once a session is up
  unsigned executed_percent = 0;  ///< of day orders, at once and in full, after `accepted`
  unsigned rejected_percent = 0;  ///< of new orders and replaces
  bool refuse_logins = false;
  bool answer_orders = true;
};

/// What it saw, besides repetitions that it ignored.
struct ResponderCounts {
  std::atomic<std::uint64_t> enters{0}, cancels{0}, replaces{0}, ignored{0}, retransmissions{0};
  std::atomic<std::uint64_t> logoffs{0}, heartbeats{0}, bad{0};
};

class UfoResponder {
 public:
  explicit UfoResponder(ResponderRules rules) : rules_(rules), random_(rules.seed) {
    socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const sockaddr_in any = to_sockaddr({0x7F000001, 0});
    if (bind(socket_, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0)
      counts_.bad = 1;
    sockaddr_in bound{};
    socklen_t length = sizeof bound;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&bound), &length);
    endpoint_ = from_sockaddr(bound);
    thread_ = std::thread([this] { serve(); });
  }
  ~UfoResponder() {
    stop_ = true;
    thread_.join();
    close(socket_);
  }

  [[nodiscard]] Endpoint endpoint() const { return endpoint_; }
  [[nodiscard]] const ResponderCounts& counts() const { return counts_; }

 private:
  struct Live {
    std::uint32_t total = 0;
    std::uint32_t executed = 0;
    char side = 'B';
    Symbol symbol{};
  };
  struct Session {
    sockaddr_in peer{};
    std::uint32_t last_number = 0;
    std::map<std::uint32_t, Live> live;
    std::vector<std::string> sent;  ///< number n at n - 1
  };

  bool chance(unsigned percent) { return random_() % 100 < percent; }

  void serve() {
    std::array<std::byte, 2048> bytes;
    auto heartbeat = std::chrono::steady_clock::now();
    while (!stop_) {
      if (std::chrono::steady_clock::now() - heartbeat > std::chrono::milliseconds(30)) {
        heartbeat = std::chrono::steady_clock::now();
        // The next number and no message: by this a client learns that the last reply was lost.
        for (auto& [port, session] : sessions_)
          send_messages(session, static_cast<std::uint32_t>(session.sent.size() + 1), 0);
      }
      pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
      if (poll(&ready, 1, 10) <= 0)
        continue;
      sockaddr_in peer{};
      socklen_t length = sizeof peer;
      const ssize_t got = recvfrom(socket_, bytes.data(), bytes.size(), 0,
                                   reinterpret_cast<sockaddr*>(&peer), &length);
      if (got > 0)
        on_datagram(peer, std::span(bytes).first(static_cast<std::size_t>(got)));
    }
  }

  void on_datagram(const sockaddr_in& peer, std::span<const std::byte> datagram) {
    const char type = static_cast<char>(datagram[0]);
    if (type == 'L')
      return on_login(peer, datagram);
    const auto found = sessions_.find(peer.sin_port);
    if (found == sessions_.end() || chance(rules_.lost_percent))
      return;
    Session& session = found->second;
    if (type == 'U' && datagram.size() > 1)
      on_order(session, datagram.subspan(1));
    else if (type == 'T' && datagram.size() == sizeof(wire::ufo::RetransmissionRequest))
      on_request(session, wire::view<wire::ufo::RetransmissionRequest>(datagram.data()));
    else if (type == 'O')
      ++counts_.logoffs;
    else if (type == 'R')
      ++counts_.heartbeats;
    else
      ++counts_.bad;
  }

  void on_login(const sockaddr_in& peer, std::span<const std::byte> datagram) {
    if (datagram.size() != sizeof(wire::ufo::LoginRequest))
      ++counts_.bad;
    if (rules_.refuse_logins) {
      const wire::ufo::LoginRejected refused{.code = 'A'};
      send_bytes(peer, &refused, sizeof refused);
      return;
    }
    Session& session = sessions_[peer.sin_port];
    session.peer = peer;
    const wire::ufo::LoginAccepted accepted{
        .session = Alpha<10>::from("TEST"),
        .sequence_number = static_cast<std::uint32_t>(session.sent.size() + 1)};
    send_bytes(peer, &accepted, sizeof accepted);
  }

  void on_request(Session& session, const wire::ufo::RetransmissionRequest& request) {
    ++counts_.retransmissions;
    send_messages(session, request.sequence_number, request.message_count);
  }

  void send_messages(Session& session, std::uint32_t first, std::uint32_t count) {
    std::string packet(sizeof(wire::ufo::SequencedHeader), '\0');
    std::uint16_t packed = 0;
    for (std::uint32_t number = first; number < first + count; ++number) {
      if (number == 0 || number > session.sent.size())
        break;
      const std::string& message = session.sent[number - 1];
      if (packet.size() + 2 + message.size() > 1472)
        break;
      packet += static_cast<char>(message.size() >> 8);
      packet += static_cast<char>(message.size());
      packet += message;
      ++packed;
    }
    const wire::ufo::SequencedHeader header{.sequence_number = first, .message_count = packed};
    std::memcpy(packet.data(), &header, sizeof header);
    if (!chance(rules_.lost_percent))
      send_bytes(session.peer, packet.data(), packet.size());
  }

  void send_bytes(const sockaddr_in& peer, const void* bytes, std::size_t size) const {
    sendto(socket_, bytes, size, 0, reinterpret_cast<const sockaddr*>(&peer), sizeof peer);
  }

  template <class Message>
  void reply(Session& session, const Message& message) {
    session.sent.emplace_back(reinterpret_cast<const char*>(&message), sizeof message);
    send_messages(session, static_cast<std::uint32_t>(session.sent.size()), 1);
  }

  /// A number that is not greater than the last one counts as a repetition.
  bool fresh(const Session& session, std::uint32_t number) {
    if (number > session.last_number)
      return true;
    ++counts_.ignored;
    return false;
  }

  void on_order(Session& session, std::span<const std::byte> message) {
    namespace in = wire::ouch_in;
    const char type = static_cast<char>(message[0]);
    if (type == 'Q')
      return reply(session, wire::ouch_out::AccountQueryResponse{.next_user_ref_num =
                                                                     session.last_number + 1});
    if (!rules_.answer_orders)
      return;
    if (type == 'O' && message.size() == sizeof(in::EnterOrder))
      on_enter(session, wire::view<in::EnterOrder>(message.data()));
    else if (type == 'X' && message.size() == sizeof(in::CancelOrder))
      on_cancel(session, wire::view<in::CancelOrder>(message.data()));
    else if (type == 'U' && message.size() == sizeof(in::ReplaceOrder))
      on_replace(session, wire::view<in::ReplaceOrder>(message.data()));
    else
      ++counts_.bad;
  }

  void on_enter(Session& session, const wire::ouch_in::EnterOrder& order) {
    namespace out = wire::ouch_out;
    const std::uint32_t number = order.user_ref_num;
    if (!fresh(session, number))
      return;
    session.last_number = number;
    ++counts_.enters;
    if (chance(rules_.rejected_percent))
      return reply(session, out::Rejected{.user_ref_num = number, .reason = 0xF});
    const std::uint32_t quantity = order.quantity;
    if (quantity == 0 || quantity > 999'999 || order.price == 0)
      ++counts_.bad;
    reply(session,
          out::OrderAccepted{.user_ref_num = number, .quantity = quantity, .order_state = 'L'});
    if (order.time_in_force == '3')
      return reply(session,
                   out::OrderCanceled{.user_ref_num = number, .quantity = quantity, .reason = 'I'});
    if (chance(rules_.executed_percent))
      return reply(session, out::OrderExecuted{.user_ref_num = number, .quantity = quantity});
    session.live[number] = {quantity, 0, order.side, order.symbol};
  }

  void on_cancel(Session& session, const wire::ouch_in::CancelOrder& order) {
    const auto found = session.live.find(order.user_ref_num);
    if (found == session.live.end()) {
      ++counts_.ignored;
      return;
    }
    ++counts_.cancels;
    const Live gone = found->second;
    session.live.erase(found);
    reply(session, wire::ouch_out::OrderCanceled{.user_ref_num = order.user_ref_num,
                                                 .quantity = gone.total - gone.executed,
                                                 .reason = 'U'});
  }

  void on_replace(Session& session, const wire::ouch_in::ReplaceOrder& order) {
    namespace out = wire::ouch_out;
    const auto found = session.live.find(order.orig_user_ref_num);
    const std::uint32_t number = order.user_ref_num;
    if (found == session.live.end() || !fresh(session, number))
      return;
    session.last_number = number;
    ++counts_.replaces;
    if (chance(rules_.rejected_percent))
      return reply(session, out::Rejected{.user_ref_num = number, .reason = 2});
    Live live = found->second;
    session.live.erase(found);
    live.total = order.quantity;
    session.live[number] = live;
    reply(session, out::OrderReplaced{.orig_user_ref_num = order.orig_user_ref_num,
                                      .user_ref_num = number,
                                      .quantity = live.total - live.executed,
                                      .order_state = 'L'});
  }

  ResponderRules rules_;
  std::mt19937_64 random_;
  int socket_ = -1;
  Endpoint endpoint_;
  std::map<std::uint16_t, Session> sessions_;
  ResponderCounts counts_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace wirebook::node
