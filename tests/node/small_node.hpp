// A small node, for the tests: its configuration, its start, waiting for what it says, and a trade.
#pragma once

#include <string_view>
#include <system_error>

#include <gtest/gtest.h>

#include "node/node.hpp"
#include "ouch_messages.hpp"
#include "waiting.hpp"

namespace wirebook::node {

inline constexpr Endpoint any_port{0x7F000001, 0};

inline SessionConfig account(std::string_view username, std::string_view password,
                             std::string_view firm) {
  return {.username = Alpha<6>::from(username),
          .password = Alpha<10>::from(password),
          .firm = Firm::from(firm)};
}

/// AAPL, alice and bob, and one thread for all, which parks.
inline NodeConfig small_node(Endpoint feed) {
  NodeConfig config;
  config.instruments.push_back({.symbol = Symbol::from("AAPL")});
  config.sessions = {account("alice", "secret", "ACME"), account("bob", "hunter2", "BETA")};
  config.engine = {.orders = 4096, .trades = 4096};
  config.rings.slots = 1024;
  config.rings.events = 1024;
  config.rings.wait = WaitMode::park;
  config.threads = {.automatic = false, .pin = false};
  config.order_entry.listen = any_port;
  config.order_entry.history_mib = 1;
  config.market_data.send_to = feed;
  return config;
}

/// Where the host refuses what `start` cannot do without, the test is skipped.
template <class Start>
void start_or_skip(Start start) {
  try {
    start();
  } catch (const std::system_error& error) {
    GTEST_SKIP() << "refused here: " << error.what();
  }
}

/// Waits until the node's figures say so.
template <class Condition>
bool reaches(const Node& node, Condition condition) {
  return eventually([&] { return condition(node.status()); });
}

/// Both are logged in and have sent nothing: bob takes 100 of the 300 that alice bids, and both
/// hear of it.
template <class Alice, class Bob>
void trade(Alice& alice, Bob& bob) {
  alice.send(enter(1, 'B', 1'500'000, 300));
  EXPECT_EQ(alice.types(2), "SA");
  bob.send(enter(1, 'S', 1'500'000, 100));
  EXPECT_EQ(bob.types(3), "SAE");
  EXPECT_EQ(alice.types(3), "SAE");
}

}  // namespace wirebook::node
