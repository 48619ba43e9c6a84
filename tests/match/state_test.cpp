// Goal: a saved state is all that an engine knows, and the digest says so.
// Method: random streams from a printed seed (WIREBOOK_SEED repeats one), cut at random points:
// what is saved there is loaded into fresh engines of both kinds, which must then say the same to
// the end. Damaged states must be refused, or be states like any other, but never harm.
#include <cstdlib>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/match/operations.hpp"
#include "tests/match/rules_fixture.hpp"
#include "tests/match/state_rig.hpp"

namespace wirebook::match {
namespace {

using testing::HasSubstr;

std::uint64_t seed_from_environment() {
  const char* const text = std::getenv("WIREBOOK_SEED");
  const std::uint64_t seed =
      text == nullptr ? std::random_device{}() : std::strtoull(text, nullptr, 10);
  std::printf("WIREBOOK_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

constexpr int slots_before_max = 1'500;
constexpr int slots_behind = 500;

class StateStream {
 public:
  explicit StateStream(std::uint64_t seed) : random_(seed), swarm_(Swarm::draw(draw())) {}

  Draw draw() {
    return [this](std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); };
  }
  [[nodiscard]] Capacity capacity() {
    const Draw below = draw();
    return {.orders = below(3) == 0 ? 1 + below(6) : 500,
            .trades = 1 + below(40),
            .shard = static_cast<std::uint16_t>(below(2) * 7),
            .sessions = 8,
            .instruments = 8};
  }
  /// Cuts a stream somewhere; from there on a loaded engine must say what the saved one says.
  template <class From, class Into>
  void check() {
    const Capacity size = capacity();
    Rig<From> from(size);
    Rig<Into> into(size);
    const auto feed = [&from](SlotKind kind, const auto& body, TimeNs time_ns,
                              const std::string& appendage) {
      from.feed(kind, body, time_ns, appendage);
    };
    open_day(feed);
    Operations operations(draw(), swarm_);
    for (auto left = draw()(slots_before_max); left != 0; --left)
      operations.next(feed);
    const StateBytes state = saved(from.engine);
    ASSERT_EQ(load(into.engine, state), "");
    ASSERT_EQ(into.engine.digest(), from.engine.digest());
    ASSERT_EQ(saved(into.engine), state);
    ASSERT_EQ(into.engine.counters(), from.engine.counters());
    std::string fault;
    for (int i = 0; i < slots_behind && fault.empty(); ++i)
      operations.next(
          [&](SlotKind kind, const auto& body, TimeNs time_ns, const std::string& appendage) {
            auto expected = from.feed(kind, body, time_ns, appendage);
            auto told = into.feed(kind, body, time_ns, appendage);
            for (auto* events : {&expected, &told})
              for (Told& one : *events)
                one.event.cause_sequence = 0;  // each rig counts its own slots
            fault = difference(told, expected);
            if (fault.empty() && into.engine.digest() != from.engine.digest())
              fault = "digest";
          });
    ASSERT_EQ(fault, "");
    ASSERT_EQ(saved(into.engine), saved(from.engine));
  }

 private:
  std::mt19937_64 random_;
  Swarm swarm_;
};

template <class From, class Into>
void check_streams() {
  const std::uint64_t seed = seed_from_environment();
  for (std::uint64_t i = 0; i < 60 && !testing::Test::HasFatalFailure(); ++i) {
    SCOPED_TRACE("WIREBOOK_SEED=" + std::to_string(seed) + " stream " + std::to_string(i));
    StateStream(seed + i).check<From, Into>();
  }
}

TEST(State, the_fast_engine_goes_on_where_it_was_saved) { check_streams<Engine, Engine>(); }
TEST(State, the_naive_engine_goes_on_where_it_was_saved) {
  check_streams<NaiveEngine, NaiveEngine>();
}
TEST(State, the_naive_engine_goes_on_for_the_fast_one) { check_streams<Engine, NaiveEngine>(); }
TEST(State, the_fast_engine_goes_on_for_the_naive_one) { check_streams<NaiveEngine, Engine>(); }

// ── Damage ──────────────────────────────────────────────────────────────────────────────────────

/// An engine that took the state goes on, is whole, and gives the state back as it was.
template <class AnyEngine>
void check_accepted(Rig<AnyEngine>& rig, std::span<const std::byte> state) {
  const StateBytes again = saved(rig.engine);
  ASSERT_TRUE(std::equal(again.begin(), again.end(), state.begin(), state.end()));
  for (std::uint32_t session = 1; session <= 4; ++session)
    rig.feed(SlotKind::kill, SessionBody{.session = session});
  for (std::uint16_t locate = 1; locate <= 3; ++locate)
    ASSERT_EQ(rig.engine.book(locate).live_orders, 0U);
}

TEST(State, a_state_that_is_cut_is_refused_wherever_it_is_cut) {
  const StateBytes state = some_state();
  for (std::size_t size = 0; size < state.size(); ++size) {
    Engine fast(small);
    NaiveEngine naive(small);
    ASSERT_NE(load(fast, std::span(state).first(size)), "") << size;
    ASSERT_NE(load(naive, std::span(state).first(size)), "") << size;
    ASSERT_EQ(fast.digest(), Engine(small).digest()) << size << ": not as fresh as before";
  }
}

TEST(State, a_flipped_bit_is_refused_or_makes_another_digest) {
  StateBytes state = some_state();
  Engine whole(small);
  ASSERT_EQ(load(whole, state), "");
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < state.size() * 8; bit += 3) {
    state[bit / 8] ^= std::byte{1} << bit % 8;
    Rig<Engine> fast(small);
    Rig<NaiveEngine> naive(small);
    const std::string why = load(fast.engine, state);
    ASSERT_EQ(load(naive.engine, state), why) << bit;
    if (why.empty()) {
      ASSERT_NE(fast.engine.digest(), whole.digest()) << bit;
      ASSERT_EQ(fast.engine.digest(), naive.engine.digest()) << bit;
      check_accepted(fast, state);
    } else {
      ++refused;
    }
    state[bit / 8] ^= std::byte{1} << bit % 8;
  }
  EXPECT_GT(refused, state.size() / 8);
}

TEST(State, what_does_not_fit_is_refused_by_name) {
  const StateBytes state = some_state();
  const auto why = [&state](auto change) {
    Capacity capacity = small;
    change(capacity);
    Engine engine(capacity);
    return load(engine, state);
  };
  EXPECT_THAT(why([](Capacity& size) { size.orders = 3; }), HasSubstr("live orders"));
  EXPECT_THAT(why([](Capacity& size) { size.trades = 2; }), HasSubstr("trades"));
  EXPECT_THAT(why([](Capacity& size) { size.sessions = 3; }), HasSubstr("session"));
  EXPECT_THAT(why([](Capacity& size) { size.instruments = 2; }), HasSubstr("instruments"));
  EXPECT_THAT(why([](Capacity& size) { size.shard = 1; }), HasSubstr("shard"));
  EXPECT_EQ(why([](Capacity& size) { size = {.orders = 5000, .trades = 99, .table_seed = 3}; }),
            "");
}

// ── The digest ──────────────────────────────────────────────────────────────────────────────────

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
      digest_of({}, appendage_of({{Tag::post_only, "N"}})),
      digest_of({}, appendage_of({{Tag::user_ref_idx, std::string(1, '\1')}}))};
  EXPECT_EQ(digests.size(), 20U);
}

}  // namespace
}  // namespace wirebook::match
