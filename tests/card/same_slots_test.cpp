// Goal: the same capture with its times, and the same injected slots between its frames, make the
// same slots, punted frames and counts in either body, byte for byte. Method: random frames of all
// kinds into a pcap file; one run of it through the Verilated kernel, one through the parser in
// software; all that came out of them compared.
#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "card/pcap_frames.hpp"
#include "tests/card/bodies.hpp"
#include "tests/card/course.hpp"

namespace wirebook::card::test {
namespace {

class SameSlots : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SameSlots, testing::Values(1, 2, 3));

TEST_P(SameSlots, of_a_capture_and_a_script_in_both_bodies) {
  const std::uint64_t seed = GetParam();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const std::string capture = (std::filesystem::temp_directory_path() /
                               ("wirebook_same_slots_" + std::to_string(getpid()) + ".pcap"))
                                  .string();
  hw_sim::FrameMaker maker(seed, 20);
  write_random_capture(capture, maker, seed, 1'500);
  CardConfig config{.ring_slots = 4096, .start_sequence = seed * 4'095, .epoch = 7, .lease_ms = 0};
  config.filters = maker.config();
  const auto course = [&](std::string_view name) {
    const auto body = make_body(name, config);
    return run_course(*body, config, capture, seed);
  };
  const Course soft = course("soft");
  const Course kernel = course("kernel");
  std::filesystem::remove(capture);

  EXPECT_GT(soft.slots.size(), 3'000U);
  EXPECT_GT(soft.punted.size(), 20U);
  expect_same(kernel, soft);
}

TEST(PcapFrames, have_the_time_of_the_day_in_their_zone) {
  EXPECT_EQ(time_of_day(day_ns + 5, 0).raw, 5U);
  EXPECT_EQ(time_of_day(day_ns, 60).raw, 3'600'000'000'000U);
  EXPECT_EQ(time_of_day(day_ns, -60).raw, day_ns - 3'600'000'000'000U);
  EXPECT_EQ(time_of_day(0, -60).raw, day_ns - 3'600'000'000'000U);
}

TEST(PcapFrames, a_file_that_is_no_capture_is_refused) {
  EXPECT_THROW(static_cast<void>(make_pcap_frames("/nonexistent.pcap")), CardError);
}

}  // namespace
}  // namespace wirebook::card::test
