// Goal: the same capture with its times, and the same injected slots between its frames, make the
// same slots, punted frames and counts in either body, byte for byte. Method: random frames of all
// kinds into a pcap file; one run of it through the Verilated kernel, one through the parser in
// software; all that came out of them compared.
#include <filesystem>
#include <random>

#include <gtest/gtest.h>
#include <unistd.h>

#include "card/pcap_frames.hpp"
#include "hw-sim/harness/cosim.hpp"
#include "hw-sim/harness/frame_maker.hpp"
#include "tests/card/bodies.hpp"
#include "tests/card/pcap_writer.hpp"

namespace wirebook::card::test {
namespace {

constexpr std::uint64_t day_ns = 86'400'000'000'000;
constexpr std::uint64_t open_ns = 34'200'000'000'000;

struct Course {
  std::vector<Slot> slots;
  std::vector<std::vector<std::byte>> punted;
  CardCounters counters;
};

/// Every eighth frame or so a group is injected before it, at its time.
Course run(std::string_view name, const CardConfig& config, const std::string& capture,
           std::uint64_t seed) {
  const auto body = make_body(name, config);
  Host host(body->card(), config);
  body->start({open_ns});
  const auto frames = make_pcap_frames(capture);
  std::mt19937_64 random(seed);
  Course result;
  TimeNs now{open_ns};
  for (std::uint64_t number = 0; const FrameSource::Frame* frame = frames->next(now); ++number) {
    now = frame->time_ns;
    if (random() % 8 == 0) {
      const auto extensions = static_cast<std::uint8_t>(random() % 3);
      std::vector<Slot> group(1U + extensions, host_slot(SlotKind::extension, 0, number));
      group[0] = host_slot(SlotKind::instrument, extensions, number);
      body->settle(now);
      host.inject(group);
      body->settle(now);
    }
    body->receive(frame->bytes, now);
    if (number % 16 == 0)
      body->settle(now);
    host.take_and_give_back();
    for (auto punted = body->card().punted(); !punted.empty(); punted = body->card().punted()) {
      result.punted.emplace_back(punted.begin(), punted.end());
      body->card().release_punted();
    }
  }
  body->settle(now);
  host.take_and_give_back();
  EXPECT_EQ(host.error, "");
  EXPECT_EQ(body->card().taken(), host.injected());
  result.slots = std::move(host.slots);
  result.counters = body->card().counters();
  return result;
}

class SameSlots : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SameSlots, testing::Values(1, 2, 3));

TEST_P(SameSlots, of_a_capture_and_a_script_in_both_bodies) {
  const std::uint64_t seed = GetParam();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const std::string capture = (std::filesystem::temp_directory_path() /
                               ("wirebook_same_slots_" + std::to_string(getpid()) + ".pcap"))
                                  .string();
  hw_sim::FrameMaker maker(seed, 20);
  {
    PcapWriter writer(capture);
    std::mt19937_64 random(seed);
    std::uint64_t time_ns = 19'000 * day_ns + open_ns;
    for (int i = 0; i < 1'500; ++i)
      writer.add(maker.next().bytes, time_ns += 1 + random() % 50'000);
  }
  CardConfig config{.ring_slots = 4096, .start_sequence = seed * 4'095, .epoch = 7, .lease_ms = 0};
  config.filters = maker.config();
  const Course soft = run("soft", config, capture, seed);
  const Course kernel = run("kernel", config, capture, seed);
  std::filesystem::remove(capture);

  ASSERT_GT(soft.slots.size(), 3'000U);
  ASSERT_GT(soft.punted.size(), 20U);
  ASSERT_EQ(kernel.slots.size(), soft.slots.size());
  for (std::size_t i = 0; i < soft.slots.size(); ++i)
    ASSERT_EQ(hw_sim::difference_of(kernel.slots[i], soft.slots[i]), "") << "slot " << i;
  EXPECT_EQ(kernel.punted, soft.punted);

  for (std::size_t i = 0; i < outcome_count; ++i)
    EXPECT_EQ(kernel.counters.outcomes.count[i], soft.counters.outcomes.count[i])
        << to_string(static_cast<Outcome>(i));
  EXPECT_EQ(kernel.counters.frames_admitted, soft.counters.frames_admitted);
  EXPECT_EQ(kernel.counters.slots, soft.counters.slots);
  EXPECT_EQ(kernel.counters.slots, soft.slots.size());
  EXPECT_EQ(kernel.counters.punted, soft.punted.size());
  EXPECT_EQ(kernel.counters.frames_dropped_full, 0U);
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
