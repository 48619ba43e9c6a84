// The demo's check: books that differ anywhere, and messages that are missing, are told.
#include "node/demo_report.hpp"

#include <gtest/gtest.h>

namespace wirebook::node {
namespace {

BookTop top() {
  return {.symbol = Symbol::from("AAPL"),
          .bid = {100},
          .ask = {200},
          .bid_quantity = 5,
          .ask_quantity = 6};
}

TEST(DemoReport, EqualBooksDifferInNothing) {
  NodeStatus status;
  FeedState feed;
  status.books = {top()};
  feed.books = {top()};
  // Hidden orders are not in the feed.
  status.books[0].live_orders = 7;
  status.itch_messages = feed.messages = 10;
  EXPECT_TRUE(differences(status, feed).empty());
}

TEST(DemoReport, EveryDifferenceIsTold) {
  const auto told = [](auto change) {
    NodeStatus status;
    FeedState feed;
    status.books = {top()};
    feed.books = {top()};
    status.itch_messages = feed.messages = 10;
    change(status, feed);
    return differences(status, feed).size();
  };
  EXPECT_EQ(told([](NodeStatus&, FeedState&) {}), 0U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.books[0].bid = {101}; }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.books[0].ask_quantity = 7; }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.books[0].bid_quantity = 0; }), 1U);
  EXPECT_EQ(told([](NodeStatus& status, FeedState&) { status.books[0].symbol = {}; }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.books.clear(); }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.messages = 9; }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.missing = 1; }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.anomalies = 1; }), 1U);
}

}  // namespace
}  // namespace wirebook::node
