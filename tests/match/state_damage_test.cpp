// Goal: a damaged state is refused, or is a state like any other, but never harms.
// Method: one state with something of everything, cut at every byte, its bits flipped, its records
// changed one at a time; both engines must give one answer.
#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "match/state/saved_state.hpp"
#include "tests/match/state_rig.hpp"

namespace wirebook::match {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

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
  const StateBytes& state = some_state();
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
  const StateBytes& state = some_state();
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

/// What the engines say of a good state in which one thing was changed.
std::string refusal(const std::function<void(SavedState&)>& change) {
  const StateBytes& good = some_state();
  StateReader reader(good);
  SavedState state;
  EXPECT_TRUE(read(reader, small, state, nullptr));
  change(state);
  StateBytes bytes;
  StateWriter writer(bytes);
  write(state, writer);
  Engine fast(small);
  NaiveEngine naive(small);
  const std::string why = load(fast, bytes);
  EXPECT_EQ(load(naive, bytes), why);
  return why;
}

/// Two orders that lie side by side: the highest buyer of an instrument and its lowest seller.
std::size_t spread_of(const SavedState& state) {
  for (std::size_t i = 0; i + 1 < state.orders.size(); ++i)
    if (state.orders[i].id.instrument == state.orders[i + 1].id.instrument &&
        state.orders[i].side == 'B' && state.orders[i + 1].side != 'B')
      return i;
  ADD_FAILURE() << "the state has no instrument with both sides";
  return 0;
}

TEST(State, what_no_engine_can_know_is_refused) {
  using Changed = SavedState;
  EXPECT_EQ(refusal([](Changed&) {}), "");
  EXPECT_THAT(
      refusal([](Changed& s) { s.scalars.day = {.phase = DayPhase::ended, .is_told = true}; }),
      HasSubstr("the day"));
  EXPECT_THAT(refusal([](Changed& s) {
                s.killed_firms = {Firm::from("B"), Firm::from("A")};
              }),
              HasSubstr("killed firms"));
  EXPECT_THAT(refusal([](Changed& s) { std::swap(s.sessions[0], s.sessions[1]); }),
              HasSubstr("sessions do not ascend"));
  EXPECT_THAT(refusal([](Changed& s) {
                for (SavedSession& session : s.sessions)
                  session.channels.clear();
              }),
              HasSubstr("its number was never used"));
  EXPECT_THAT(refusal([](Changed& s) { s.instruments[0].symbol = s.instruments[1].symbol; }),
              HasSubstr("one symbol"));
  EXPECT_THAT(refusal([](Changed& s) { s.instruments.erase(s.instruments.begin()); }),
              HasSubstr("its instrument is not known"));
  EXPECT_THAT(refusal([](Changed& s) { s.scalars.order_count = 1; }),
              HasSubstr("its reference was never given out"));
  EXPECT_THAT(refusal([](Changed& s) { s.orders[0].id.session = 7; }),
              HasSubstr("its session is not known"));
  EXPECT_THAT(refusal([](Changed& s) { s.orders[0].side = 'Q'; }), HasSubstr("letter"));
  EXPECT_THAT(refusal([](Changed& s) { s.orders[0].terms.price = 0; }), HasSubstr("price"));
  EXPECT_THAT(refusal([](Changed& s) { s.orders[0].open = 0; }), HasSubstr("shares"));
  EXPECT_THAT(refusal([](Changed& s) { s.orders[0].executed = 999'999; }), HasSubstr("shares"));
  EXPECT_THAT(refusal([](Changed& s) { s.orders[0].tags = {.bytes_used = 2, .bytes = {}}; }),
              HasSubstr("tags"));
  EXPECT_THAT(refusal([](Changed& s) { std::swap(s.orders.front(), s.orders.back()); }),
              HasSubstr("out of its place"));
  EXPECT_THAT(refusal([](Changed& s) {
                const std::size_t buyer = spread_of(s);
                s.orders[buyer].terms.price = s.orders[buyer + 1].terms.price;
              }),
              HasSubstr("it should have traded"));
  EXPECT_THAT(refusal([](Changed& s) {
                std::uint64_t& one = s.orders.front().id.order_ref;
                std::uint64_t& other = s.orders.back().id.order_ref;
                one = other = std::max(one, other);
                s.sort_orders();
              }),
              HasSubstr("one number"));
  EXPECT_THAT(refusal([](Changed& s) { s.scalars.trade_count = 1; }),
              HasSubstr("its number was never given out"));
  EXPECT_THAT(refusal([](Changed& s) { s.scalars.trade_count += 99; }), HasSubstr("no room"));
  EXPECT_THAT(refusal([](Changed& s) { s.trades[0].incoming.session = 7; }), HasSubstr("a party"));
  EXPECT_THAT(refusal([](Changed& s) { std::swap(s.trades[0], s.trades[1]); }),
              HasSubstr("out of its place"));
}

/// What the engines say of a state whose first special order was changed.
std::string special_refusal(const std::function<void(SavedOrder&)>& change) {
  return refusal([&change](SavedState& state) {
    for (SavedOrder& order : state.orders)
      if (!order.special.terms.is_ordinary())
        return change(order);
    FAIL() << "the state has no special order";
  });
}

TEST(State, terms_that_no_order_has_are_refused) {
  using Special = SavedOrder;
  EXPECT_EQ(special_refusal([](Special&) {}), "");
  EXPECT_THAT(special_refusal([](Special& o) { o.special.terms.aiq_strategy = 'A'; }),
              HasSubstr("letter"));
  EXPECT_THAT(special_refusal([](Special& o) { o.special.terms.time_in_force = '3'; }),
              HasSubstr("letter"));
  EXPECT_THAT(special_refusal([](Special& o) { o.special.first_ref = 0; }),
              HasSubstr("first reference"));
  EXPECT_THAT(special_refusal([](Special& o) { o.special.first_ref = o.id.order_ref + 1; }),
              HasSubstr("first reference"));
  EXPECT_THAT(special_refusal([](Special& o) {
                o.terms.display = 'Y';
                o.special.terms.min_qty = 1;
              }),
              HasSubstr("do not go together"));
  EXPECT_THAT(special_refusal([](Special& o) {
                o.terms.display = 'N';
                o.special.terms.max_floor = 1;
              }),
              HasSubstr("do not go together"));
  const auto with = [](std::uint32_t floor, std::uint32_t reserve) {
    return special_refusal([=](Special& order) {
      order.terms.display = 'Y';
      order.open = 10;
      order.special.terms.min_qty = 0;
      order.special.terms.random_reserves = 0;
      order.special.terms.max_floor = floor;
      order.special.reserve = reserve;
    });
  };
  EXPECT_EQ(with(10, 500), "");
  EXPECT_THAT(with(9, 500), HasSubstr("displayed, or in reserve"));
  EXPECT_THAT(with(0, 500), HasSubstr("displayed, or in reserve"));
  EXPECT_THAT(with(10, 999'999), HasSubstr("so many shares"));
}

TEST(State, an_expiry_that_no_order_has_is_refused) {
  const auto refused = [](const std::function<void(SavedOrder&, TimeNs)>& change) {
    return refusal([&change](SavedState& state) {
      for (SavedOrder& order : state.orders)
        if (order.special.expiry_ns != 0)
          return change(order, state.scalars.time_ns);
      FAIL() << "the state has no order that expires";
    });
  };
  using Order = SavedOrder;
  EXPECT_EQ(refused([](Order&, TimeNs) {}), "");
  EXPECT_THAT(refused([](Order& o, TimeNs) { o.special.expiry_ns = 0; }), HasSubstr("expiry"));
  EXPECT_THAT(refused([](Order& o, TimeNs now) { o.special.expiry_ns = now.raw; }),
              HasSubstr("expiry"));
  EXPECT_THAT(refused([](Order& o, TimeNs now) {
                o.special.expiry_ns = now.raw + o.special.terms.expire_s * 1'000'000'000ULL + 1;
              }),
              HasSubstr("expiry"));
  EXPECT_THAT(refused([](Order& o, TimeNs) { o.special.terms.time_in_force = '5'; }),
              HasSubstr("expiry"));
  EXPECT_THAT(refused([](Order& o, TimeNs) { o.special.terms.expire_s = 86'400; }),
              HasSubstr("expiry"));
}

TEST(State, limits_that_no_engine_has_are_refused) {
  const auto refused = [](const std::function<void(SavedLimits&)>& change) {
    return refusal([&change](SavedState& state) { change(state.limits); });
  };
  using Changed = SavedLimits;
  EXPECT_EQ(refused([](Changed&) {}), "");
  const std::vector<std::function<void(SavedLimits&)>> faults{
      [](Changed& l) { std::swap(l.sessions[0], l.sessions[1]); },
      [](Changed& l) { l.sessions[0].session = 0; },
      [](Changed& l) { l.sessions[1].session = 7; },
      [](Changed& l) { l.sessions[0].limits = {}; },
      [](Changed& l) { l.sessions[0].limits.messages = {.value = 0, .count = 1}; },
      [](Changed& l) { l.sessions[0].limits.messages = {.value = 1, .window_start_ns = 1}; },
      [](Changed& l) {
        l.sessions[0].limits.messages = {.value = 1, .window_start_ns = ~0ULL, .count = 1};
      },
      [](Changed& l) {
        l.sessions[0].limits.duplicates = {.value = 1};
        l.sessions[0].limits.last_enter.quantity = 1;
      },
      [](Changed& l) { std::swap(l.instruments[0], l.instruments[1]); },
      [](Changed& l) { l.instruments[1].instrument = 7; },
      [](Changed& l) { l.instruments[0] = {.instrument = 1}; },
      [](Changed& l) { l.instruments[0].reference_price = price_limit_max.raw + 1; },
      [](Changed& l) { l.instruments[0].limits = {.collar_low = 2, .collar_high = 1}; },
      [](Changed& l) { l.restrictions.push_back(l.restrictions.front()); },
      [](Changed& l) { l.restrictions[0].instrument = 7; },
      [](Changed& l) { std::swap(l.firms[0], l.firms[1]); },
      [](Changed& l) { l.firms[0].facts = {}; },
      [](Changed& l) { l.firms[0].facts = {.traded = 1, .organization = 1}; },
      [](Changed& l) { l.firms[0].facts = {.exposure_limit = 1, .organization = 1}; },
      [](Changed& l) { l.firms.resize(firms_max + 1); },
      [](Changed& l) { l.restrictions.resize(restrictions_max + 1); },
  };
  for (std::size_t i = 0; i < faults.size(); ++i)
    EXPECT_THAT(refused(faults[i]), AnyOf(HasSubstr("limits that"), HasSubstr("room"))) << i;
}

}  // namespace
}  // namespace wirebook::match
