// The same capture and script through any body, and everything that comes out.
//
// Shapes: the frames of the file at its times; after about one in eight of them a group of the
// host's is injected, at its time. A seed draws which. Threads: one. Errors: GoogleTest's; a body
// that hangs throws.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "card/pcap_frames.hpp"
#include "hw-sim/harness/frame_maker.hpp"
#include "hw-sim/harness/slot_difference.hpp"
#include "tests/card/host.hpp"
#include "tests/card/pcap_writer.hpp"
#include "tests/card/soft_body.hpp"

namespace wirebook::card::test {

inline constexpr std::uint64_t day_ns = 86'400'000'000'000;
inline constexpr std::uint64_t open_ns = 34'200'000'000'000;

struct Course {
  std::vector<Slot> slots;
  std::vector<std::vector<std::byte>> punted;
  CardCounters counters;
  std::uint64_t frames = 0;
  std::uint64_t groups_injected = 0;

  /// As they lay in the ring.
  void dump(const std::string& path) const {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(slots.data()),
               static_cast<std::streamsize>(slots.size() * slot_bytes));
  }
};

inline Course run_course(Body& body, const CardConfig& config, const std::string& capture,
                         std::uint64_t seed) {
  Host host(body.card(), config);
  body.start({open_ns});
  const auto frames = make_pcap_frames(capture);
  std::mt19937_64 random(seed);
  Course result;
  TimeNs now{open_ns};
  const auto take = [&] {
    host.take_and_give_back();
    for (auto punted = body.card().punted(); !punted.empty(); punted = body.card().punted()) {
      result.punted.emplace_back(punted.begin(), punted.end());
      body.card().release_punted();
    }
  };
  while (const FrameSource::Frame* frame = frames->next(now)) {
    now = frame->time_ns;
    body.receive(frame->bytes, now);
    ++result.frames;
    const bool injects = random() % 8 == 0;
    if (injects || result.frames % 16 == 0)
      body.settle(now);
    if (injects) {
      const auto extensions = static_cast<std::uint8_t>(random() % 3);
      std::vector<Slot> group(1U + extensions, host_slot(SlotKind::extension, 0, result.frames));
      group[0] = host_slot(SlotKind::instrument, extensions, result.frames);
      host.inject(group);
      ++result.groups_injected;
      body.settle(now);
    }
    take();
  }
  body.settle(now);
  EXPECT_EQ(body.card().taken(), host.injected());
  EXPECT_TRUE(body.card().quiesce());
  take();
  EXPECT_EQ(host.error, "");
  result.slots = std::move(host.slots);
  result.counters = body.card().counters();
  return result;
}

inline void expect_same(const Course& kernel, const Course& soft) {
  ASSERT_EQ(kernel.slots.size(), soft.slots.size());
  for (std::size_t i = 0; i < soft.slots.size(); ++i)
    ASSERT_EQ(hw_sim::difference_of(kernel.slots[i], soft.slots[i]), "") << "slot " << i;
  ASSERT_EQ(kernel.punted.size(), soft.punted.size());
  for (std::size_t i = 0; i < soft.punted.size(); ++i)
    ASSERT_EQ(hw_sim::hex(kernel.punted[i]), hw_sim::hex(soft.punted[i])) << "punted frame " << i;
  for (std::size_t i = 0; i < outcome_count; ++i)
    EXPECT_EQ(kernel.counters.outcomes.count[i], soft.counters.outcomes.count[i])
        << to_string(static_cast<Outcome>(i));
  EXPECT_EQ(kernel.counters.frames_admitted, soft.counters.frames_admitted);
  EXPECT_EQ(kernel.counters.slots, soft.counters.slots);
  EXPECT_EQ(kernel.counters.slots, soft.slots.size());
  EXPECT_EQ(kernel.counters.punted, soft.punted.size());
  EXPECT_EQ(kernel.counters.frames_dropped_full, 0U);
}

/// Frames of all kinds. Some come at the time of the one before, some seem to be older.
inline void write_random_capture(const std::string& path, hw_sim::FrameMaker& maker,
                                 std::uint64_t seed, int frames) {
  PcapWriter writer(path);
  std::mt19937_64 random(seed);
  std::uint64_t time_ns = 19'000 * day_ns + open_ns + 1'000'000;
  for (int i = 0; i < frames; ++i) {
    if (random() % 8 != 0)
      time_ns += random() % 50'000;
    writer.add(maker.next().bytes, time_ns - (random() % 16 == 0 ? random() % 100'000 : 0));
  }
}

}  // namespace wirebook::card::test
