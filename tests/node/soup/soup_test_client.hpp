// A real SoupBinTCP client for the tests of a node: what it heard, by number.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "node/soup/tcp_client.hpp"
#include "tests/node/ouch_messages.hpp"
#include "tests/patience.hpp"

namespace wirebook::node {

inline constexpr auto soup_patience = std::chrono::milliseconds(patience_ms);

inline std::uint64_t steady_now() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

class SoupTestClient {
 public:
  SoupTestClient(Endpoint node, std::string_view user, std::string_view password,
                 std::uint64_t next = 1, std::string_view session = "")
      : node_(node),
        connection_({.username = Alpha<6>::from(user),
                     .password = Alpha<10>::from(password),
                     .session = Alpha<10>::from(session),
                     .next_number = next}) {}

  /// True when the login was answered with `A`.
  bool log_in() {
    accepted_from = 0;
    rejected = 0;
    over = false;
    return connection_.connect(node_) && until([this] { return accepted_from != 0 || over; }) &&
           accepted_from != 0;
  }
  /// An OUCH message, as `enter` makes them with a type letter in front.
  bool send(const ByteVector& ufo_packet) {
    return connection_.send(std::span(ufo_packet).subspan(1), steady_now());
  }
  void log_out() { connection_.log_out(steady_now()); }
  void close() { connection_.close(); }

  void poll() {
    if (over)
      return;
    over = !connection_.poll(steady_now(), [this](const soup::SoupClientInput& input) {
      switch (input.kind) {
        case soup::SoupClientKind::accepted:
          accepted_from = input.number;
          break;
        case soup::SoupClientKind::rejected:
          rejected = input.reject_code;
          break;
        case soup::SoupClientKind::message:
          heard[input.number] = {input.payload.begin(), input.payload.end()};
          break;
        case soup::SoupClientKind::ended:
          ended_before = input.number;
          break;
        default:
          ++troubles;
      }
    });
  }
  template <class Condition>
  bool until(Condition condition) {
    const auto give_up = std::chrono::steady_clock::now() + soup_patience;
    for (;;) {
      poll();
      if (condition())
        return true;
      if (std::chrono::steady_clock::now() > give_up)
        return false;
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  }
  bool until_over() {
    return until([this] { return over; });
  }
  /// The types of the messages from `first` on, when there are `count` of them.
  std::string types(std::size_t count) {
    until([&] { return heard.size() >= count || over; });
    std::string text;
    for (const auto& [number, message] : heard)
      text += static_cast<char>(message[0]);
    return text;
  }
  [[nodiscard]] soup::SoupConnection& connection() { return connection_; }

  std::map<std::uint64_t, ByteVector> heard;
  std::uint64_t accepted_from = 0;
  std::uint64_t ended_before = 0;
  char rejected = 0;
  bool over = false;
  int troubles = 0;

 private:
  Endpoint node_;
  soup::SoupConnection connection_;
};

}  // namespace wirebook::node
