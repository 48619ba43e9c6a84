// Goal: a log that was saved and loaded is the one that ran through: same messages, same numbers,
// same things forgotten, then and after any further events; what cannot be loaded is refused.
// Method: random events for a few sessions that fight for a small pool, seeds printed.
#include "wire_out/outbound_log.hpp"

#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "tests/wire_out/decided.hpp"

namespace wirebook::wire_out {
namespace {

constexpr std::size_t datagram_bytes_max = 1465;
constexpr std::uint32_t sessions = 3;

std::vector<std::byte> saved(const OutboundLog& log) {
  std::vector<std::byte> bytes;
  match::StateWriter writer(bytes);
  log.save(writer);
  return bytes;
}

/// Empty, or why it was refused. Of bytes behind the log nothing is said.
std::string load(OutboundLog& log, Bytes bytes) {
  match::StateReader reader(bytes);
  std::string why;
  return log.load(reader, &why) ? "" : why;
}

/// Tells some session, or nobody, and the market, or not.
struct Teller {
  explicit Teller(std::uint32_t seed) : random(seed) {}

  void tell(OutboundLog& log, int times) {
    for (int i = 0; i < times; ++i) {
      Event event{.order_ref = random(),
                  .session = static_cast<std::uint32_t>(random() % 8 == 0 ? 70'000 : random() % 4),
                  .user_ref_num = static_cast<std::uint32_t>(random()),
                  .quantity = {static_cast<std::uint32_t>(random())},
                  .instrument = static_cast<std::uint16_t>(random() % 3)};
      event.tail.kind = random() % 4 == 0   ? EventKind::executed
                        : random() % 3 == 0 ? EventKind::market  // room is asked for, and not used
                                            : EventKind::canceled;
      event.tail.market = random() % 2 == 0 ? 'D' : '\0';
      const Cause cause;
      const std::size_t bytes = log.encode({.head = &event}, cause);
      EXPECT_EQ(bytes != 0, log.knows(event.session) && event.tail.kind != EventKind::market);
      std::array<std::byte, itch_message_bytes_max> room;
      const std::uint64_t number = log.next_market_number();
      const bool told = log.encode_market({.head = &event}, cause, room) != 0;
      EXPECT_EQ(told, event.tail.market != 0);
      EXPECT_EQ(log.next_market_number(), number + (told ? 1 : 0));
    }
  }

  std::mt19937 random;
};

/// All that clients can ask for.
void expect_alike(const OutboundLog& a, const OutboundLog& b) {
  EXPECT_EQ(a.next_market_number(), b.next_market_number());
  for (std::uint32_t session = 1; session <= sessions; ++session) {
    const SequencedStore& one = a.store(session);
    const SequencedStore& other = b.store(session);
    ASSERT_EQ(one.next_sequence(), other.next_sequence());
    ASSERT_EQ(one.messages_forgotten(), other.messages_forgotten());
    for (std::uint32_t first = 1; first < one.next_sequence();) {
      const auto run = one.run(first, 0xFFFF, datagram_bytes_max);
      const auto same = other.run(first, 0xFFFF, datagram_bytes_max);
      ASSERT_EQ(run.count, same.count) << first;
      ASSERT_EQ(hex(run.blocks), hex(same.blocks)) << first;
      ASSERT_EQ(run.count == 0, first <= one.messages_forgotten()) << first;
      first += run.count == 0 ? 1U : run.count;
    }
  }
}

TEST(OutboundLog, a_message_goes_to_the_session_that_the_event_tells) {
  OutboundLog log(sessions, 16);
  const Event event{.session = 2, .tail = {.kind = EventKind::canceled}};
  EXPECT_EQ(log.encode({.head = &event}, Cause()), sizeof(wire::ouch_out::OrderCanceled));
  EXPECT_EQ(log.store(1).next_sequence(), 1U);
  EXPECT_EQ(log.store(2).next_sequence(), 2U);
  EXPECT_EQ(log.store(2).take_unsent(datagram_bytes_max).count, 1);
  EXPECT_EQ(log.next_market_number(), 1U);
}

TEST(OutboundLog, saved_and_loaded_it_is_the_one_that_ran_through) {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const std::uint32_t chunks = 6 + seed % 4;
    OutboundLog through(sessions, chunks);
    Teller teller(seed);
    teller.tell(through, static_cast<int>(teller.random() % 60'000));
    OutboundLog loaded(sessions, chunks);
    ASSERT_EQ(load(loaded, saved(through)), "");
    expect_alike(through, loaded);
    EXPECT_TRUE(saved(through) == saved(loaded));
    Teller same = teller;
    teller.tell(through, 60'000);
    same.tell(loaded, 60'000);
    EXPECT_GT(through.store(1).messages_forgotten(), 0U);
    expect_alike(through, loaded);
    EXPECT_TRUE(saved(through) == saved(loaded));
  }
}

TEST(OutboundLog, what_was_loaded_counts_as_sent_and_what_comes_then_does_not) {
  OutboundLog log(sessions, 6);
  Teller(5).tell(log, 300);
  OutboundLog loaded(sessions, 6);
  ASSERT_EQ(load(loaded, saved(log)), "");
  const std::uint32_t next = loaded.store(1).next_sequence();
  EXPECT_GT(next, 1U);
  EXPECT_EQ(loaded.store(1).take_unsent(datagram_bytes_max).count, 0);
  EXPECT_EQ(loaded.store(1).run(1, 1, datagram_bytes_max).count, 1);
  const Event event{.session = 1, .tail = {.kind = EventKind::canceled}};
  EXPECT_NE(loaded.encode({.head = &event}, Cause()), 0U);
  const auto run = loaded.store(1).take_unsent(datagram_bytes_max);
  EXPECT_EQ(run.first, next);
  EXPECT_EQ(run.count, 1);

  log.count_as_sent();  // the same for one that was rebuilt
  EXPECT_EQ(log.store(1).take_unsent(datagram_bytes_max).count, 0);
  EXPECT_NE(log.encode({.head = &event}, Cause()), 0U);
  EXPECT_EQ(log.store(1).take_unsent(datagram_bytes_max).first, next);
}

TEST(OutboundLog, symbols_are_known_again) {
  OutboundLog log(sessions, 6);
  const Cause definition(InstrumentBody{.instrument = 7, .symbol = Symbol::from("AAPL")});
  const Event listed{.instrument = 7, .tail = {.kind = EventKind::market, .market = 'R'}};
  std::array<std::byte, itch_message_bytes_max> room;
  EXPECT_NE(log.encode_market({.head = &listed}, definition, room), 0U);
  OutboundLog loaded(sessions, 6);
  ASSERT_EQ(load(loaded, saved(log)), "");
  const Event added{.instrument = 7, .tail = {.kind = EventKind::market, .market = 'A'}};
  ASSERT_NE(loaded.encode_market({.head = &added}, Cause(), room), 0U);
  EXPECT_EQ(wire::view<wire::itch::AddOrder>(room.data()).stock, Symbol::from("AAPL"));
  EXPECT_EQ(loaded.next_market_number(), 3U);
}

TEST(OutboundLog, a_smaller_pool_keeps_the_youngest) {
  OutboundLog log(sessions, 30);
  Teller(9).tell(log, 40'000);
  ASSERT_EQ(log.store(1).messages_forgotten(), 0U);
  OutboundLog loaded(sessions, 6);
  ASSERT_EQ(load(loaded, saved(log)), "");
  for (std::uint32_t session = 1; session <= sessions; ++session) {
    const std::uint32_t last = log.store(session).next_sequence() - 1;
    ASSERT_EQ(loaded.store(session).next_sequence(), last + 1);
    EXPECT_GT(loaded.store(session).messages_forgotten(), 0U);
    EXPECT_EQ(loaded.store(session).run(1, 1, datagram_bytes_max).count, 0);
    EXPECT_EQ(hex(loaded.store(session).run(last, 1, datagram_bytes_max).blocks),
              hex(log.store(session).run(last, 1, datagram_bytes_max).blocks));
  }
}

TEST(OutboundLog, sessions_may_be_added_and_not_taken_away) {
  OutboundLog log(sessions, 8);
  Teller(3).tell(log, 100);
  OutboundLog more(sessions + 1, 8);
  EXPECT_EQ(load(more, saved(log)), "");
  expect_alike(log, more);
  EXPECT_EQ(more.store(sessions + 1).next_sequence(), 1U);
  OutboundLog fewer(sessions - 1, 8);
  EXPECT_EQ(load(fewer, saved(log)), "outbound messages: they are of 3 sessions, there are only 2");
}

constexpr MarketLogSize market_size{.history_bytes = 1 << 18, .orders = 1'000};

/// The market's messages, each under its number.
std::string market_of(OutboundLog& log) {
  const std::unique_ptr<MarketLog> market = log.take_market();
  std::string text;
  const MarketHistory& history = market->history();
  for (std::uint64_t number = history.first(); number != history.next(); ++number)
    text += std::to_string(number) + ' ' + hex(history.run(number, 1).packets) + '\n';
  return text;
}

TEST(OutboundLog, the_markets_messages_are_kept_where_they_are_wanted) {
  OutboundLog through(sessions, 6);
  through.keep_market(market_size);
  Teller teller(9);
  teller.tell(through, 3'000);
  const std::vector<std::byte> state = saved(through);
  OutboundLog loaded(sessions, 6);
  loaded.keep_market(market_size);
  ASSERT_EQ(load(loaded, state), "");
  Teller same = teller;
  teller.tell(through, 20'000);
  same.tell(loaded, 20'000);
  EXPECT_TRUE(saved(through) == saved(loaded));
  const std::string market = market_of(through);
  EXPECT_FALSE(market.empty());
  EXPECT_EQ(market, market_of(loaded));

  OutboundLog unwanted(sessions, 6);
  EXPECT_EQ(load(unwanted, state), "");
  EXPECT_EQ(unwanted.take_market(), nullptr);
  OutboundLog wanting(sessions, 6);
  wanting.keep_market(market_size);
  EXPECT_EQ(load(wanting, saved(unwanted)),
            "outbound messages: the market's were not kept then, and are to be kept now");
  for (std::size_t cut = 0; cut < state.size(); cut += 1 + cut / 50) {
    OutboundLog part(sessions, 6);
    part.keep_market(market_size);
    ASSERT_NE(load(part, Bytes(state).first(cut)), "") << cut;
  }
}

TEST(OutboundLog, bytes_that_make_no_sense_are_refused) {
  OutboundLog log(sessions, 6);
  Teller(4).tell(log, 60);
  const std::vector<std::byte> bytes = saved(log);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    OutboundLog loaded(sessions, 6);
    ASSERT_NE(load(loaded, Bytes(bytes).first(cut)), "") << cut;
  }
  std::mt19937 random(77);
  for (int i = 0; i < 2'000; ++i) {  // whatever comes of it, it stays within bounds
    std::vector<std::byte> bad = bytes;
    bad[random() % bad.size()] ^= static_cast<std::byte>(1 + random() % 255);
    OutboundLog loaded(sessions, 6);
    static_cast<void>(load(loaded, bad));
  }
}

}  // namespace
}  // namespace wirebook::wire_out
