// Goal: a carry-save total that stays right, and is good where it is 0 modulo 65,535. Method:
// random words, half of them completed to 0, and the extremes.
#include <cstdint>
#include <random>

#include <gtest/gtest.h>

#include "Vones_total.h"

namespace {

std::uint64_t sum_of(std::uint64_t words) {
  std::uint64_t sum = 0;
  for (; words != 0; words >>= 16)
    sum += words & 0xFFFF;
  return sum;
}

class OnesTotal : public testing::Test {
 protected:
  void expect_right(std::uint64_t sums, std::uint32_t total) {
    dut.sums_i = sums;
    dut.total_i = total;
    dut.eval();
    const std::uint64_t expected = sum_of(sums) + sum_of(total);
    ASSERT_EQ(sum_of(dut.total_o) % 0xFFFF, expected % 0xFFFF);
    ASSERT_EQ(dut.good_o != 0, expected != 0 && expected % 0xFFFF == 0);
    goods += dut.good_o;
  }

  Vones_total dut;
  std::mt19937_64 random{1};
  int goods = 0;
};

TEST_F(OnesTotal, is_right_for_random_words) {
  for (int round = 0; round < 200'000; ++round) {
    std::uint64_t sums = random() >> 16;
    const auto total = static_cast<std::uint32_t>(random());
    if (round % 2 == 0) {
      const std::uint64_t others = sum_of(sums >> 16) + sum_of(total);
      sums = (sums & ~0xFFFFULL) | (0xFFFF - others % 0xFFFF);
    }
    expect_right(sums, total);
  }
  EXPECT_GE(goods, 100'000);
}

TEST_F(OnesTotal, is_right_at_the_extremes) {
  for (const std::uint64_t a : {0ULL, 0xFFFFULL, 1ULL, 0xFFFEULL, 0x8000ULL, 0x7FFFULL})
    for (const std::uint64_t b : {0ULL, 0xFFFFULL, 1ULL, 0xFFFEULL, 0x8000ULL})
      for (const std::uint32_t total : {0U, ~0U, 0xFFFFU, 0xFFFF'0000U, 1U, 0xFFFEU})
        expect_right(a << 32 | b << 16 | a, total);
}

}  // namespace
