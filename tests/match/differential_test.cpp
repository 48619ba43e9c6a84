// Goal: the fast engine and the naive one say the same, to the byte, whatever comes.
// Method: swarms of random slots from a printed seed. WIREBOOK_SEED repeats a run, WIREBOOK_STEPS
// makes it a campaign.
#include "tests/match/differential.hpp"

#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

namespace wirebook::match {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Differential, both_engines_say_the_same) {
  const std::uint64_t seed = number_from("WIREBOOK_SEED", std::random_device{}());
  const std::uint64_t steps = number_from("WIREBOOK_STEPS", 150'000);
  std::printf("WIREBOOK_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const Draw draw = [&random](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  std::uint64_t trades = 0;
  for (std::uint64_t step = 0; step < steps;) {
    const std::uint32_t orders = draw(3) == 0 ? 1 + draw(6) : 500;
    Differential engines({.orders = orders,
                          .orders_start = draw(2) == 0 ? 1 : orders,
                          .trades = 1 + draw(40),
                          .sessions = 8,
                          .instruments = 8});
    Operations operations(draw, Swarm::draw(draw));
    for (int i = 0; i < 3'000 && step < steps; ++i, ++step) {
      std::string difference;
      operations.next(
          [&](SlotKind kind, const auto& body, TimeNs time_ns, const std::string& appendage) {
            difference = engines.both(kind, body, time_ns, appendage);
            if (!difference.empty())
              difference += " after a slot of kind " + std::to_string(static_cast<int>(kind));
          });
      ASSERT_EQ(difference, "") << "WIREBOOK_SEED=" << seed << " step " << step;
    }
    trades += engines.trades();
  }
  EXPECT_GT(trades, steps / 100) << "the swarms hardly trade";
}

}  // namespace
}  // namespace wirebook::match
