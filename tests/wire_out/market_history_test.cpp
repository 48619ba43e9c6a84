// Goal: what the market was told can be told again, byte for byte, under the same numbers, as long
// as there is room for it, and comes back whole from a saved state.
// Method: numbered messages of seeded lengths through small histories; every number asked for.
#include "wire_out/market_history.hpp"

#include <random>

#include <gtest/gtest.h>

#include "tests/wire_out/decided.hpp"
#include "wire_in/message_blocks.hpp"

namespace wirebook::wire_out {
namespace {

/// The message of a number: its length and bytes follow from it.
WireBytes message_of(std::uint64_t number) {
  return WireBytes(1 + number * 7 % 50, static_cast<std::uint8_t>('a' + number % 26));
}

void append_up_to(MarketHistory& history, std::uint64_t end) {
  while (history.next() != end)
    history.append(message_of(history.next()));
}

/// Each number from `first` on, in whatever runs.
void expect_kept(const MarketHistory& history) {
  for (std::uint64_t number = history.first(); number != history.next();) {
    const auto run = history.run(number, 1000);
    ASSERT_GT(run.count, 0U) << number;
    WireBytes expected;
    for (std::uint32_t i = 0; i != run.count; ++i) {
      const WireBytes message = message_of(number++);
      expected.be(message.size() + 1, 2).text("S", 1);
      for (const std::byte byte : Bytes(message))
        expected.be(static_cast<std::uint64_t>(byte), 1);
    }
    ASSERT_EQ(hex(run.packets), hex(expected));
    ASSERT_LE(run.packets.size(), 1000U);
  }
}

TEST(MarketHistory, every_message_is_found_by_its_number) {
  MarketHistory history(1 << 20);
  EXPECT_EQ(history.first(), 1U);
  EXPECT_EQ(history.run(1, 1000).count, 0U);
  append_up_to(history, 20'001);
  EXPECT_EQ(history.first(), 1U);
  expect_kept(history);
  EXPECT_EQ(history.run(0, 1000).count, 0U);
  EXPECT_EQ(history.run(20'001, 1000).count, 0U);
}

TEST(MarketHistory, the_oldest_are_given_up_and_the_youngest_stay) {
  MarketHistory history(4 * MarketHistory::page_bytes);
  append_up_to(history, 50'001);
  EXPECT_GT(history.first(), 30'000U);
  EXPECT_LT(history.first(), 44'000U);
  EXPECT_EQ(history.run(history.first() - 1, 1000).count, 0U);
  expect_kept(history);
}

TEST(MarketHistory, blocks_go_on_over_the_ends_of_pages_and_end_where_there_is_no_room) {
  MarketHistory history(1 << 20);
  append_up_to(history, 10'001);
  std::array<std::byte, 1452> room{};
  for (std::uint64_t number = 1; number != history.next();) {
    const auto blocks = history.copy_blocks(number, 0xFFFE, room);
    const std::uint64_t behind = number + blocks.count;
    ASSERT_GT(blocks.count, 0U);
    if (behind != history.next()) {
      ASSERT_GT(blocks.bytes + 2 + message_of(behind).size(), room.size()) << "it would have fit";
    }
    wire_in::MessageBlocks read(Bytes(room).first(blocks.bytes));
    while (const auto message = read.next())
      ASSERT_EQ(hex(*message), hex(message_of(number++)));
    ASSERT_EQ(number, behind);
  }
  EXPECT_EQ(history.copy_blocks(17, 3, room).count, 3U);
  EXPECT_EQ(history.copy_blocks(10'000, 3, room).count, 1U);
  EXPECT_EQ(history.copy_blocks(10'001, 3, room).count, 0U);
  EXPECT_EQ(history.copy_blocks(1, 3, std::span(room).first(1)).count, 0U);
}

TEST(MarketHistory, comes_back_from_a_saved_state_and_goes_on_as_if_nothing_had_been) {
  for (const std::uint64_t end : {1U, 2U, 3'000U, 50'001U}) {
    MarketHistory before(4 * MarketHistory::page_bytes);
    append_up_to(before, end);
    std::vector<std::byte> saved;
    match::StateWriter writer(saved);
    before.save(writer);
    MarketHistory after(4 * MarketHistory::page_bytes);
    match::StateReader reader(saved);
    ASSERT_TRUE(after.load(reader));
    EXPECT_EQ(reader.remaining(), 0U);
    for (int i = 0; i < 5'000; ++i) {
      before.append(message_of(before.next()));
      after.append(message_of(after.next()));
    }
    EXPECT_EQ(after.first(), before.first());
    EXPECT_EQ(after.next(), before.next());
    expect_kept(after);
    // With less room the youngest stay; what is no state is refused.
    MarketHistory smaller(2 * MarketHistory::page_bytes);
    match::StateReader again(saved);
    ASSERT_TRUE(smaller.load(again));
    EXPECT_EQ(smaller.next(), end);
    expect_kept(smaller);
    MarketHistory broken(4 * MarketHistory::page_bytes);
    match::StateReader cut(Bytes(saved).first(saved.size() - 1));
    EXPECT_FALSE(broken.load(cut));
  }
}

TEST(MarketHistory, a_gap_begins_it_anew) {
  MarketHistory history(1 << 20);
  append_up_to(history, 100);
  history.restart_at(200);
  EXPECT_EQ(history.first(), 200U);
  EXPECT_EQ(history.run(50, 1000).count, 0U);
  append_up_to(history, 300);
  expect_kept(history);
}

}  // namespace
}  // namespace wirebook::wire_out
