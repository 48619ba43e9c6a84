// A feed in simulated time: a publisher, two lines that lose, delay and repeat, a re-request server
// and a GLIMPSE server, and the client under test, which is checked message by message.
//
// Shapes: messages are random bytes; a snapshot's one message tells how far it reaches. Threads:
// one. The same seed gives the same run.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/feed/feed_client.hpp"

namespace wirebook::feed::test {

using Bytes = std::span<const std::byte>;
using ByteVector = std::vector<std::byte>;

inline constexpr std::uint64_t ms = 1'000'000;

struct WorldOptions {
  std::uint64_t seed = 1;
  double drop = 0.1;  ///< of the datagrams of each line, and of requests and answers
  double repeat = 0.02;
  std::uint64_t delay_ns = 300'000;  ///< of a line's datagram, at most: they overtake each other
  bool line_b = true;
  std::uint64_t served_from = 1;  ///< what the re-request server still has
  bool serves = true;
  bool glimpses = true;
  bool glimpse_breaks = false;     ///< before the snapshot's end
  std::uint64_t snapshot_lag = 0;  ///< messages that came since the snapshot was taken
  std::size_t answer_bytes_max = 1472;
  std::size_t message_bytes_max = 50;
};

inline void append(ByteVector& to, Bytes bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

inline ByteVector mold_header(std::string_view session, std::uint64_t number, std::uint16_t count) {
  wire::mold::Header header;
  header.session = Alpha<10>::from(session);
  header.sequence_number = number;
  header.message_count = count;
  ByteVector bytes(sizeof header);
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

inline void append_block(ByteVector& to, Bytes message) {
  const wire::Big16 length(static_cast<std::uint16_t>(message.size()));
  append(to, std::as_bytes(std::span(&length, 1)));
  append(to, message);
}

inline void append_soup(ByteVector& to, char type, Bytes payload) {
  wire::soup::Header header;
  header.length = static_cast<std::uint16_t>(1 + payload.size());
  header.type = type;
  append(to, std::as_bytes(std::span(&header, 1)));
  append(to, payload);
}

inline Bytes text_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

class World final : public FeedClientSink {
 public:
  World(const WorldOptions& world, const FeedClientOptions& options)
      : options_(world), random_(world.seed), client_(options, *this) {}

  FeedClient& client() { return client_; }
  std::uint64_t now() const { return now_; }
  std::size_t published() const { return messages_.size(); }

  /// Packs new messages and sends them by both lines.
  void publish(std::size_t count) {
    while (count != 0) {
      const std::uint64_t first = messages_.size() + 1;
      const std::size_t in_packet = std::min<std::size_t>(count, 1 + draw(12));
      for (std::size_t i = 0; i < in_packet; ++i)
        messages_.push_back(random_message());
      send(packet(first, in_packet));
      count -= in_packet;
    }
  }
  /// The same, and nothing of it comes.
  void lose(std::size_t count) {
    const double drop = std::exchange(options_.drop, 1);
    publish(count);
    options_.drop = drop;
  }
  void heartbeat() { send(mold_header(session_, messages_.size() + 1, 0)); }
  void end_of_session() { send(mold_header(session_, messages_.size() + 1, 0xFFFF)); }
  /// The publisher starts again, by another name or its own.
  void begin_session(const std::string& name) {
    before_[session_] = std::move(messages_);
    session_ = name;
    messages_.clear();
  }
  /// Only what was sent before can still come.
  void cut_line_b() { options_.line_b = false; }
  WorldOptions& options() { return options_; }

  void run_for(std::uint64_t time_ns) {
    const std::uint64_t until = now_ + time_ns;
    while (now_ < until) {
      now_ += 200'000;
      while (!events_.empty() && events_.begin()->first <= now_) {
        const auto event = events_.begin()->second;
        events_.erase(events_.begin());
        event();
      }
      client_.poll(now_);
    }
  }
  /// Goes on with heartbeats until the client stands at the end; false if for a minute of its time
  /// it comes no further.
  bool settles() {
    std::uint64_t reached = 0;
    for (int i = 0; i < 600; ++i) {
      if (client_.status().next_number != std::exchange(reached, client_.status().next_number))
        i = 0;
      if (client_.status().next_number == messages_.size() + 1 &&
          (client_.state() == FeedState::synchronized || client_.state() == FeedState::ended))
        return true;
      heartbeat();
      run_for(100 * ms);
    }
    return false;
  }

  // What the client did.
  std::uint64_t next_ = 1;   ///< number that must be handed on next
  std::uint64_t first_ = 1;  ///< handed on first, since the session or a snapshot
  std::vector<std::string> log_;
  std::size_t requests_ = 0;
  std::uint64_t lost_ = 0;

  void on_session(const Alpha<10>& session) noexcept override {
    log_.push_back("session " + std::string(session.view()));
    next_ = first_ = 1;
  }
  void on_snapshot_begin() noexcept override { log_.emplace_back("snapshot"); }
  void on_snapshot_message(Bytes message) noexcept override {
    EXPECT_EQ(message.size(), 8U);
    std::memcpy(&snapshot_, message.data(), sizeof snapshot_);
  }
  void on_snapshot_end(std::uint64_t number) noexcept override {
    EXPECT_EQ(number, snapshot_);
    next_ = first_ = number;
  }
  void on_message(std::uint64_t number, Bytes message) noexcept override {
    ASSERT_EQ(number, next_) << "seed " << options_.seed;
    const std::string followed(client_.lines().session()->view());
    const auto& all = followed == session_ ? messages_ : before_[followed];
    ASSERT_LE(number, all.size());
    const ByteVector& sent = all[number - 1];
    ASSERT_TRUE(std::equal(message.begin(), message.end(), sent.begin(), sent.end()))
        << "message " << number << ", seed " << options_.seed;
    ++next_;
  }
  void on_hole(std::uint64_t first, std::uint64_t count) noexcept override {
    EXPECT_EQ(first, next_);
    next_ += count;
    lost_ += count;
  }
  void on_state(FeedState state) noexcept override { log_.emplace_back(to_text(state)); }

  void send_request(const wire::mold::Header& request) noexcept override {
    ++requests_;
    const std::uint64_t first = request.sequence_number;
    const std::uint16_t wanted = request.message_count;
    EXPECT_GT(wanted, 0);
    if (request.session != Alpha<10>::from(session_))
      return;
    if (!options_.serves || first < options_.served_from || first > messages_.size())
      return;
    ByteVector answer = packet(first, std::min<std::size_t>(wanted, messages_.size() + 1 - first),
                               options_.answer_bytes_max);
    deliver(Line::answer, answer);
  }
  void connect_glimpse() noexcept override {
    EXPECT_FALSE(connected_);
    connected_ = true;
    on_connection(ms, [this] {
      if (!options_.glimpses)
        break_connection();
      else
        client_.on_glimpse_connected(now_);
    });
  }
  void send_to_glimpse(Bytes bytes) noexcept override {
    EXPECT_TRUE(connected_);
    if (static_cast<char>(bytes[2]) != 'L')
      return;
    EXPECT_EQ(bytes.size(), 49U);
    ByteVector stream;
    append_soup(stream, 'A',
                text_bytes("GLIMPSE   "
                           "                   1"));
    const std::uint64_t number = messages_.size() + 1 - options_.snapshot_lag;
    append_soup(stream, 'S', std::as_bytes(std::span(&number, 1)));
    append_soup(stream, 'H', {});
    std::string digits = std::to_string(number);
    if (!options_.glimpse_breaks)
      append_soup(stream, 'S', text_bytes("G" + std::string(20 - digits.size(), ' ') + digits));
    // Cut anywhere, as TCP does; the snapshot takes a while.
    std::uint64_t at = 2 * ms;
    for (std::size_t begin = 0; begin < stream.size();) {
      const std::size_t bytes_now = std::min<std::size_t>(stream.size() - begin, 1 + draw(40));
      ByteVector part(stream.begin() + static_cast<std::ptrdiff_t>(begin),
                      stream.begin() + static_cast<std::ptrdiff_t>(begin + bytes_now));
      on_connection(at, [this, part] { client_.on_glimpse_bytes(part, now_); });
      begin += bytes_now;
      at += ms;
    }
    if (options_.glimpse_breaks)
      on_connection(at, [this] { break_connection(); });
  }
  void close_glimpse() noexcept override {
    connected_ = false;
    ++connection_;
  }
  [[nodiscard]] bool connected() const { return connected_; }

 private:
  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  bool happens(double chance) { return std::uniform_real_distribution<>()(random_) < chance; }
  void after(std::uint64_t time_ns, std::function<void()> what) {
    events_.emplace(now_ + time_ns, std::move(what));
  }

  /// Unless the connection of now is gone by then.
  void on_connection(std::uint64_t time_ns, std::function<void()> what) {
    after(time_ns, [this, what = std::move(what), of = connection_] {
      if (connected_ && connection_ == of)
        what();
    });
  }
  void break_connection() {
    connected_ = false;
    client_.on_glimpse_closed(now_);
  }

  ByteVector random_message() {
    ByteVector message(happens(0.02) ? 0 : draw(options_.message_bytes_max) + 1);
    for (std::byte& byte : message)
      byte = static_cast<std::byte>(random_());
    return message;
  }
  ByteVector packet(std::uint64_t first, std::size_t count, std::size_t bytes_max = 65'000) const {
    ByteVector bytes = mold_header(session_, first, 0);
    std::uint16_t packed = 0;
    for (; packed < count; ++packed) {
      const ByteVector& message = messages_[first - 1 + packed];
      if (packed != 0 && bytes.size() + 2 + message.size() > bytes_max)
        break;
      append_block(bytes, message);
    }
    wire::view<wire::mold::Header>(bytes.data()).message_count = packed;
    return bytes;
  }
  void send(const ByteVector& bytes) {
    deliver(Line::a, bytes);
    if (options_.line_b)
      deliver(Line::b, bytes);
  }
  void deliver(Line line, const ByteVector& bytes) {
    const int copies = happens(options_.drop) ? 0 : happens(options_.repeat) ? 2 : 1;
    for (int i = 0; i < copies; ++i)
      after(draw(options_.delay_ns + 1), [=, this] { client_.on_datagram(line, bytes, now_); });
  }

  WorldOptions options_;
  std::mt19937_64 random_;
  std::uint64_t now_ = 1'000'000'000;
  std::multimap<std::uint64_t, std::function<void()>> events_;
  std::string session_ = "DAY1";
  std::vector<ByteVector> messages_;
  std::map<std::string, std::vector<ByteVector>> before_;  ///< of the sessions that are over
  std::uint64_t snapshot_ = 0;
  std::uint64_t connection_ = 0;  ///< to the GLIMPSE server: which one
  bool connected_ = false;
  FeedClient client_;
};

}  // namespace wirebook::feed::test
