// Goal: three words that add up, in ones' complement, to the enabled bytes of a beat and two words
// more, and are 0 only where all of those are. Method: random bytes and masks, single bits,
// extremes.
#include <cstddef>
#include <cstdint>
#include <random>

#include <gtest/gtest.h>

#include "Vones_sum.h"

namespace {

class OnesSum : public testing::Test {
 protected:
  void expect_right() {
    dut.eval();
    std::uint64_t expected = (dut.extra_i & 0xFFFF) + (dut.extra_i >> 16);
    for (unsigned b = 0; b < 64; ++b)
      if (dut.enable_i >> b & 1)
        expected += (dut.data_i[b / 4] >> 8 * (b % 4) & 0xFFULL) << 8 * (b % 2);
    const std::uint64_t sums = dut.sums_o;
    const std::uint64_t sum = (sums & 0xFFFF) + (sums >> 16 & 0xFFFF) + (sums >> 32);
    ASSERT_EQ(sum % 0xFFFF, expected % 0xFFFF);
    ASSERT_EQ(sum == 0, expected == 0);
  }

  void fill(std::uint32_t value) {
    for (std::size_t i = 0; i < 16; ++i)
      dut.data_i[i] = value;
  }

  Vones_sum dut;
  std::mt19937_64 random{1};
};

TEST_F(OnesSum, is_right_for_random_bytes_and_masks) {
  for (int round = 0; round < 100'000; ++round) {
    for (std::size_t i = 0; i < 16; ++i)
      dut.data_i[i] = static_cast<std::uint32_t>(random());
    dut.enable_i = round % 2 == 0 ? random() : ~std::uint64_t{0} >> random() % 64;
    dut.extra_i = static_cast<std::uint32_t>(random());
    expect_right();
  }
}

TEST_F(OnesSum, is_right_for_all_ones_and_none) {
  for (const std::uint32_t value : {0U, ~0U, 0x0001'0001U, 0x8000'8000U, 0xFFFF'0000U})
    for (const std::uint64_t enable : {std::uint64_t{0}, ~std::uint64_t{0}})
      for (const std::uint32_t extra : {0U, ~0U, 1U}) {
        fill(value);
        dut.enable_i = enable;
        dut.extra_i = extra;
        expect_right();
      }
}

TEST_F(OnesSum, sees_each_bit) {
  dut.enable_i = ~std::uint64_t{0};
  dut.extra_i = 0;
  for (unsigned bit = 0; bit < 512; ++bit) {
    fill(0);
    dut.data_i[bit / 32] = 1U << bit % 32;
    expect_right();
  }
}

}  // namespace
