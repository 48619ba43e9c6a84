// Goal: the recorded day gives the same slots in the kernel and in software. Method: its messages
// in MoldUDP64 frames on both lines, slot for slot and count for count.
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "hw-sim/harness/cosim.hpp"
#include "hw-sim/harness/itch_frames.hpp"
#include "tests/recorded_day.hpp"
#include "wire_in/mapped_file.hpp"

namespace wirebook::hw_sim {
namespace {

TEST(CosimRecorded, the_day_gives_the_same_slots) {
  const auto path = test::recorded_day();
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "no recorded day: " << path << " is absent; WIREBOOK_DATA names its folder";
  const wire_in::MappedFile file(path.string());
  ASSERT_EQ(file.error(), "");

  for (const std::uint64_t seed : {1U, 2U}) {
    const bool is_slow = seed == 2;
    auto config = FrameMaker(seed, 0).config();
    config.wanted.set();
    ItchFrames frames(file.bytes(), config, seed);
    AxiMemoryOptions memory{};
    if (is_slow)
      memory = {.stall_percent = 30, .latency_cycles = 200, .jitter_cycles = 200};
    Cosim cosim({.seed = seed, .rate = 13'327'283'520, .memory = memory}, config);
    std::map<char, int> by_type;
    cosim.on_compare = [&](Slot& kernel, Slot&) { ++by_type[itch_type(kernel.tail.kind)]; };
    while (cosim.good()) {
      const auto frame = frames.next();
      if (!frame)
        break;
      cosim.send(*frame);
      cosim.idle((1U + is_slow) * frame->bytes.size() / 14);
    }
    cosim.finish();
    EXPECT_EQ(frames.outcome(), Outcome::ok);
    EXPECT_EQ(cosim.bench().error(), "");
    EXPECT_EQ(cosim.difference(), "") << "seed " << seed;
    EXPECT_EQ(cosim.dropped(), 0U);
    EXPECT_EQ(cosim.slots(), 12'012U);
    const std::map<char, int> expected{{'A', 4997}, {'P', 5000}, {'D', 1745}, {'E', 198}, {'X', 45},
                                       {'U', 12},   {'S', 6},    {'R', 3},    {'H', 3},   {'F', 3}};
    EXPECT_EQ(by_type, expected);
  }
}

}  // namespace
}  // namespace wirebook::hw_sim
