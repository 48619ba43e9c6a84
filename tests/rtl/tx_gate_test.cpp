// Goal: a frame passes whole or goes nowhere whole, by how the link was at its first beat, and
// nothing waits for a link that is down. Method: frames at random, the link and the taker at
// random.
#include <random>

#include <gtest/gtest.h>

#include "Vtx_gate.h"

namespace {

TEST(TxGate, frames_pass_or_go_nowhere_whole) {
  Vtx_gate dut;
  std::mt19937 random(1);
  const auto clock = [&] {
    dut.clk_i = 1;
    dut.eval();
    dut.clk_i = 0;
    dut.eval();
  };
  dut.rst_i = 1;
  clock();
  dut.rst_i = 0;
  int passed = 0;
  int dropped = 0;
  int told = 0;
  for (int frame = 0; frame < 5'000; ++frame) {
    const auto beats = 1 + random() % 5;
    bool drops = false;
    for (unsigned long beat = 0; beat < beats;) {
      dut.valid_i = random() % 4 != 0;
      dut.last_i = beat + 1 == beats;
      dut.up_i = random() % 2;
      dut.ready_i = random() % 2;
      dut.eval();
      if (dut.valid_i && beat == 0)
        drops = !dut.up_i;
      const bool dropping = beat == 0 ? !dut.up_i : drops;
      ASSERT_EQ(dut.valid_o, dut.valid_i && !dropping);
      ASSERT_EQ(dut.ready_o, dropping || dut.ready_i);
      const bool taken = dut.valid_i && dut.ready_o;
      clock();
      told += dut.drop_o;
      beat += taken ? 1 : 0;
    }
    ++(drops ? dropped : passed);
  }
  EXPECT_GT(passed, 500);
  EXPECT_GT(dropped, 500);
  EXPECT_EQ(told, dropped);
}

}  // namespace
