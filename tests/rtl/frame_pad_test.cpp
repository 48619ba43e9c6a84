// Goal: no frame leaves with fewer than 60 bytes, what is filled in is zero, and longer frames stay
// as they are. Method: every length up to four beats, its bytes beyond the end set to anything.
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "Vframe_pad.h"

namespace {

std::vector<std::uint8_t> through(Vframe_pad& dut, std::size_t bytes) {
  std::vector<std::uint8_t> out;
  for (std::size_t at = 0; at < bytes; at += 64) {
    const std::size_t kept = std::min<std::size_t>(64, bytes - at);
    std::array<std::uint8_t, 64> beat{};
    beat.fill(0xEE);  // nobody's
    for (std::size_t i = 0; i < kept; ++i)
      beat[i] = static_cast<std::uint8_t>(at + i + 1);
    std::memcpy(dut.data_i.m_storage, beat.data(), 64);
    dut.keep_i = ~0ULL >> (64 - kept);
    dut.last_i = at + kept == bytes;
    dut.valid_i = 1;
    dut.ready_i = 1;
    dut.clk_i = 0;
    dut.eval();
    EXPECT_TRUE(dut.valid_o);
    EXPECT_EQ(dut.last_o, dut.last_i);
    std::memcpy(beat.data(), dut.data_o.m_storage, 64);
    for (std::size_t i = 0; i < 64; ++i)
      if ((dut.keep_o >> i & 1) != 0)
        out.push_back(beat[i]);
    dut.clk_i = 1;
    dut.eval();
  }
  return out;
}

TEST(FramePad, fills_short_frames_with_zeros_and_leaves_others_alone) {
  Vframe_pad dut;
  dut.rst_i = 0;
  for (std::size_t bytes = 1; bytes <= 256; ++bytes) {
    SCOPED_TRACE(bytes);
    std::vector<std::uint8_t> expected;
    for (std::size_t i = 0; i < bytes; ++i)
      expected.push_back(static_cast<std::uint8_t>(i + 1));
    expected.resize(std::max<std::size_t>(bytes, 60));
    ASSERT_EQ(through(dut, bytes), expected);
  }
}

TEST(FramePad, a_beat_that_waits_is_not_the_first_twice) {
  Vframe_pad dut;
  dut.rst_i = 0;
  dut.valid_i = 1;
  dut.last_i = 1;
  dut.keep_i = 1;
  for (int cycle = 0; cycle < 4; ++cycle) {
    dut.ready_i = cycle == 3;
    dut.clk_i = 0;
    dut.eval();
    EXPECT_EQ(dut.ready_o, dut.ready_i);
    EXPECT_EQ(dut.keep_o, ~0ULL >> 4);
    dut.clk_i = 1;
    dut.eval();
  }
}

}  // namespace
