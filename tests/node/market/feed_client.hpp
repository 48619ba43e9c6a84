// A client of the feed over SoupBinTCP, in the tests: it logs in and collects what it is told.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/wire/glimpse.hpp"

#include "node/soup/tcp_client.hpp"
#include "tests/node/udp_client.hpp"

namespace wirebook::node {

class FeedClient {
 public:
  explicit FeedClient(Endpoint server, std::uint64_t from = 1, std::string_view username = "feed",
                      std::string_view password = "secret", std::string_view session = "")
      : connection_({.username = Alpha<6>::from(username),
                     .password = Alpha<10>::from(password),
                     .session = Alpha<10>::from(session),
                     .next_number = from}) {
    EXPECT_TRUE(connection_.connect(server));
  }

  /// Polls until it is so.
  bool until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (!condition() && std::chrono::steady_clock::now() < end) {
      poll();
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return condition();
  }
  bool has(std::size_t count) {
    return until([&] { return messages_.size() >= count; });
  }
  void poll() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    is_open_ =
        connection_.poll(static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count()),
                         [this](const soup::SoupClientInput& input) {
                           if (input.kind == soup::SoupClientKind::accepted)
                             first_ = input.number;
                           if (input.kind == soup::SoupClientKind::rejected)
                             rejected_ = input.reject_code;
                           if (input.kind == soup::SoupClientKind::ended)
                             has_ended_ = true;
                           if (input.kind == soup::SoupClientKind::message)
                             messages_.emplace_back(input.payload.begin(), input.payload.end());
                         });
  }

  [[nodiscard]] std::uint64_t first() const { return first_; }  ///< 0: not accepted
  [[nodiscard]] char rejected() const { return rejected_; }
  [[nodiscard]] bool has_ended() const { return has_ended_; }
  [[nodiscard]] bool is_open() const { return is_open_; }
  [[nodiscard]] const std::vector<ByteVector>& messages() const { return messages_; }
  /// Of a GLIMPSE server: the number that the feed goes on with; 0: the end is not there yet.
  [[nodiscard]] std::uint64_t snapshot_end() const {
    if (messages_.empty() || static_cast<char>(messages_.back()[0]) != 'G')
      return 0;
    const auto& end = wire::view<wire::glimpse::SnapshotEnd>(messages_.back().data());
    return std::stoull(std::string(end.sequence_number.view()));
  }
  [[nodiscard]] std::string types() const {
    std::string text;
    for (const ByteVector& message : messages_)
      text += static_cast<char>(message[0]);
    return text;
  }
  soup::SoupConnection& connection() { return connection_; }

 private:
  soup::SoupConnection connection_;
  std::uint64_t first_ = 0;
  char rejected_ = 0;
  bool has_ended_ = false;
  bool is_open_ = true;
  std::vector<ByteVector> messages_;
};

}  // namespace wirebook::node
