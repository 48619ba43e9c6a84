// Who follows a node's feed, each on a thread of its own: by two lines, or over SoupBinTCP.
//
// Shapes: books, and how far they are. Threads: `stand`, `is_there` and `readers` from any; what a
// follower found is for after `stop`. Waits are bounded by the tests' own.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "match/feed_follower.hpp"
#include "match/readers/book_readers.hpp"
#include "node/feed/feed_receiver.hpp"
#include "tests/node/market/feed_client.hpp"
#include "wire_in/itch_slot.hpp"

namespace wirebook::feed::test {

inline constexpr Endpoint any_port{0x7F000001, 0};
inline constexpr match::Capacity followed_books{.orders = 1U << 18, .instruments = 100};
inline constexpr match::BookReadersOptions shown_books{
    .instruments = followed_books.instruments, .slots_per_top = 64, .slots_per_level = 8};

/// How far somebody is, and what he has.
struct Stand {
  std::uint64_t next_number = 1;
  std::uint64_t digest = 0;
  friend bool operator==(const Stand&, const Stand&) = default;
};

class Follower {
 public:
  Follower() = default;
  virtual ~Follower() = default;
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void start() {
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested())
        step();
    });
  }
  /// Who inherits stops before it is gone.
  void stop() { thread_ = {}; }

  [[nodiscard]] Stand stand() const {
    const std::lock_guard lock(mutex_);
    return stand_;
  }
  [[nodiscard]] bool has_ended() const { return has_ended_; }
  [[nodiscard]] virtual match::BookReaders& readers() = 0;

  // After `stop`.
  [[nodiscard]] virtual const match::FeedFollower& books() const = 0;
  [[nodiscard]] virtual bool is_complete() const = 0;
  [[nodiscard]] virtual std::string report() const = 0;

 protected:
  virtual void step() = 0;
  /// All messages before this number are in the books.
  void note(std::uint64_t next_number) {
    const std::lock_guard lock(mutex_);
    if (stand_.next_number != next_number)
      stand_ = {.next_number = next_number, .digest = books().digest()};
  }
  void note_end() { has_ended_ = true; }

 private:
  std::atomic<bool> has_ended_{false};
  mutable std::mutex mutex_;
  Stand stand_;  ///< guarded by `mutex_`
  std::jthread thread_;
};

/// Two lines, and whom the options name.
class LineFollower final : public Follower {
 public:
  explicit LineFollower(FeedReceiverOptions options) : receiver_(with_sizes(std::move(options))) {}
  ~LineFollower() override { stop(); }

  [[nodiscard]] Endpoint at(Line line) const { return receiver_.endpoint(line); }
  [[nodiscard]] match::BookReaders& readers() override { return receiver_.readers(); }
  [[nodiscard]] const match::FeedFollower& books() const override { return receiver_.books(); }
  [[nodiscard]] bool is_complete() const override { return receiver_.status().complete; }
  [[nodiscard]] const FeedReceiver& receiver() const { return receiver_; }
  [[nodiscard]] std::string report() const override {
    const FeedStatus found = receiver_.status();
    const LineCounters& a = receiver_.line(Line::a);
    const LineCounters& b = receiver_.line(Line::b);
    return fmt::format(
        "A {:>6} first {:>5} missed, B {:>6} first {:>5} missed, {:>4} gaps, {:>4} requests, {:>3} "
        "snapshots",
        a.messages, a.missed, b.messages, b.missed, found.gaps, found.requests, found.snapshots);
  }

 private:
  void step() override {
    if (!receiver_.poll())
      receiver_.wait(5);
    const FeedStatus status = receiver_.status();
    if (status.state == FeedState::synchronized || status.state == FeedState::ended)
      note(status.next_number);
    if (status.state == FeedState::ended)
      note_end();
  }
  static FeedReceiverOptions with_sizes(FeedReceiverOptions options) {
    options.line_a = any_port;
    options.line_b = any_port;
    options.books = followed_books;
    return options;
  }

  FeedReceiver receiver_;
};

/// The stream over SoupBinTCP: all of it, or from where a snapshot leaves off.
class SoupFollower final : public Follower {
 public:
  SoupFollower(Endpoint stream, std::optional<Endpoint> glimpse)
      : stream_at_(stream), glimpse_at_(glimpse) {}
  ~SoupFollower() override { stop(); }

  [[nodiscard]] match::BookReaders& readers() override { return readers_; }
  [[nodiscard]] const match::FeedFollower& books() const override { return books_; }
  [[nodiscard]] bool is_complete() const override { return next_number_ != 1; }
  [[nodiscard]] std::string report() const override {
    return fmt::format("from {} to {}", first_number_, next_number_ - 1);
  }

 private:
  void step() override {
    if (!stream_)
      join();
    bool any = false;
    const bool is_open = stream_->poll(now_ns(), [&](const node::soup::SoupClientInput& input) {
      if (input.kind == node::soup::SoupClientKind::accepted) {
        EXPECT_EQ(input.number, next_number_) << "what is missing is not kept";
      }
      if (input.kind == node::soup::SoupClientKind::ended)
        note_end();
      if (input.kind != node::soup::SoupClientKind::message)
        return;
      EXPECT_EQ(input.number, next_number_);
      apply(input.payload);
      next_number_ = input.number + 1;
      any = true;
    });
    EXPECT_TRUE(is_open || has_ended() || std::exchange(is_lost_, true));
    if (any)
      return;
    note(next_number_);
    (void)books_.show(readers_, next_number_, match::Show::idle);
    pollfd wait{.fd = stream_->socket().descriptor(), .events = POLLIN, .revents = 0};
    (void)::poll(&wait, 1, 5);
  }
  void join() {
    if (glimpse_at_) {
      node::FeedClient snapshot(*glimpse_at_);
      EXPECT_TRUE(snapshot.until([&] { return snapshot.snapshot_end() != 0; }));
      for (const node::ByteVector& message : snapshot.messages())
        if (static_cast<char>(message[0]) != 'G')
          apply(message);
      next_number_ = first_number_ = snapshot.snapshot_end();
    }
    stream_.emplace(node::soup::ClientLogin{.next_number = next_number_});
    EXPECT_TRUE(stream_->connect(stream_at_));
  }
  void apply(std::span<const std::byte> message) {
    const auto [outcome, slot] = parser_.parse(message);
    EXPECT_EQ(outcome, Outcome::ok);
    if (slot != nullptr)
      books_.on_slot(*slot);
  }
  static std::uint64_t now_ns() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
  }

  Endpoint stream_at_;
  std::optional<Endpoint> glimpse_at_;
  std::optional<node::soup::SoupConnection> stream_;
  wire_in::ItchSlot parser_;
  match::FeedFollower books_{followed_books};
  match::BookReaders readers_{shown_books};
  bool is_lost_ = false;  ///< and it was said
  std::uint64_t first_number_ = 1;
  std::uint64_t next_number_ = 1;
};

}  // namespace wirebook::feed::test
