// Goal: what the whole kernel writes into host memory is what the software parser writes into its
// ring. Method: the same random frames to both, with host memory quick or slow, frames well-formed
// or spoilt, at a pace that the kernel keeps up with or too fast for it.
#include "hw-sim/harness/cosim.hpp"

#include <gtest/gtest.h>

namespace wirebook::hw_sim {
namespace {

struct Course {
  std::uint64_t seed;
  std::uint32_t spoilt_percent;
  std::uint32_t idle_per_block;  ///< cycles after a frame, for each block that it might hold
  AxiMemoryOptions memory;
  std::uint64_t start_sequence;
  std::uint64_t rate;

  friend void PrintTo(const Course& course, std::ostream* out) { *out << "seed " << course.seed; }
};

class CosimTest : public testing::TestWithParam<Course> {};

TEST_P(CosimTest, kernel_and_software_agree) {
  const Course course = GetParam();
  FrameMaker maker(course.seed, course.spoilt_percent);
  Cosim cosim({.seed = course.seed,
               .ring_slots_log2 = 12,
               .start_sequence = course.start_sequence,
               .epoch = static_cast<std::uint32_t>(course.seed),
               .rate = course.rate,
               .memory = course.memory},
              maker.config());
  cosim.bench().rx_gap_percent = course.seed == 2 ? 30 : 0;
  for (int i = 0; i < 20'000 && cosim.good(); ++i) {
    const MadeFrame frame = maker.next();
    cosim.send(frame);
    cosim.idle(course.idle_per_block * (frame.bytes.size() / 14 + 2));
  }
  cosim.finish();
  EXPECT_EQ(cosim.bench().error(), "");
  EXPECT_EQ(cosim.difference(), "") << "seed " << course.seed;
  EXPECT_GT(cosim.slots(), 10'000U);
  EXPECT_GT(cosim.punted(), 100U);
  std::cout << cosim.slots() << " slots, " << cosim.punted() << " punted, " << cosim.dropped()
            << " dropped, " << cosim.bench().now() << " cycles\n";
}

constexpr AxiMemoryOptions quick{};
constexpr AxiMemoryOptions slow{.stall_percent = 40, .latency_cycles = 200, .jitter_cycles = 300};

constexpr std::uint64_t ns_1 = std::uint64_t{1} << 32;
constexpr std::uint64_t ns_3_103 = 13'327'283'520;  // 322.27 MHz
constexpr std::uint64_t ns_10_thirds = 14'316'557'653;
constexpr std::uint64_t ns_255 = (std::uint64_t{1} << 40) - 1;  // and nearly one more

INSTANTIATE_TEST_SUITE_P(Frames, CosimTest,
                         testing::Values(Course{1, 0, 2, quick, 0, ns_1},
                                         Course{2, 30, 2, quick, 0xFFFF'FFFF'F000, ns_3_103},
                                         Course{3, 30, 3, slow, 12'345'678, ns_10_thirds},
                                         Course{4, 10, 0, slow, 1, ns_255}));

// Behind a frame's last beat its slots come, and the software must have seen it by then.
TEST(CosimGaps, long_ones_between_beats_change_nothing) {
  FrameMaker maker(5, 10);
  Cosim cosim({.seed = 5}, maker.config());
  cosim.bench().rx_gap_percent = 90;
  for (int i = 0; i < 3'000 && cosim.good(); ++i)
    cosim.send(maker.next());
  cosim.finish();
  EXPECT_EQ(cosim.bench().error(), "");
  EXPECT_EQ(cosim.difference(), "");
  EXPECT_EQ(cosim.dropped(), 0U);
  EXPECT_GT(cosim.slots(), 1'000U);
}

}  // namespace
}  // namespace wirebook::hw_sim
