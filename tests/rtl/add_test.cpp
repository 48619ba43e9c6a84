// Goal: sums and carries as those of C++. Method: random numbers, and pairs through which a carry
// runs from any place to any other.
#include <cstdint>
#include <random>

#include <gtest/gtest.h>

#include "Vadd.h"

namespace {

TEST(Add, adds) {
  constexpr unsigned seed = 1;
  Vadd dut;
  std::mt19937_64 random(seed);
  for (unsigned round = 0; round < 300'000; ++round) {
    dut.a_i = random();
    dut.b_i = random();
    dut.carry_i = random() % 2;
    if (round % 2 == 1)
      dut.b_i = ~dut.a_i ^ 1ULL << random() % 64 ^ 1ULL << random() % 64;
    dut.eval();
    const std::uint64_t sum = dut.a_i + dut.b_i + dut.carry_i;
    const bool carry = dut.carry_i ? sum <= dut.a_i : sum < dut.a_i;
    ASSERT_EQ(dut.sum_o, sum) << dut.a_i << " + " << dut.b_i << ", seed " << seed;
    ASSERT_EQ(dut.carry_o != 0, carry) << dut.a_i << " + " << dut.b_i << ", seed " << seed;
  }
}

}  // namespace
