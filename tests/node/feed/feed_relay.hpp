// A bad network between a node and who follows its feed: what the node publishes goes on to each
// listener by two lines, each of which loses and swaps datagrams by its own draws.
//
// It keeps the books of all that the node sent, which is what the listeners must come to.
//
// Shapes: MoldUDP64 datagrams on 127.0.0.1. Threads: one of its own between `start` and `stop`;
// `add` before. What it found is for after `stop`. The same seed draws the same losses.
#pragma once

#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>

#include "feed_followers.hpp"
#include "feed_world.hpp"
#include "match/feed_follower.hpp"
#include "node/feed/feed_socket.hpp"
#include "node/feed/line_arbiter.hpp"
#include "wire_in/itch_slot.hpp"

namespace wirebook::feed::test {

struct RelayOptions {
  std::uint64_t seed = 1;
  double drop = 0.1;
  double swap = 0.02;  ///< of the datagrams, which the next one overtakes
  match::Capacity books = followed_books;
};

class Relay final : private ArbiterSink {
 public:
  explicit Relay(const RelayOptions& options)
      : options_(options), books_(options.books), arbiter_({}, *this) {}
  virtual ~Relay() { stop(); }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Where the node is to publish.
  [[nodiscard]] Endpoint line(Line line) const {
    return line == Line::a ? in_a_.local() : in_b_.local();
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
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested())
        poll();
    });
  }
  void stop() { thread_ = {}; }

  /// The next number, and the digest of the books before it.
  [[nodiscard]] Stand stand() const {
    const std::lock_guard lock(mutex_);
    return stand_;
  }

  // After `stop`.
  [[nodiscard]] const match::FeedFollower& books() const { return books_; }
  [[nodiscard]] const LineArbiter& arbiter() const { return arbiter_; }
  [[nodiscard]] std::uint64_t lost_datagrams() const { return lost_; }

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
    const auto [outcome, slot] = parser_.parse(message);
    EXPECT_EQ(outcome, Outcome::ok);
    if (slot != nullptr)
      books_.on_slot(*slot);
  }

  void poll() {
    pollfd waits[] = {{in_a_.descriptor(), POLLIN, 0}, {in_b_.descriptor(), POLLIN, 0}};
    const bool idle = ::poll(waits, std::size(waits), 5) == 0;
    pass_on(in_a_, Line::a);
    pass_on(in_b_, Line::b);
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

  RelayOptions options_;
  wire_in::ItchSlot parser_;
  match::FeedFollower books_;
  LineArbiter arbiter_;
  FeedSocket in_a_ = FeedSocket::line(any_port, 0);
  FeedSocket in_b_ = FeedSocket::line(any_port, 0);
  mutable std::mutex mutex_;
  std::vector<Out> outs_;  ///< guarded by `mutex_`, as is the next
  Stand stand_;
  std::uint64_t ticks_ = 0;
  std::uint64_t lost_ = 0;
  std::jthread thread_;
};

}  // namespace wirebook::feed::test
