// What the tests of the venue's day share: a clock that is set by hand, a listener on the feed.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include "node/control/ctl_client.hpp"
#include "node/control/ctl_text.hpp"
#include "node/schedule/calendar.hpp"
#include "node/schedule/day_runner.hpp"
#include "tests/node/journal_node.hpp"
#include "wire_in/mold_parser.hpp"

namespace wirebook::node {

/// The time of day is what the test says; timers go by the host.
class ManualTime final : public TimeSource {
 public:
  explicit ManualTime(std::string_view utc) { set(utc); }
  void set(std::string_view utc) { unix_ns_.store(*parse_utc(utc)); }

  [[nodiscard]] std::int64_t unix_ns() const noexcept override { return unix_ns_.load(); }
  [[nodiscard]] std::uint64_t steady_ns() const noexcept override {
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() /
                                      std::chrono::nanoseconds(1));
  }

 private:
  std::atomic<std::int64_t> unix_ns_{0};
};

/// A path short enough for a socket; goes with the test.
class SocketDirectory {
 public:
  SocketDirectory() {
    if (mkdtemp(path_.data()) == nullptr)
      ADD_FAILURE() << "no directory " << path_;
  }
  ~SocketDirectory() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  SocketDirectory(const SocketDirectory&) = delete;
  SocketDirectory& operator=(const SocketDirectory&) = delete;

  [[nodiscard]] std::string socket() const { return path_ + "/ctl"; }
  [[nodiscard]] std::string audit() const { return path_ + "/audit"; }

 private:
  std::string path_ = std::filesystem::temp_directory_path() / "wbctl.XXXXXX";
};

/// What the market hears: short words such as "S:Q", "R:TSLA", "H:AAPL=H", in the order of a day's
/// session, and which sessions there were.
class MarketListener {
 public:
  [[nodiscard]] Endpoint endpoint() const { return socket_.endpoint(); }

  void take(int wait_ms) {
    while (const auto bytes = socket_.receive(wait_ms))
      take(*bytes);
  }
  bool hears(const std::string& word) {
    return eventually([&] {
      take(2);
      return std::find(words_.begin(), words_.end(), word) != words_.end();
    });
  }
  bool hears_the_end() {
    return eventually([&] {
      take(2);
      return ended_;
    });
  }
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }
  [[nodiscard]] const std::vector<std::string>& sessions() const { return sessions_; }

  /// The system events of the session that was heard last.
  [[nodiscard]] std::string events() const {
    std::string codes;
    for (const std::string& word : words_)
      if (word.starts_with("S:"))
        codes += word[2];
    return codes;
  }

 private:
  void take(const ByteVector& bytes) {
    if (bytes.size() < sizeof(wire::mold::Header))
      return;
    const auto& header = wire::view<wire::mold::Header>(bytes.data());
    const std::string session(header.session.view());
    if (sessions_.empty() || sessions_.back() != session) {
      sessions_.push_back(session);
      words_.clear();
      next_ = 1;
      ended_ = false;
    }
    const std::uint16_t count = header.message_count;
    if (count == 0xFFFF) {
      ended_ = true;
      return;
    }
    std::uint64_t number = header.sequence_number;
    std::size_t at = sizeof header;
    for (std::uint16_t i = 0; i < count; ++i) {
      const std::uint16_t length = wire::view<wire::Big16>(bytes.data() + at);
      at += sizeof(wire::Big16);
      if (number++ == next_) {
        ++next_;
        on_message(std::string_view(reinterpret_cast<const char*>(bytes.data()) + at, length));
      }
      at += length;
    }
  }
  void on_message(std::string_view message) {
    const auto symbol = [&](std::size_t offset) {
      const std::string_view text = message.substr(offset, 8);
      return std::string(text.substr(0, text.find(' ')));
    };
    switch (message[0]) {
      case 'S':
        return words_.push_back(std::string("S:") + message[11]);
      case 'R':
        return words_.push_back("R:" + symbol(11));
      case 'H':
        return words_.push_back("H:" + symbol(11) + "=" + message[19]);
      default:
        return words_.push_back(std::string(1, message[0]));
    }
  }

  UdpClient socket_;
  std::vector<std::string> sessions_;
  std::vector<std::string> words_;
  std::uint64_t next_ = 1;
  bool ended_ = false;
};

/// A runner of days that prints nothing, and ends where `ends` is set.
inline DayRunnerParts runner_parts(const NodeConfig& config, std::atomic<bool>& ends,
                                   spdlog::logger& log) {
  DayRunnerParts parts;
  parts.config = config;
  parts.card = "soft";
  parts.wait_for_signal = [&ends](std::chrono::milliseconds longest) {
    std::this_thread::sleep_for(std::min(longest, std::chrono::milliseconds(1)));
    return ends.exchange(false) ? std::string("ended") : std::string();
  };
  parts.hold_signals = [] {};
  parts.print = [](const std::string&) {};
  parts.log = &log;
  return parts;
}

inline ByteVector enter_symbol(std::uint32_t user_ref_num, char side, std::uint64_t price,
                               std::string_view symbol, std::uint32_t quantity = 100) {
  ByteVector bytes = enter(user_ref_num, side, price, quantity);
  const Symbol padded = Symbol::from(symbol);
  std::memcpy(bytes.data() + 1 + 10, padded.text.data(), sizeof padded);
  return bytes;
}

/// Her first login of the day, and her first order, which rests.
inline void begins(Client& alice, std::uint32_t number = 1) {
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  alice.send(enter(number, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(number), 'A');
}

/// True when the client was told a message of this type.
inline bool hears(Client& client, char type) {
  return eventually([&] {
    client.send(retransmission(static_cast<std::uint32_t>(client.messages().size() + 1), 100));
    if (const auto bytes = client.socket().receive(20))
      client.collect(*bytes);
    for (const ByteVector& message : client.messages())
      if (static_cast<char>(message[0]) == type)
        return true;
    return false;
  });
}

inline std::string file_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace wirebook::node
