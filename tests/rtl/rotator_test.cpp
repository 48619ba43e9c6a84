// Goal: the bytes from any start come to the front, in two cycles, one request a cycle. Method:
// noise at every start, against plain indexing; what would lie behind the window is anything.
#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "Vrotator.h"

namespace wirebook {
namespace {

constexpr std::size_t window_bytes = 128;
constexpr std::size_t piece_bytes = 50;

struct Request {
  std::array<unsigned char, window_bytes> window{};
  std::size_t start = 0;

  template <typename Wide>
  void expect(const Wide& piece) const {
    const std::size_t count = std::min(piece_bytes, window_bytes - start);
    EXPECT_EQ(std::memcmp(piece.m_storage, window.data() + start, count), 0) << "start " << start;
  }
};

TEST(Rotator, brings_every_start_to_the_front) {
  std::mt19937 random(1);
  Vrotator dut;
  Request early;  // of the cycle before
  Request late;   // … and of the one before that
  for (std::size_t cycle = 0; cycle < 20'000 && !testing::Test::HasFailure(); ++cycle) {
    Request now;
    for (unsigned char& byte : now.window)
      byte = static_cast<unsigned char>(random());
    now.start = cycle < window_bytes ? cycle : random() % window_bytes;
    std::memcpy(dut.window_i.m_storage, now.window.data(), window_bytes);
    dut.start_i = static_cast<CData>(now.start);
    dut.clk_i = 0;
    dut.eval();
    if (cycle >= 2) {
      early.expect(dut.piece_next_o);
      late.expect(dut.piece_o);
    }
    dut.clk_i = 1;
    dut.eval();
    late = early;
    early = now;
  }
}

}  // namespace
}  // namespace wirebook
