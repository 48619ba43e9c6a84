// Goal: a comparison as that of C++. Method: random numbers, equal ones, and those that differ in
// one bit.
#include <cstdint>
#include <random>

#include <gtest/gtest.h>

#include "Vgreater.h"

namespace {

TEST(Greater, compares) {
  Vgreater dut;
  std::mt19937 random(1);
  for (unsigned round = 0; round < 300'000; ++round) {
    dut.a_i = static_cast<std::uint32_t>(random()) >> 5;
    dut.b_i = static_cast<std::uint32_t>(random()) >> 5;
    if (round % 3 == 1)
      dut.b_i = dut.a_i;
    if (round % 3 == 2)
      dut.b_i = dut.a_i ^ 1U << random() % 27;
    dut.eval();
    ASSERT_EQ(dut.greater_o != 0, dut.a_i > dut.b_i);
    ASSERT_EQ(dut.equal_o != 0, dut.a_i == dut.b_i);
  }
}

}  // namespace
