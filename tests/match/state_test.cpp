// Goal: a saved state is all that an engine knows, and the digest says so.
// Method: random streams from a printed seed (WIREBOOK_SEED repeats one), cut at random points:
// what is saved there is loaded into fresh engines of both kinds, which must then say the same to
// the end.
#include <random>

#include <gtest/gtest.h>

#include "tests/match/operations.hpp"
#include "tests/match/state_rig.hpp"

namespace wirebook::match {
namespace {

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

}  // namespace
}  // namespace wirebook::match
