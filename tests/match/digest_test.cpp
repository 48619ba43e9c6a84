// Goal: the digest is equal for equal states, and for no others.
// Method: states that differ in one thing; one stream into engines of different size. That it is
// kept rightly as the state changes is for the differential test to show.
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "tests/match/operations.hpp"
#include "tests/match/rules_fixture.hpp"
#include "tests/match/state_rig.hpp"

namespace wirebook::match {
namespace {

TEST(Digest, capacity_and_seed_are_no_part_of_it) {
  Rig<Engine> small_rig({.orders = 2'500, .trades = 3, .sessions = 8, .instruments = 8});
  Rig<Engine> large_rig({.orders = 9'000,
                         .trades = 500,
                         .sessions = 99,
                         .instruments = 99,
                         .table_seed = 0x1234'5678'9ABC'DEF1});
  const std::uint64_t seed = seed_from_environment();
  std::mt19937_64 random(seed);
  const Draw draw = [&random](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  const auto feed = [&](SlotKind kind, const auto& body, TimeNs time_ns,
                        const std::string& appendage) {
    if (kind == SlotKind::break_trade)
      return;  // the larger engine can still break what the smaller has forgotten
    small_rig.feed(kind, body, time_ns, appendage);
    large_rig.feed(kind, body, time_ns, appendage);
  };
  open_day(feed);
  Swarm swarm = Swarm::draw(draw);
  swarm.hostility = 0;
  Operations operations(draw, swarm);
  for (int i = 0; i < 2'000; ++i) {
    operations.next(feed);
    ASSERT_EQ(small_rig.engine.digest(), large_rig.engine.digest()) << "seed " << seed;
  }
}

template <class AnyEngine>
class DigestOf : public Rules<AnyEngine> {};
TYPED_TEST_SUITE(DigestOf, Engines);

TYPED_TEST(DigestOf, every_kind_of_change_changes_it) {
  std::set<std::uint64_t> seen{this->rig_.engine.digest()};
  const auto is_new = [&] { return seen.insert(this->rig_.engine.digest()).second; };
  this->enter({.number = 1});
  EXPECT_TRUE(is_new());
  this->enter({.number = 2, .display = 'N'});
  EXPECT_TRUE(is_new());
  this->cancel(1, 1, 50);
  EXPECT_TRUE(is_new());
  this->enter({.session = 2, .number = 1, .side = 'S', .quantity = 20});
  EXPECT_TRUE(is_new());
  this->break_trade(1);
  EXPECT_TRUE(is_new());
  this->replace({.original = 2, .number = 3});
  EXPECT_TRUE(is_new());
  this->trading_state(2, 'H');
  EXPECT_TRUE(is_new());
  this->account(SlotKind::disable, 2, 2, "FRM7");
  EXPECT_TRUE(is_new());
  this->kill(3);
  EXPECT_TRUE(is_new());
  this->kill(0, "FRM8");
  EXPECT_TRUE(is_new());
  this->session_up(4, "FRM1");
  EXPECT_TRUE(is_new());
  this->instrument(3, "IBM");
  EXPECT_TRUE(is_new());
  this->system_event('S');
  EXPECT_TRUE(is_new());
  this->system_event('E');
  EXPECT_TRUE(is_new());
  this->rig_.feed(SlotKind::clock, AdminBody{}, {77});
  EXPECT_TRUE(is_new());
}

TYPED_TEST(DigestOf, every_limit_and_what_it_counts_changes_it) {
  std::set<std::uint64_t> seen{this->rig_.engine.digest()};
  const auto is_new = [&] { return seen.insert(this->rig_.engine.digest()).second; };
  for (const std::uint64_t value : {1U, 2U})
    for (std::uint8_t kind = 1; kind <= 12; ++kind) {
      if (kind == 1 && value == 2)
        continue;
      this->rig_.feed(SlotKind::limit, LimitBody{.instrument = 2,
                                                 .kind = static_cast<LimitKind>(kind),
                                                 .session = 3,
                                                 .firm = Firm::from("FRM9"),
                                                 .window_ms = 5,
                                                 .value = kind == 5 ? value << 32 : value});
      EXPECT_TRUE(is_new()) << unsigned{kind};
    }
  const auto counts = [&](LimitKind kind, std::uint32_t number) {
    this->rig_.feed(SlotKind::limit,
                    LimitBody{.kind = kind, .session = 1, .window_ms = 5, .value = 9});
    EXPECT_TRUE(is_new());
    this->rig_.feed(SlotKind::limit,
                    LimitBody{.kind = kind, .session = 1, .window_ms = 6, .value = 9});
    EXPECT_TRUE(is_new());
    this->enter({.number = number, .quantity = 0});  // consumes a number and is counted
    EXPECT_TRUE(is_new());
  };
  counts(LimitKind::message_rate, 1);
  counts(LimitKind::duplicate_rate, 2);
}

TYPED_TEST(DigestOf, every_phase_of_the_day_changes_it) {
  std::set<std::uint64_t> seen{this->rig_.engine.digest()};
  for (const char code : {'M', 'S', 'Q', 'M', 'S', 'E'}) {
    this->system_event(code);
    EXPECT_TRUE(seen.insert(this->rig_.engine.digest()).second) << code;
  }
}

TYPED_TEST(DigestOf, a_digest_slot_changes_the_time_and_nothing_else) {
  this->enter({.number = 1});
  const std::uint64_t before = this->rig_.engine.digest();
  EXPECT_EQ(
      story(this->rig_.feed(SlotKind::digest, DigestBody{.covered_sequence = 5, .digest = 6})), "");
  EXPECT_EQ(this->rig_.engine.digest(), before);
  EXPECT_EQ(this->counters(), EngineCounters{});
}

/// Two orders that differ in one field only, in states that are equal but for them.
TYPED_TEST(DigestOf, every_field_of_an_order_is_in_it) {
  const auto digest_of = [](const Order& order, std::string_view appendage = {}) {
    class One : public Rules<TypeParam> {
     public:
      using Rules<TypeParam>::enter;
      using Rules<TypeParam>::rig_;
      void TestBody() override {}
    };
    One one;
    one.enter(order, appendage);
    return one.rig_.engine.digest();
  };
  std::set<std::uint64_t> digests{
      digest_of({}),
      digest_of({.session = 2}),
      digest_of({.number = 2}),
      digest_of({.side = 'S'}),
      digest_of({.side = 'T'}),
      digest_of({.quantity = 101}),
      digest_of({.symbol = "MSFT"}),
      digest_of({.price = 10'0100}),
      digest_of({.display = 'N'}),
      digest_of({.display = 'A'}),
      digest_of({.capacity = 'A'}),
      digest_of({.cl_ord_id = "x"}),
      digest_of({.cl_ord_id = "abcdefghijklmn"}),
      digest_of({.cl_ord_id = "abcdefghijklmo"}),
      digest_of({}, appendage_of({{Tag::firm, "FRM2"}})),
      digest_of({}, appendage_of({{Tag::group_id, number_bytes(2, 2)}})),
      digest_of({}, appendage_of({{Tag::expire_time, number_bytes(2, 4)}})),
      digest_of({}, appendage_of({{Tag::expire_time, number_bytes(3, 4)}})),
      digest_of({.time_in_force = '5'}),
      digest_of({.time_in_force = '6'}, appendage_of({{Tag::expire_time, number_bytes(2, 4)}})),
      digest_of({.time_in_force = '6'}, appendage_of({{Tag::expire_time, number_bytes(3, 4)}})),
      digest_of({}, appendage_of({{Tag::post_only, "N"}})),
      digest_of({}, appendage_of({{Tag::user_ref_idx, std::string(1, '\1')}}))};
  EXPECT_EQ(digests.size(), 23U);
}

}  // namespace
}  // namespace wirebook::match
