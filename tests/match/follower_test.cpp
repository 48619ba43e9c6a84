// Goal: both followers build the same books from any feed, the recorded day included.
// Method: random ITCH slots with a printed seed, and the day message by message, compared each
// time.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "match/feed_follower.hpp"
#include "match/naive_follower.hpp"
#include "slot_ring/group.hpp"
#include "wire_in/itch_parser.hpp"

namespace wirebook::match {
namespace {

constexpr Capacity small{.orders = 200, .sessions = 1, .instruments = 4};

Slot random_slot(std::mt19937_64& random) {
  const auto pick = [&](std::uint64_t n) { return random() % n; };
  Slot slot{};
  const auto ref = [&] { return 1 + pick(300); };
  const FeedHead head{.instrument = static_cast<std::uint16_t>(pick(40) == 0 ? 9 : pick(5))};
  const Quantity quantity{static_cast<std::uint32_t>(pick(20) == 0 ? 0 : pick(200))};
  const Price price{pick(10) == 0 ? static_cast<std::uint32_t>(random())
                                  : 1'0000 + static_cast<std::uint32_t>(pick(40)) * 100};
  const char type = "AAAAFEECXXDDUUPQRS"[pick(18)];
  slot.tail.kind = feed_kind(type);
  if (type == 'A' || type == 'F')
    slot.feed_add = {.head = head,
                     .order_ref = ref(),
                     .symbol = Symbol::from("SYM"),
                     .quantity = quantity,
                     .price = price,
                     .side = "BS"[pick(2)]};
  else if (type == 'E' || type == 'C')
    slot.feed_execute = {
        .head = head, .order_ref = ref(), .quantity = quantity, .printable = "YN"[pick(2)]};
  else if (type == 'X' || type == 'D' || type == 'U')
    slot.feed_change = {.head = head,
                        .order_ref = ref(),
                        .new_order_ref = ref(),
                        .quantity = quantity,
                        .price = price};
  else
    slot.feed_verbatim = {.head = head};
  if (pick(100) == 0)
    slot.tail.kind = "\x0A\x0B\x4F"[pick(3)] == 0x0A ? SlotKind::gap : SlotKind::enter;
  return slot;
}

void expect_same(const FeedFollower& fast, const NaiveFollower& naive, std::uint16_t locates) {
  ASSERT_EQ(fast.counters(), naive.counters());
  for (std::uint16_t locate = 0; locate <= locates; ++locate)
    ASSERT_EQ(fast.book(locate), naive.book(locate)) << "locate " << locate;
}

TEST(Follower, both_follow_any_feed_alike) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  FeedFollower fast(small);
  NaiveFollower naive(small);
  for (int i = 0; i < 40'000; ++i) {
    const Slot slot = random_slot(random);
    fast.on_slot(slot);
    naive.on_slot(slot);
    ASSERT_NO_FATAL_FAILURE(expect_same(fast, naive, 4)) << "slot " << i;
  }
  EXPECT_GT(naive.counters().duplicate_reference, 0U);
  EXPECT_GT(naive.counters().over_reduction, 0U);
  EXPECT_GT(naive.counters().unknown_reference, 0U);
}

TEST(Follower, the_recorded_day_gives_the_same_books_after_every_message) {
  const char* const folder = std::getenv("WIREBOOK_DATA");
  const std::filesystem::path path =
      std::filesystem::path(folder != nullptr ? folder : WIREBOOK_SOURCE_DIR "/../shared/data") /
      "example_day_3_symbols.itch50";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "no recorded day at " << path;
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};

  slot_ring::Ring<Slot> ring(256);
  slot_ring::Writer<Slot> writer(ring);
  slot_ring::Reader<Slot> reader(ring);
  FeedFollower fast({.orders = 20'000});
  NaiveFollower naive({.orders = 20'000});
  std::size_t messages = 0;
  for (std::size_t at = 0; at + 2 <= bytes.size(); ++messages) {
    const std::size_t length =
        static_cast<unsigned char>(bytes[at]) * 256U + static_cast<unsigned char>(bytes[at + 1]);
    const auto message = std::as_bytes(std::span(bytes).subspan(at + 2, length));
    ASSERT_TRUE(writer.has_credit(1));
    ASSERT_EQ(wire_in::parse_itch(message, wire_in::itch_time(message), writer), Outcome::ok);
    fast.on_slot(*reader.peek());
    naive.on_slot(*reader.peek());
    ASSERT_NO_FATAL_FAILURE(expect_same(fast, naive, 3)) << "message " << messages;
    reader.release(1);
    at += 2 + length;
  }
  EXPECT_EQ(messages, 12'012U);
  EXPECT_EQ(fast.counters().unknown_reference, 117U);
}

}  // namespace
}  // namespace wirebook::match
