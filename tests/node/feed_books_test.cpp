// Goal: the books of a live feed are those of match::FeedFollower, with every order in its place,
// for other threads too, and after a new start as if nothing had been.
// Method: random streams of good, odd and broken messages, with seeds that are printed.
#include "node/feed/feed_books.hpp"

#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/wire/itch50.hpp"

#include "match/feed_follower.hpp"
#include "wire_in/itch_parser.hpp"

namespace wirebook::feed::test {
namespace {

using Message = std::vector<std::byte>;
constexpr std::uint16_t instruments = 5;

template <wire::WireMessage Itch>
Message bytes(Itch message, std::uint16_t locate) {
  message.stock_locate = locate;
  const auto view = std::as_bytes(std::span(&message, 1));
  return {view.begin(), view.end()};
}

/// Few references and prices, so that they meet.
class Stream {
 public:
  explicit Stream(std::uint64_t seed) : random_(seed) {}

  Message next() {
    namespace itch = wire::itch;
    const auto locate = static_cast<std::uint16_t>(draw(instruments + 2));
    const std::uint64_t ref = 1 + draw(300);
    const auto shares = static_cast<std::uint32_t>(draw(5) * 100);
    const auto price = static_cast<std::uint32_t>(1'000'000 + draw(20) * 100);
    switch (draw(12)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        itch::AddOrder add{};
        add.order_ref = ref;
        add.side = draw(2) != 0 ? 'B' : 'S';
        add.shares = shares;
        add.stock = Symbol::from("SYM" + std::to_string(locate));
        add.price = price;
        return bytes(add, locate);
      }
      case 4: {
        itch::OrderExecuted executed{};
        executed.order_ref = ref;
        executed.executed_shares = shares;
        return bytes(executed, locate);
      }
      case 5: {
        itch::OrderExecutedWithPrice executed{};
        executed.order_ref = ref;
        executed.executed_shares = shares;
        executed.printable = draw(2) != 0 ? 'Y' : 'N';
        return bytes(executed, locate);
      }
      case 6: {
        itch::OrderCancel cancel{};
        cancel.order_ref = ref;
        cancel.cancelled_shares = shares;
        return bytes(cancel, locate);
      }
      case 7: {
        itch::OrderDelete order{};
        order.order_ref = ref;
        return bytes(order, locate);
      }
      case 8: {
        itch::OrderReplace replace{};
        replace.orig_order_ref = ref;
        replace.new_order_ref = 1 + draw(300);
        replace.shares = shares;
        replace.price = price;
        return bytes(replace, locate);
      }
      case 9: {
        itch::Trade trade{};
        trade.shares = shares;
        return bytes(trade, locate);
      }
      case 10: {
        itch::StockDirectory directory{};
        directory.stock = Symbol::from("DIR" + std::to_string(locate));
        return bytes(directory, locate);
      }
      default: {
        Message junk(draw(60));
        for (std::byte& byte : junk)
          byte = static_cast<std::byte>(random_());
        return junk;
      }
    }
  }

 private:
  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  std::mt19937_64 random_;
};

constexpr FeedBooksOptions small{.orders = 200, .instruments = instruments, .watches = 4};

class FeedBooksTest : public testing::Test {
 protected:
  FeedBooksTest() { std::printf("seed %llu\n", static_cast<unsigned long long>(seed_)); }

  const std::uint64_t seed_ = std::random_device{}();
  FeedBooks books_{small};
};

TEST_F(FeedBooksTest, AreThoseOfTheFollower) {
  SCOPED_TRACE(seed_);
  Stream stream(seed_);
  match::FeedFollower follower({.orders = small.orders, .instruments = instruments});
  slot_ring::Ring<Slot> ring(ring_slots_min);
  slot_ring::Writer<Slot> writer(ring);
  slot_ring::Reader<Slot> reader(ring);
  for (int i = 0; i < 50'000; ++i) {
    const Message message = stream.next();
    const FeedBooks::Applied applied = books_.on_message(message);
    EXPECT_EQ(applied.outcome, wire_in::check_itch(message));
    EXPECT_EQ(applied.slot != nullptr, applied.outcome == Outcome::ok);
    ASSERT_TRUE(writer.has_credit(1));
    (void)wire_in::parse_itch(message, wire_in::itch_time(message), writer);
    for (; const Slot* const slot = reader.peek(); reader.release(1))
      follower.on_slot(*slot);
  }
  for (std::uint16_t locate = 0; locate <= instruments + 1; ++locate) {
    EXPECT_EQ(books_.book(locate), follower.book(locate));
    EXPECT_EQ(books_.symbol(locate), follower.symbol(locate));
  }
  EXPECT_EQ(books_.counters(), follower.counters());
  EXPECT_GT(books_.counters().capacity_reject + books_.counters().over_reduction, 0U);
}

TEST_F(FeedBooksTest, OrdersAndDepthTellTheSame) {
  SCOPED_TRACE(seed_);
  Stream stream(seed_);
  for (int i = 0; i < 20'000; ++i)
    (void)books_.on_message(stream.next());
  std::uint64_t live = 0;
  for (std::uint16_t locate = 0; locate <= instruments; ++locate) {
    std::map<std::pair<char, std::uint32_t>, match::LevelSummary> levels;
    books_.each_order(locate, [&](const FeedOrder& order) {
      auto& level = levels[{order.side, order.price.raw}];
      level.price = order.price;
      level.quantity += order.open.raw;
      ++level.orders;
      ++live;
    });
    for (const bool buy : {true, false}) {
      std::vector<match::LevelSummary> depth(64);
      depth.resize(books_.depth(locate, buy, depth));
      for (const match::LevelSummary& level : depth) {
        EXPECT_EQ(level, (levels[{buy ? 'B' : 'S', level.price.raw}]));
        levels.erase({buy ? 'B' : 'S', level.price.raw});
      }
    }
    EXPECT_TRUE(levels.empty());
  }
  EXPECT_GT(live, 0U);
}

TEST_F(FeedBooksTest, AfterANewStartNothingIsLeft) {
  SCOPED_TRACE(seed_);
  FeedBooks fresh(small);
  const std::uint64_t empty = fresh.digest();
  Stream noise(seed_);
  for (int i = 0; i < 5'000; ++i)
    (void)books_.on_message(noise.next());
  EXPECT_NE(books_.digest(), empty);
  books_.clear();
  EXPECT_EQ(books_.digest(), empty);
  EXPECT_FALSE(books_.symbol(1));
  Stream stream(seed_ + 1);
  for (int i = 0; i < 5'000; ++i) {
    const Message message = stream.next();
    (void)books_.on_message(message);
    (void)fresh.on_message(message);
  }
  EXPECT_EQ(books_.digest(), fresh.digest());
}

TEST_F(FeedBooksTest, TheDigestSeesEachOrderAndItsPlace) {
  const auto add = [](FeedBooks& books, std::uint64_t ref, std::uint32_t shares = 100,
                      std::uint32_t price = 1'000'000, char side = 'B') {
    wire::itch::AddOrder message{};
    message.order_ref = ref;
    message.side = side;
    message.shares = shares;
    message.price = price;
    message.stock = Symbol::from("SYM1");
    (void)books.on_message(bytes(message, 1));
  };
  const auto digest = [&](auto build) {
    FeedBooks books(small);
    build(books);
    return books.digest();
  };
  const std::uint64_t one = digest([&](FeedBooks& b) { add(b, 1), add(b, 2); });
  EXPECT_EQ(one, digest([&](FeedBooks& b) { add(b, 1), add(b, 2); }));
  EXPECT_NE(one, digest([&](FeedBooks& b) { add(b, 2), add(b, 1); })) << "another queue";
  EXPECT_NE(one, digest([&](FeedBooks& b) { add(b, 1), add(b, 3); }));
  EXPECT_NE(one, digest([&](FeedBooks& b) { add(b, 1), add(b, 2, 200); }));
  EXPECT_NE(one, digest([&](FeedBooks& b) { add(b, 1), add(b, 2, 100, 1'000'100); }));
  EXPECT_NE(one, digest([&](FeedBooks& b) { add(b, 1), add(b, 2, 100, 1'000'000, 'S'); }));
}

TEST_F(FeedBooksTest, OtherThreadsSeeTopsAndDepth) {
  SCOPED_TRACE(seed_);
  Stream stream(seed_);
  for (int i = 0; i < 5'000; ++i)
    (void)books_.on_message(stream.next());
  auto watch = books_.readers().watch(1, 64);
  ASSERT_TRUE(watch);
  while (!books_.show(match::Show::idle)) {
  }
  EXPECT_EQ(books_.readers().top(1).book, books_.book(1));
  match::BookDepth depth;
  ASSERT_TRUE(watch->read(depth));
  std::vector<match::LevelSummary> bids(64);
  bids.resize(books_.depth(1, true, bids));
  EXPECT_TRUE(std::equal(bids.begin(), bids.end(), depth.bids().begin(), depth.bids().end()));

  books_.clear();
  while (!books_.show(match::Show::idle)) {
  }
  EXPECT_EQ(books_.readers().top(1).book, match::BookSummary{}) << "a new start is seen too";
}

}  // namespace
}  // namespace wirebook::feed::test
