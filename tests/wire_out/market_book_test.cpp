// Goal: what GLIMPSE tells is what the feed's messages led to: who takes it and goes on with the
// feed has the books of who heard the feed from the start, order by order, in the same priority.
// Method: random streams from a printed seed (WIREBOOK_SEED repeats one): engine, ITCH encoder,
// market book; its snapshot is read back by a second book, and both are held against the engine's
// displayed books through a feed follower.
#include "wire_out/market_book.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

#include "match/feed_follower.hpp"
#include "tests/match/operations.hpp"
#include "tests/match/state_rig.hpp"
#include "tests/wire_out/decided.hpp"
#include "wire_in/itch_slot.hpp"
#include "wire_out/itch_encoder.hpp"

namespace wirebook::wire_out {
namespace {

using match::Told;
using Messages = std::vector<std::vector<std::byte>>;

Messages told_by(const MarketBook& book) {
  Messages messages;
  book.tell([&](Bytes message) { messages.emplace_back(message.begin(), message.end()); });
  return messages;
}

/// A feed follower at the end of a wire.
class Follower {
 public:
  void hear(Bytes message) {
    const auto [outcome, slot] = parser_.parse(message);
    ASSERT_EQ(outcome, Outcome::ok);
    follower_.on_slot(*slot);
  }
  [[nodiscard]] const match::FeedFollower& get() const { return follower_; }

 private:
  wire_in::ItchSlot parser_;
  match::FeedFollower follower_{{.orders = 2'000, .instruments = 8}};
};

/// Orders of each level in their priority, as messages tell them; the naive way.
class Levels {
 public:
  using Level = std::vector<std::pair<std::uint64_t, std::uint32_t>>;  ///< reference, shares

  void hear(Bytes message) {
    namespace itch = wire::itch;
    const std::byte* const bytes = message.data();
    switch (static_cast<char>(message.front())) {
      case 'A':
      case 'F': {
        const auto& add = wire::view<itch::AddOrder>(bytes);
        put({add.stock_locate, add.side, add.price}, add.order_ref, add.shares);
        return;
      }
      case 'E':
        return take(wire::view<itch::OrderExecuted>(bytes).order_ref,
                    wire::view<itch::OrderExecuted>(bytes).executed_shares);
      case 'C':
        return take(wire::view<itch::OrderExecutedWithPrice>(bytes).order_ref,
                    wire::view<itch::OrderExecutedWithPrice>(bytes).executed_shares);
      case 'X':
        return take(wire::view<itch::OrderCancel>(bytes).order_ref,
                    wire::view<itch::OrderCancel>(bytes).cancelled_shares);
      case 'D':
        return take(wire::view<itch::OrderDelete>(bytes).order_ref, 0xFFFF'FFFF);
      case 'U': {
        const auto& change = wire::view<itch::OrderReplace>(bytes);
        Key key = places_.at(change.orig_order_ref);
        take(change.orig_order_ref, 0xFFFF'FFFF);
        std::get<2>(key) = change.price;
        put(key, change.new_order_ref, change.shares);
        return;
      }
      default:
        return;
    }
  }
  friend bool operator==(const Levels& a, const Levels& b) { return a.levels_ == b.levels_; }
  [[nodiscard]] std::size_t orders() const { return places_.size(); }

 private:
  using Key = std::tuple<std::uint16_t, char, std::uint32_t>;

  void put(const Key& key, std::uint64_t reference, std::uint32_t shares) {
    levels_[key].emplace_back(reference, shares);
    places_[reference] = key;
  }
  void take(std::uint64_t reference, std::uint32_t shares) {
    const Key key = places_.at(reference);
    Level& level = levels_.at(key);
    const auto order = std::find_if(level.begin(), level.end(),
                                    [&](const auto& entry) { return entry.first == reference; });
    order->second -= std::min(shares, order->second);
    if (order->second != 0)
      return;
    level.erase(order);
    places_.erase(reference);
    if (level.empty())
      levels_.erase(key);
  }

  std::map<Key, Level> levels_;
  std::map<std::uint64_t, Key> places_;
};

struct Tried {
  std::uint64_t snapshots = 0;
  std::uint64_t orders = 0;
};

void check_stream(std::uint64_t seed, Tried& tried) {
  std::mt19937_64 random(seed);
  const match::Draw draw = [&random](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  match::Rig<match::Engine> rig({.orders = 1'000, .sessions = 8, .instruments = 8});
  ItchEncoder encoder;
  MarketBook book(1'000);
  Levels levels;
  const auto feed = [&](SlotKind kind, const auto& body, TimeNs time_ns,
                        const std::string& appendage) {
    Slot slot{};
    std::memcpy(&slot.enter, &body, sizeof body);
    slot.tail.kind = kind;
    for (const Told& told : rig.feed(kind, body, time_ns, appendage)) {
      std::array<std::byte, itch_message_bytes_max> room{};
      const EventGroup group{&told.event, told.has_extension ? &told.extension : nullptr};
      const std::size_t bytes = encoder.encode(group, {.head = &slot}, room);
      if (bytes == 0)
        continue;
      book.on_message(std::span(room).first(bytes));
      levels.hear(std::span(room).first(bytes));
    }
  };
  match::open_day(feed);
  match::Swarm swarm = match::Swarm::draw(draw);
  swarm.weights[13] = 0;  // kills
  match::Operations operations(draw, swarm);
  for (int slot = 0; slot < 1'500 && !testing::Test::HasFatalFailure(); ++slot) {
    operations.next(feed);
    ASSERT_EQ(book.orders(), levels.orders()) << "slot " << slot;
    if (slot % 50 != 0)
      continue;
    Levels heard;
    Follower follower;
    const Messages snapshot = told_by(book);
    for (const auto& message : snapshot) {
      heard.hear(message);
      follower.hear(message);
    }
    ASSERT_TRUE(heard == levels) << "slot " << slot;
    for (std::uint16_t locate = 1; locate <= 3; ++locate) {
      auto displayed = rig.engine.book(locate);
      displayed.live_orders = 0;
      auto followed = follower.get().book(locate);
      followed.live_orders = 0;
      ASSERT_EQ(followed, displayed) << "slot " << slot << " instrument " << locate;
    }
    ++tried.snapshots;
    tried.orders += book.orders();

    std::vector<std::byte> saved;
    match::StateWriter writer(saved);
    book.save(writer);
    MarketBook loaded(1'000);
    match::StateReader reader(saved);
    ASSERT_TRUE(loaded.load(reader));
    ASSERT_EQ(reader.remaining(), 0U);
    ASSERT_EQ(told_by(loaded), snapshot);
  }
  EXPECT_TRUE(book.is_complete());
}

TEST(MarketBook, a_snapshot_has_every_displayed_order_in_its_priority) {
  const std::uint64_t seed = match::seed_from_environment();
  Tried tried;
  for (std::uint64_t stream = 0; stream < 30 && !HasFatalFailure(); ++stream) {
    SCOPED_TRACE("WIREBOOK_SEED=" + std::to_string(seed) + " stream " + std::to_string(stream));
    check_stream(seed + stream, tried);
  }
  std::printf("%llu snapshots of %llu orders\n", static_cast<unsigned long long>(tried.snapshots),
              static_cast<unsigned long long>(tried.orders));
  EXPECT_GT(tried.orders, tried.snapshots) << "the books were hardly ever filled";
}

/// Our own encoder's way of telling them.
WireBytes add(std::uint64_t reference, std::uint32_t shares) {
  return WireBytes()
      .text("A", 1)
      .be(1, 2)
      .be(0, 2)
      .be(9, 6)
      .be(reference, 8)
      .text("B", 1)
      .be(shares, 4)
      .text("AAPL", 8)
      .be(10'000, 4);
}
WireBytes system_event(char code) {
  return WireBytes().text("S", 1).be(0, 2).be(0, 2).be(9, 6).text(std::string(1, code), 1);
}
WireBytes directory() {
  return WireBytes().text("R", 1).be(1, 2).be(0, 2).be(9, 6).text("AAPL", 8).zeros(20);
}

TEST(MarketBook, tells_the_day_then_the_directory_then_states_then_orders) {
  MarketBook book(10);
  for (const WireBytes& message : {system_event('O'), directory(), system_event('S'), add(7, 100)})
    book.on_message(message);
  WireBytes halt =
      WireBytes().text("H", 1).be(1, 2).be(0, 2).be(9, 6).text("AAPL", 8).text("H ", 2);
  halt.text("T1", 4);
  book.on_message(halt);
  book.on_message(system_event('Q'));
  std::string types;
  std::size_t bytes = 0;
  for (const auto& message : told_by(book)) {
    types += static_cast<char>(message.front());
    bytes += message.size();
  }
  EXPECT_EQ(types, "SSSRHA");
  EXPECT_LE(bytes, book.bytes_max(0));
  EXPECT_EQ(hex(told_by(book)[5]), hex(add(7, 100)));
  EXPECT_EQ(hex(told_by(book)[4]), hex(halt));
}

TEST(MarketBook, what_does_not_fit_makes_it_incomplete) {
  const auto complete_after = [](const std::vector<WireBytes>& messages) {
    MarketBook book(2);
    book.on_message(directory());
    for (const WireBytes& message : messages)
      book.on_message(message);
    return book.is_complete();
  };
  const WireBytes unknown = WireBytes().text("D", 1).be(1, 2).be(0, 2).be(9, 6).be(99, 8);
  EXPECT_TRUE(complete_after({add(1, 100), add(2, 100)}));
  EXPECT_FALSE(complete_after({add(1, 100), add(2, 100), add(3, 100)}));
  EXPECT_FALSE(complete_after({add(1, 100), add(1, 100)}));
  EXPECT_FALSE(complete_after({unknown}));
}

}  // namespace
}  // namespace wirebook::wire_out
