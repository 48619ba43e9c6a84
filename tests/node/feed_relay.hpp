// A bad network between a node and who follows its feed: what the node publishes goes on to each
// listener by two lines, each of which loses and swaps datagrams by its own draws.
//
// It keeps the books of all that the node sent, which is what the listeners must come to, and has a
// small GLIMPSE server.
//
// Shapes: MoldUDP64 datagrams on 127.0.0.1. Threads: one of its own between `start` and `stop`;
// `add` before. What it found is for after `stop`. The same seed draws the same losses.
#pragma once

#include <atomic>
#include <cstring>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wirebook/wire/itch50.hpp"

#include "feed_world.hpp"
#include "node/feed/feed_books.hpp"
#include "node/feed/feed_socket.hpp"
#include "node/feed/line_arbiter.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::feed::test {

inline constexpr Endpoint any_port{0x7F000001, 0};

/// How far somebody is, and what he has.
struct Stand {
  std::uint64_t next_number = 1;
  std::uint64_t digest = 0;
  friend bool operator==(const Stand&, const Stand&) = default;
};

struct RelayOptions {
  std::uint64_t seed = 1;
  double drop = 0.1;
  double swap = 0.02;  ///< of the datagrams, which the next one overtakes
  FeedBooksOptions books{.orders = 1U << 18, .instruments = 100};
};

class Relay final : private ArbiterSink {
 public:
  explicit Relay(const RelayOptions& options)
      : options_(options),
        books_(options.books),
        arbiter_({}, *this),
        listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    const sockaddr_in address = node::to_sockaddr(any_port);
    EXPECT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
  }
  virtual ~Relay() {
    stop();
    close(listener_);
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Where the node is to publish.
  [[nodiscard]] Endpoint line(Line line) const {
    return line == Line::a ? in_a_.local() : in_b_.local();
  }
  [[nodiscard]] Endpoint glimpse() const {
    sockaddr_in bound{};
    socklen_t length = sizeof bound;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &length);
    return node::from_sockaddr(bound);
  }
  /// Somebody who listens from now on; any thread.
  void add(Endpoint a, Endpoint b) {
    const std::lock_guard lock(mutex_);
    for (const auto& [to, line] : {std::pair{a, Line::a}, {b, Line::b}})
      outs_.push_back({.socket = FeedSocket::peer(to, 0),
                       .line = line,
                       .random = std::mt19937_64(options_.seed + outs_.size()),
                       .held = {}});
  }

  void start() {
    thread_ = std::thread([this] {
      while (!stop_)
        poll();
    });
  }
  void stop() {
    stop_ = true;
    if (thread_.joinable())
      thread_.join();
  }

  /// The next number, and the digest of the books before it.
  [[nodiscard]] Stand stand() const {
    const std::lock_guard lock(mutex_);
    return stand_;
  }

  // After `stop`.
  [[nodiscard]] const FeedBooks& books() const { return books_; }
  [[nodiscard]] const LineArbiter& arbiter() const { return arbiter_; }
  [[nodiscard]] std::uint64_t lost_datagrams() const { return lost_; }
  [[nodiscard]] std::uint64_t snapshots() const { return snapshots_; }

 private:
  struct Out {
    FeedSocket socket;
    Line line;
    std::mt19937_64 random;
    ByteVector held;  ///< until the next one has gone
  };

  void on_session(const Alpha<10>& /*session*/, std::uint64_t number) noexcept override {
    EXPECT_EQ(number, 1U) << "the relay has missed the start";
  }
  void on_message(std::uint64_t /*number*/, Bytes message) noexcept override {
    (void)books_.on_message(message);
  }

  void poll() {
    pollfd waits[] = {
        {in_a_.descriptor(), POLLIN, 0}, {in_b_.descriptor(), POLLIN, 0}, {listener_, POLLIN, 0}};
    const bool idle = ::poll(waits, std::size(waits), 5) == 0;
    pass_on(in_a_, Line::a);
    pass_on(in_b_, Line::b);
    answer_glimpse();
    if (!idle)
      return;
    const std::lock_guard lock(mutex_);
    if (stand_.next_number != arbiter_.expected())
      stand_ = {.next_number = arbiter_.expected(), .digest = books_.digest()};
  }

  void pass_on(FeedSocket& in, Line line) {
    for (std::size_t got = in.receive(), i = 0; i < got; ++i) {
      const Bytes datagram = in.datagram(i);
      (void)arbiter_.on_datagram(line, datagram, ++ticks_);
      const std::lock_guard lock(mutex_);
      for (Out& out : outs_)
        if (out.line == line)
          send(out, datagram);
    }
  }
  void send(Out& out, Bytes datagram) {
    std::uniform_real_distribution<> chance;
    if (chance(out.random) < options_.drop) {
      ++lost_;
      return;
    }
    if (out.held.empty() && chance(out.random) < options_.swap) {
      out.held.assign(datagram.begin(), datagram.end());
      return;
    }
    (void)out.socket.send(datagram);
    if (!out.held.empty())
      (void)out.socket.send(out.held);
    out.held.clear();
  }

  /// Whoever connects is sent the books of now; his login is not looked at.
  void answer_glimpse() {
    const int peer = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0)
      return;
    ++snapshots_;
    ByteVector stream;
    append_soup(stream, 'A', text_bytes("   GLIMPSE                   1"));
    for (std::uint16_t locate = 1; locate <= books_.instruments(); ++locate)
      books_.each_order(locate, [&](const FeedOrder& order) {
        wire::itch::AddOrder add{};
        add.stock_locate = locate;
        add.order_ref = order.order_ref;
        add.side = order.side;
        add.shares = order.open.raw;
        add.stock = *books_.symbol(locate);
        add.price = order.price.raw;
        append_soup(stream, 'S', std::as_bytes(std::span(&add, 1)));
      });
    const std::string digits = std::to_string(arbiter_.expected());
    append_soup(stream, 'S', text_bytes("G" + std::string(20 - digits.size(), ' ') + digits));
    for (std::size_t sent = 0; sent < stream.size();) {
      const ssize_t now = ::send(peer, stream.data() + sent, stream.size() - sent, MSG_NOSIGNAL);
      if (now <= 0)
        break;
      sent += static_cast<std::size_t>(now);
    }
    // The login is read, so that closing does not throw away what was sent.
    std::byte login[64];
    (void)recv(peer, login, sizeof login, 0);
    ::shutdown(peer, SHUT_WR);
    while (recv(peer, login, sizeof login, 0) > 0) {
    }
    close(peer);
  }

  RelayOptions options_;
  FeedBooks books_;
  LineArbiter arbiter_;
  FeedSocket in_a_ = FeedSocket::line(any_port, 0);
  FeedSocket in_b_ = FeedSocket::line(any_port, 0);
  int listener_;
  mutable std::mutex mutex_;
  std::vector<Out> outs_;  ///< guarded by `mutex_`, as is the next
  Stand stand_;
  std::atomic<bool> stop_{false};
  std::uint64_t ticks_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t snapshots_ = 0;
  std::thread thread_;
};

}  // namespace wirebook::feed::test
