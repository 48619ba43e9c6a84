// A node that trades and serves its market, in the tests: one instrument that trades and one that
// is halted, and alice, who is logged in.
//
// Shapes: everything on ports of the system's choice on 127.0.0.1. Threads: the node's, and the
// test's. Whatever is to be different is told to the constructor.
#pragma once

#include <functional>

#include <gtest/gtest.h>

#include "market_listener.hpp"
#include "node/node.hpp"
#include "tests/node/small_node.hpp"
#include "tests/node/ufo_client.hpp"

namespace wirebook::node {

/// Orders that rest one by one, each answered.
inline void enter_orders(Client& client, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t i = first; i != first + count; ++i) {
    client.send(enter(i, 'B', 1'000'000 + 100 * i));
    ASSERT_EQ(client.answer_to(i), 'A');
  }
}

class MarketBed {
 public:
  using Change = std::function<void(NodeConfig&)>;

  explicit MarketBed(const Change& change = {})
      : config(configured(feed.endpoint(), change)), node(config), alice(start()) {
    alice.log_in("alice", "secret");
  }

  /// With the stream over SoupBinTCP, and GLIMPSE, for anybody.
  static void serves_tcp(NodeConfig& config) {
    config.market_data_tcp = {.listen = any_port, .open = true};
    config.glimpse = config.market_data_tcp;
  }

  void enter(std::uint32_t first, std::uint32_t count) { enter_orders(alice, first, count); }
  [[nodiscard]] MarketStatus market() const { return *node.status().market; }
  [[nodiscard]] MarketAddresses at() const { return market().addresses; }
  template <class Condition>
  bool reaches(Condition condition) {
    return node::reaches(node, [&](const NodeStatus& status) { return condition(*status.market); });
  }
  /// What of the feed there is to be had again, from the first number to before `end`.
  [[nodiscard]] std::vector<ByteVector> all_again(std::uint64_t end) const {
    UdpClient late;
    std::vector<ByteVector> messages;
    while (messages.size() + 1 < end) {
      const MoldPacket packet =
          ask_again(late, *at().rerequest, rerequest(messages.size() + 1, 0xFFFE));
      if (packet.messages.empty())
        break;
      messages.insert(messages.end(), packet.messages.begin(), packet.messages.end());
    }
    return messages;
  }

  UdpClient feed;  ///< line A
  const NodeConfig config;
  Node node;
  Client alice;

 private:
  Endpoint start() {
    node.start();
    return node.status().order_entry;
  }
  static NodeConfig configured(Endpoint feed, const Change& change) {
    NodeConfig config = small_node(feed);
    config.instruments.push_back({.symbol = Symbol::from("MSFT"), .trading_state = 'H'});
    config.market_data.rerequest = any_port;
    config.market_data.history_mib = 1;
    config.market_data.end_of_session_ms = 0;
    if (change)
      change(config);
    return config;
  }
};

}  // namespace wirebook::node
