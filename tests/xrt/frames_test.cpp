// Goal: frames from a wire become slots in the host's memory, at the wire's times, and the report
// tells of them what is true.
// Method: a capture with a message a frame; seven cycles is what the kernel's own bench measures.

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/xrt/capture.hpp"
#include "tests/xrt/report.hpp"
#include "tests/xrt/xrt_host.hpp"

namespace wirebook::test {
namespace {

constexpr std::uint64_t frames = 200;

TEST(XrtFrames, OfACaptureComeAtTheirTimes) {
  Surroundings surroundings;
  write_capture(surroundings.file("day.pcap"), frames);
  Surroundings::set("WIREBOOK_SIM_WIRE", "pcap:" + surroundings.file("day.pcap"));
  Surroundings::set("WIREBOOK_SIM_REPORT", surroundings.file("report.json"));
  {
    XrtHost host;
    want_capture(host);
    host.write64(reg::time, day_ns - 1);  // later than the capture's: it must not count
    host.start();
    for (std::uint64_t i = 0; i < frames; ++i) {
      const Slot* slot = host.wait_for_slot();
      ASSERT_NE(slot, nullptr) << "frame " << i;
      ASSERT_EQ(slot->tail.kind, feed_kind('D'));
      ASSERT_EQ(slot->time_ns.raw, time_of(i) % day_ns) << "frame " << i;
    }
    ASSERT_TRUE(host.quiesce());
    EXPECT_EQ(host.take(), nullptr);
  }
  const std::string report = read_text(surroundings.file("report.json"));
  EXPECT_EQ(number(report, "frames_in"), frames);
  EXPECT_EQ(number(report, "slots"), frames);
  EXPECT_EQ(number(report, "frames_out"), 0U);
  EXPECT_EQ(number(report, "stray_accesses"), 0U);
  EXPECT_EQ(number(report, "dma_bytes_written"), frames * sizeof(Slot));
  EXPECT_GE(number(report, "frames"), frames / 4) << report;
  EXPECT_EQ(number(report, "min"), 7U) << report;
  EXPECT_EQ(number(report, "max"), 7U) << report;
}

TEST(XrtFrames, WaitForAHostThatIsSlow) {
  constexpr std::uint64_t many = 5 * XrtHost::ring_slots;
  Surroundings surroundings;
  write_capture(surroundings.file("day.pcap"), many);
  Surroundings::set("WIREBOOK_SIM_WIRE", "pcap:" + surroundings.file("day.pcap"));
  XrtHost host;
  want_capture(host);
  host.start();
  std::uint64_t made = 0;
  while (host.taken() < many) {  // all at once, when nothing has moved for so long …
    ASSERT_TRUE(eventually([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));  // … that buffers would be full
      const std::uint64_t before = std::exchange(made, host.read64(reg::acknowledged));
      return made > host.taken() && made == before;
    }));
    EXPECT_LE(made - host.taken(), XrtHost::ring_slots);
    for (std::uint64_t left = made - host.taken(); left > 0; --left) {
      const std::uint64_t frame = host.taken();
      const Slot* slot = host.take();
      ASSERT_NE(slot, nullptr) << "frame " << frame;
      ASSERT_EQ(slot->time_ns.raw, time_of(frame) % day_ns) << "frame " << frame;
    }
    host.give_back();
  }
  EXPECT_TRUE(host.quiesce());
  host.write(reg::snapshot, 1);
  EXPECT_EQ(host.read64(reg::events), many) << "frames admitted";
  EXPECT_EQ(host.read64(reg::events + reg::events_stride), 0U) << "frames dropped, no room";
  EXPECT_EQ(host.read64(reg::events + 2 * reg::events_stride), 0U) << "frames dropped, stopped";
}

TEST(XrtFrames, AWireThatIsNotThereIsToldByName) {
  Surroundings surroundings;
  Surroundings::set("WIREBOOK_SIM_WIRE", "telegraph");
  testing::internal::CaptureStderr();
  EXPECT_THROW(XrtHost(), std::system_error);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("WIREBOOK_SIM_WIRE"), std::string::npos) << said;
}

}  // namespace
}  // namespace wirebook::test
