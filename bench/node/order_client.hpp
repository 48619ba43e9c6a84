// A client that asks a node, or an echo, and never sleeps: so that what is measured is the server,
// and not how this thread wakes up. By turns it enters an order and cancels it.
//
// Shapes: one session; over UDP a UFO packet a datagram, over TCP SoupBinTCP. Threads: one, pinned
// by who runs it. Errors: std::system_error; std::runtime_error for an answer that should not be.
// Cost: one send and, per look, one recv, the same whoever answers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include "bench/node/echo_server.hpp"
#include "metrics/histogram.hpp"
#include "node/load/load_clock.hpp"
#include "tests/node/ouch_messages.hpp"

namespace wirebook::bench {

inline constexpr std::uint64_t patience_ns = 2'000'000'000;

class OrderClient {
 public:
  OrderClient(Transport transport, node::Endpoint to)
      : transport_(transport), socket_(loopback_socket(transport)) {
    const sockaddr_in address = node::to_sockaddr(to);
    checked(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address),
            "connect");
    if (transport == Transport::tcp)
      send_at_once(socket_);
    enter_ = packet(node::enter(0, 'B', 1'000'000));
    wire::ouch_in::CancelOrder cancel;
    cancel.quantity = 0;
    node::ByteVector bytes = node::bytes_of(cancel);
    bytes.insert(bytes.begin(), std::byte{'U'});
    cancel_ = packet(bytes);
  }
  ~OrderClient() { close(socket_); }
  OrderClient(const OrderClient&) = delete;
  OrderClient& operator=(const OrderClient&) = delete;

  /// Whoever answers to the account.
  void log_in(std::string_view username, std::string_view password) {
    node::ByteVector login = node::login(username, password);
    if (transport_ == Transport::tcp) {
      wire::soup::LoginRequest request;
      request.username = Alpha<6>::from(username);
      request.password = Alpha<10>::from(password);
      request.requested_session = Alpha<10>::from("");
      request.requested_sequence_number = Alpha<20>::from("1");
      login = node::bytes_of(request);
      login.insert(login.begin(), std::byte{'L'});
    }
    send(packet(login));
    const std::uint64_t until_ns = node::load_clock_ns() + patience_ns;
    while (!up_) {
      receive();
      if (node::load_clock_ns() > until_ns)
        throw std::runtime_error("the login was not answered");
    }
  }

  /// One order in flight: each goes out when the one before was answered.
  void ping_pong(double seconds, metrics::Histogram& latency) {
    const std::uint64_t end_ns = node::load_clock_ns() + static_cast<std::uint64_t>(seconds * 1e9);
    std::uint64_t now_ns = node::load_clock_ns();
    for (bool enters = true; now_ns < end_ns || !enters; enters = !enters) {
      const std::uint64_t sent_ns = now_ns;
      ask(enters);
      while (receive() == 0)
        give_up_after(sent_ns + patience_ns);
      now_ns = node::load_clock_ns();
      if (enters)
        latency.record(now_ns - sent_ns);
    }
  }

  /// At `rate` a second, whatever the answers do; latency runs from when a message was due.
  void by_schedule(double rate, double seconds, metrics::Histogram& latency) {
    const auto count = static_cast<std::uint64_t>(rate * seconds) / 2 * 2;
    const auto gap_ns = static_cast<std::uint64_t>(1e9 / rate);
    const std::uint64_t start_ns = node::load_clock_ns();
    std::uint64_t sent = 0;
    for (std::uint64_t answered = 0; answered < count;) {
      if (sent < count && node::load_clock_ns() >= start_ns + sent * gap_ns)
        ask(sent++ % 2 == 0);
      for (std::size_t come = receive(); come != 0; --come, ++answered)
        if (answered % 2 == 0)
          latency.record(node::load_clock_ns() - (start_ns + answered * gap_ns));
      give_up_after(start_ns + count * gap_ns + patience_ns);
    }
  }

 private:
  /// A packet as its transport carries it.
  [[nodiscard]] node::ByteVector packet(node::ByteVector bytes) const {
    if (transport_ == Transport::tcp) {
      const node::ByteVector head =
          node::bytes_of(wire::Big16(static_cast<std::uint16_t>(bytes.size())));
      bytes.insert(bytes.begin(), head.begin(), head.end());
    }
    return bytes;
  }

  void ask(bool enters) {
    node::ByteVector& message = enters ? enter_ : cancel_;
    number_ += enters ? 1 : 0;
    const wire::Big32 number(number_);
    // Behind the head of the transport and the message's type.
    std::memcpy(message.data() + (transport_ == Transport::tcp ? 4 : 2), &number, sizeof number);
    send(message);
  }

  void send(const node::ByteVector& bytes) const {
    checked(static_cast<int>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL)), "send");
  }

  /// How many messages have come.
  std::size_t receive() {
    const ssize_t got = recv(socket_, bytes_.data() + held_, bytes_.size() - held_, MSG_DONTWAIT);
    if (got <= 0)
      return 0;
    const auto length = static_cast<std::size_t>(got);
    return transport_ == Transport::udp ? take_datagram(length) : take_stream(held_ + length);
  }

  std::size_t take_datagram(std::size_t length) {
    switch (static_cast<char>(bytes_[0])) {
      case wire::ufo::LoginAccepted::type_code:
        up_ = true;
        return 0;
      case wire::ufo::SequencedHeader::type_code: {
        const auto& header = wire::view<wire::ufo::SequencedHeader>(bytes_.data());
        return take_answers(bytes_.data() + sizeof header, header.message_count);
      }
      default:
        return length == enter_.size() || length == cancel_.size() ? 1 : refuse();
    }
  }

  std::size_t take_answers(const std::byte* at, std::uint16_t count) {
    std::size_t answers = 0;
    for (std::uint16_t i = 0; i < count; ++i) {
      answers += check_answer(static_cast<char>(at[2]));
      at += 2 + wire::view<wire::Big16>(at);
    }
    return answers;
  }

  std::size_t take_stream(std::size_t length) {
    std::size_t count = 0;
    std::size_t at = 0;
    while (length - at >= 3) {
      const std::size_t packet = 2 + std::size_t{wire::view<wire::Big16>(bytes_.data() + at)};
      if (length - at < packet)
        break;
      const auto type = static_cast<char>(bytes_[at + 2]);
      if (type == wire::soup::type_sequenced)
        count += check_answer(static_cast<char>(bytes_[at + 3]));
      up_ = up_ || type == wire::soup::LoginAccepted::type_code;
      count += type == wire::soup::type_unsequenced ? 1 : 0;  // an echo's
      at += packet;
    }
    held_ = length - at;
    std::memmove(bytes_.data(), bytes_.data() + at, held_);
    return count;
  }

  /// Counts it: 1, but 0 for an event of the day.
  static std::size_t check_answer(char type) {
    if (type != 'A' && type != 'C' && type != 'S')
      refuse();
    return type == 'S' ? 0 : 1;
  }
  [[noreturn]] static std::size_t refuse() {
    throw std::runtime_error("that is no answer to an order");
  }
  static void give_up_after(std::uint64_t until_ns) {
    if (node::load_clock_ns() > until_ns)
      throw std::runtime_error("an order was not answered");
  }

  Transport transport_;
  int socket_;
  node::ByteVector enter_;
  node::ByteVector cancel_;
  std::uint32_t number_ = 0;
  bool up_ = false;
  std::size_t held_ = 0;  ///< of a packet that has not come whole
  std::array<std::byte, 8192> bytes_{};
};

}  // namespace wirebook::bench
