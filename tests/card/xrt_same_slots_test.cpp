// Goal: a capture with its times, and a script of injected slots between its frames, leave the same
// bytes behind a simulated card as behind the parser in software: the dumps of both rings, punted
// frames and counts. Method: the whole way of a real card (the node's card, its module, XRT, the
// driver, the Verilated kernel) with the capture as its wire, against `make_soft_card`. Rings are
// small, so that they wrap. WIREBOOK_SEED repeats a run.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "hw-sim/harness/itch_frames.hpp"
#include "tests/card/course.hpp"
#include "tests/card/xrt_body.hpp"
#include "tests/recorded_day.hpp"
#include "tests/xrt/report.hpp"
#include "wire_in/mapped_file.hpp"

namespace wirebook::card::test {
namespace {

using wirebook::test::number;
using wirebook::test::read_text;

class XrtSameSlots : public testing::Test {
 protected:
  static CardConfig config_of(const wire_in::FrameIngressConfig& filters, std::uint64_t seed) {
    CardConfig config{.ring_slots = 2'048,
                      .inject_slots = 64,
                      .start_sequence = seed * 2'047,
                      .epoch = 7,
                      .lease_ms = 0};
    config.filters = filters;
    return config;
  }

  /// Both, compared. What the parser in software made.
  Course compare(const CardConfig& config, std::uint64_t seed) {
    SoftBody software(config);
    Course soft = run_course(software, config, capture, seed);
    soft.dump(folder.file("soft.slots"));
    Course kernel;
    {
      XrtBody card(config, folder);
      kernel = run_course(card, config, capture, seed);
    }
    kernel.dump(folder.file("xrt.slots"));

    expect_same(kernel, soft);
    const std::string dumped = read_text(folder.file("xrt.slots"));
    EXPECT_EQ(dumped.size(), soft.counters.slots * slot_bytes);
    EXPECT_TRUE(dumped == read_text(folder.file("soft.slots"))) << "the dumps differ";
    const std::string report = read_text(folder.file("report.json"));
    EXPECT_EQ(number(report, "frames_in"), soft.frames) << report;
    EXPECT_EQ(number(report, "stray_accesses"), 0U) << report;
    std::cout << soft.frames << " frames and " << soft.groups_injected << " groups made "
              << soft.slots.size() << " slots in a ring of " << config.ring_slots << ", "
              << soft.punted.size() << " punted\n";
    return soft;
  }

  Folder folder;
  const std::string capture = folder.file("day.pcap");
};

TEST_F(XrtSameSlots, of_random_frames) {
  const char* const given = std::getenv("WIREBOOK_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device()();
  std::cout << "WIREBOOK_SEED=" << seed << '\n';
  SCOPED_TRACE("WIREBOOK_SEED=" + std::to_string(seed));
  hw_sim::FrameMaker maker(seed, 20);
  write_random_capture(capture, maker, seed, 3'000);
  const CardConfig config = config_of(maker.config(), seed);
  const Course course = compare(config, seed);
  EXPECT_GT(course.slots.size(), config.ring_slots);
  EXPECT_GT(course.groups_injected, 100U);
  EXPECT_GT(course.punted.size(), 20U);
}

/// A packet comes when its first message was made, and on line B a little later.
TEST_F(XrtSameSlots, of_the_recorded_day) {
  const auto day = wirebook::test::recorded_day();
  if (!std::filesystem::exists(day))
    GTEST_SKIP() << "no recorded day: " << day << " is absent; WIREBOOK_DATA names its folder";
  const wire_in::MappedFile file(day.string());
  ASSERT_EQ(file.error(), "");

  constexpr std::uint64_t seed = 1;
  constexpr std::uint64_t line_b_ns = 730;
  auto filters = hw_sim::FrameMaker(seed, 0).config();
  filters.wanted.set();
  hw_sim::ItchFrames frames(file.bytes(), filters, seed);
  {
    PcapWriter writer(capture);
    std::uint64_t line = 0;
    while (const auto frame = frames.next())
      writer.add(frame->bytes,
                 19'000 * day_ns + frames.packet_time().raw + (line++ % 2) * line_b_ns);
  }
  ASSERT_EQ(frames.outcome(), Outcome::ok);
  const CardConfig config = config_of(filters, seed);
  const Course course = compare(config, seed);
  EXPECT_EQ(frames.messages(), 12'012U);
  EXPECT_GT(course.slots.size(), 5 * config.ring_slots);
  EXPECT_EQ(
      std::ranges::count_if(course.slots, [](const Slot& slot) { return is_feed(slot.tail.kind); }),
      12'012);
}

}  // namespace
}  // namespace wirebook::card::test
