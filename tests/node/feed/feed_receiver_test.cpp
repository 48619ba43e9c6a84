// Goal: the receiver hears groups and addresses, and goes on when a server is not there.
// Method: sockets on loopback with ports that the system gives.
#include "node/feed/feed_receiver.hpp"

#include <chrono>
#include <system_error>

#include <gtest/gtest.h>

#include "feed_world.hpp"
#include "tests/patience.hpp"

namespace wirebook::feed::test {
namespace {

constexpr std::uint32_t loopback = 0x7F000001;

bool hears(FeedReceiver& receiver, std::uint64_t next_number) {
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(node::patience_ms);
  while (std::chrono::steady_clock::now() < until) {
    if (!receiver.poll())
      receiver.wait(10);
    if (receiver.status().next_number == next_number)
      return true;
  }
  return false;
}

FeedReceiverOptions small_receiver(Endpoint line_a) {
  FeedReceiverOptions options{.line_a = line_a, .interface = loopback};
  options.books = {.orders = 100, .instruments = 10};
  return options;
}

ByteVector one_message(std::uint64_t number) {
  ByteVector bytes = mold_header("DAY1", number, 1);
  append_block(bytes, text_bytes("?"));
  return bytes;
}

TEST(FeedReceiverTest, SeveralHearOneGroup) {
  constexpr Endpoint group{0xEFFF2A01, 0};  // 239.255.42.1
  try {
    FeedReceiver one(small_receiver(group));
    const Endpoint at = one.endpoint(Line::a);
    FeedReceiver two(small_receiver(at));
    FeedSocket publisher = FeedSocket::peer(at, loopback);
    ASSERT_TRUE(publisher.send(one_message(1)));
    EXPECT_TRUE(hears(one, 2));
    EXPECT_TRUE(hears(two, 2));
    EXPECT_EQ(one.outcomes()[Outcome::itch_unknown_type], 1U);
  } catch (const std::system_error& error) {
    GTEST_SKIP() << "no multicast here: " << error.what();
  }
}

TEST(FeedReceiverTest, ServersThatAreNotThereAreWaitedFor) {
  // Bound, and then gone: nobody listens there.
  const Endpoint nobody = FeedSocket::line({loopback, 0}, 0).local();
  FeedReceiverOptions options = small_receiver({loopback, 0});
  options.glimpse = nobody;
  options.client.snapshot_retry_ns = 1'000'000;
  FeedReceiver receiver(options);
  FeedSocket publisher = FeedSocket::peer(receiver.endpoint(Line::a), 0);
  ASSERT_TRUE(publisher.send(one_message(100)));
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(node::patience_ms);
  while (receiver.status().snapshot_failures < 3 && std::chrono::steady_clock::now() < until) {
    receiver.poll();
    receiver.wait(2);
  }
  EXPECT_GE(receiver.status().snapshot_failures, 3U);
  EXPECT_EQ(receiver.status().last_failure, GlimpseFailure::refused);
  EXPECT_EQ(receiver.status().state, FeedState::backfill);
}

TEST(FeedReceiverTest, ADatagramThatWasCutIsMalformed) {
  FeedReceiver receiver(small_receiver({loopback, 0}));
  FeedSocket publisher = FeedSocket::peer(receiver.endpoint(Line::a), 0);
  ASSERT_TRUE(publisher.send(ByteVector(4000)));
  ASSERT_TRUE(publisher.send(one_message(1)));
  EXPECT_TRUE(hears(receiver, 2));
  EXPECT_EQ(receiver.line(Line::a).outcomes[Outcome::mold_truncated], 1U);
}

}  // namespace
}  // namespace wirebook::feed::test
