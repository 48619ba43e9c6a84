// Goal: `wirebook feed` prints what the feed says and how it stands, and ends as its exit codes
// say. Method: the program as a child process, datagrams by a socket of the test.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/wire/itch50.hpp"

#include "feed_world.hpp"
#include "tests/node/running_program.hpp"
#include "tests/node/udp_client.hpp"

namespace wirebook::node {
namespace {

using feed::test::append_block;
using feed::test::mold_header;
using testing::HasSubstr;
using testing::Not;

ByteVector add_order(std::uint64_t ref, char side, std::uint32_t price, std::uint32_t shares) {
  wire::itch::AddOrder add{};
  add.stock_locate = 7;
  add.order_ref = ref;
  add.side = side;
  add.shares = shares;
  add.stock = Symbol::from("AAPL");
  add.price = price;
  return bytes_of(add);
}

/// `wirebook feed` on a port of its own.
class Feed {
 public:
  explicit Feed(std::vector<std::string> more, const std::string& told = "line A on ")
      : program_(arguments(std::move(more))) {
    const auto at = program_.wait_for(told + "127.0.0.1:");
    if (at)
      to_ = {0x7F000001, static_cast<std::uint16_t>(std::stoul(*at))};
    else
      ADD_FAILURE() << program_.output();
  }

  void send(std::uint64_t first, const std::vector<ByteVector>& messages) {
    ByteVector datagram = mold_header("DAY1", first, static_cast<std::uint16_t>(messages.size()));
    for (const ByteVector& message : messages)
      append_block(datagram, message);
    socket_.send(to_, datagram);
  }
  void end(std::uint64_t next) { socket_.send(to_, mold_header("DAY1", next, 0xFFFF)); }
  RunningProgram& program() { return program_; }

 private:
  static std::vector<std::string> arguments(std::vector<std::string> more) {
    more.insert(more.begin(), {"feed", "--line-a", "127.0.0.1:0"});
    return more;
  }

  RunningProgram program_;
  UdpClient socket_;
  Endpoint to_;
};

TEST(FeedCommandTest, PrintsTopsAndStates) {
  Feed feed({"--until-end", "--every-ms", "1"});
  feed.send(1, {add_order(1, 'B', 1'000'000, 300), add_order(2, 'S', 1'010'000, 200)});
  EXPECT_TRUE(feed.program().wait_for("state: synchronized, session DAY1, next 3 of 3"));
  EXPECT_TRUE(
      feed.program().wait_for("AAPL           300 @     100.0000  |       200 @     101.0000"));
  feed.end(3);
  EXPECT_TRUE(
      feed.program().wait_for("books    2 orders, 0 messages that fit no book, 0 malformed"));
  EXPECT_EQ(feed.program().end(0), 0) << feed.program().output();
  EXPECT_THAT(feed.program().output(), HasSubstr("state: ended"));
}

TEST(FeedCommandTest, PrintsDepthAsJson) {
  Feed feed({"--until-end", "--json", "--print", "depth", "--every-ms", "1"},
            R"("line":"A","on":")");
  feed.send(1, {add_order(1, 'B', 1'000'000, 300), add_order(2, 'B', 1'000'000, 100),
                add_order(3, 'B', 990'000, 50)});
  EXPECT_TRUE(feed.program().wait_for(
      R"({"type":"depth","symbol":"AAPL","bids":[{"price":"100.0000","quantity":400,"orders":2},)"
      R"({"price":"99.0000","quantity":50,"orders":1}],"asks":[]})"));
  feed.end(4);
  EXPECT_TRUE(
      feed.program().wait_for(R"({"type":"summary","state":"ended","next":4,"complete":true)"));
  EXPECT_EQ(feed.program().end(0), 0);
}

TEST(FeedCommandTest, PrintsMessagesOfTheWantedSymbols) {
  Feed feed({"--until-end", "--print", "messages", "--symbols", "AAPL"}, R"("line":"A","on":")");
  wire::itch::AddOrder other{};
  other.stock_locate = 8;
  other.order_ref = 4711;
  other.stock = Symbol::from("MSFT");
  feed.send(1, {add_order(1, 'B', 1'000'000, 300), bytes_of(other)});
  feed.end(3);
  EXPECT_TRUE(feed.program().wait_for(R"("type":"summary")"));
  EXPECT_EQ(feed.program().end(0), 0);
  EXPECT_THAT(feed.program().output(), HasSubstr(R"({"sequence":1,"type":"itch_A",)"));
  EXPECT_THAT(feed.program().output(), Not(HasSubstr("4711")));
}

TEST(FeedCommandTest, SaysWhatWillNotCome) {
  Feed feed({"--until-end", "--print", "nothing"});
  feed.send(1, {add_order(1, 'B', 1'000'000, 300)});
  feed.send(4, {add_order(4, 'B', 1'000'000, 300)});
  feed.end(5);
  EXPECT_TRUE(feed.program().wait_for("hole: 2 messages from 2 on will not come"));
  EXPECT_TRUE(feed.program().wait_for("books    2 orders"));
  EXPECT_EQ(feed.program().end(0), 1) << "the books are not complete";
}

TEST(FeedCommandTest, SaysThatALineIsSilent) {
  Feed feed({"--until-end", "--print", "nothing", "--every-ms", "1"});
  feed.send(1, {add_order(1, 'B', 1'000'000, 300)});
  EXPECT_TRUE(feed.program().wait_for("line A is silent"));
  feed.send(2, {add_order(2, 'B', 1'000'000, 300)});
  EXPECT_TRUE(feed.program().wait_for("line A is back"));
  feed.end(3);
  EXPECT_TRUE(feed.program().wait_for("books    2 orders"));
  EXPECT_EQ(feed.program().end(0), 0);
}

TEST(FeedCommandTest, WhatAFeedSaysIsNoCommandToTheTerminal) {
  Feed feed({"--until-end", "--every-ms", "1"});
  wire::itch::AddOrder add{};
  add.stock_locate = 7;
  add.order_ref = 1;
  add.side = 'B';
  add.shares = 100;
  add.stock = Symbol::from("\x1B[2J\x07");
  add.price = 10'000;
  feed.send(1, {bytes_of(add)});
  EXPECT_TRUE(feed.program().wait_for("?[2J?"));
  feed.end(2);
  EXPECT_TRUE(feed.program().wait_for("books    1 orders"));
  EXPECT_EQ(feed.program().end(0), 0);
  EXPECT_THAT(feed.program().output(), Not(HasSubstr("\x1B")));
}

TEST(FeedCommandTest, SaysWhyThereIsNoSnapshot) {
  Feed feed({"--print", "nothing", "--every-ms", "1", "--glimpse", "127.0.0.1:1"});
  feed.send(4, {add_order(4, 'B', 1'000'000, 300)});
  EXPECT_TRUE(feed.program().wait_for("GLIMPSE: not reached"));
  EXPECT_EQ(feed.program().end(SIGINT), 1) << "the books are not complete";
  EXPECT_THAT(feed.program().output(), HasSubstr("failed: not reached)"));
  EXPECT_THAT(feed.program().output(), Not(HasSubstr("line B"))) << "there is none";
}

TEST(FeedCommandTest, ToHearNothingIsNotToBeComplete) {
  const Ended heard = run({"feed", "--line-a", "127.0.0.1:0", "--seconds", "0.01"});
  EXPECT_EQ(heard.code, 1);
  EXPECT_THAT(heard.output, HasSubstr("waiting, next message 1; incomplete"));
}

TEST(FeedCommandTest, RefusesWhatMakesNoSense) {
  EXPECT_EQ(run({"feed"}).code, 2);
  EXPECT_EQ(run({"feed", "--line-a", "nowhere"}).code, 2);
  EXPECT_EQ(run({"feed", "--line-a", "127.0.0.1:0", "--glimpse", "127.0.0.1:0"}).code, 2);
  EXPECT_EQ(run({"feed", "--line-a", "127.0.0.1:0", "--window", "100"}).code, 2);
  const Ended poems = run({"feed", "--line-a", "127.0.0.1:0", "--print", "poems"});
  EXPECT_EQ(poems.code, 2);
  EXPECT_THAT(poems.output, HasSubstr("--print: \"poems\" is none of nothing|tops|depth|messages"));
  EXPECT_EQ(run({"feed", "--line-a", ""}).code, 2);
  EXPECT_EQ(run({"feed", "--line-a", "127.0.0.1:0", "--line-b", ""}).code, 2);
  EXPECT_EQ(run({"feed", "--line-a", "127.0.0.1:0", "--every-ms", "-1"}).code, 2);
  EXPECT_EQ(run({"feed", "--line-a", "127.0.0.1:0", "--session", "ELEVENCHARS"}).code, 2);
  EXPECT_EQ(run({"feed", "--line-a", "127.0.0.1:0", "--symbols", "AAPL,NINECHARS"}).code, 2);
  EXPECT_EQ(
      run({"feed", "--line-a", "127.0.0.1:0", "--glimpse", "127.0.0.1:9", "--user", "SEVENCH"})
          .code,
      2);
  EXPECT_EQ(run({"feed", "--line-a", "192.0.2.1:9"}).code, 5) << "not an address of ours";
}

}  // namespace
}  // namespace wirebook::node
