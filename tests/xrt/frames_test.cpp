// Goal: frames from a wire become slots in the host's memory, at the wire's times, and the report
// tells of them what is true.
// Method: a capture with a message a frame; seven cycles is what the kernel's own bench measures.

#include <fstream>
#include <regex>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/wire_in/capture_bytes.hpp"
#include "tests/wire_in/frame_bytes.hpp"
#include "tests/xrt/xrt_host.hpp"

namespace wirebook::test {
namespace {

using namespace wire_in::test;

constexpr std::uint32_t group = 0xEF01'0203;
constexpr std::uint16_t port = 26'400;
constexpr std::uint64_t frames = 200;
constexpr std::uint64_t day_ns = 86'400'000'000'000;
constexpr std::uint64_t first_ns = 20'000 * day_ns + 34'200'000'000'000;

/// Uneven, and now and then none at all.
std::uint64_t time_of(std::uint64_t frame) { return first_ns + frame / 3 * 1'234'567; }

WireBytes capture() {
  std::vector<TestCapture> captured;
  for (std::uint64_t i = 0; i < frames; ++i)
    captured.push_back(
        {time_of(i), udp_frame({.destination_address = group, .destination_port = port},
                               mold_packet(i + 1, {itch_delete(i + 1)}))});
  return pcap_file(captured, PcapForm::nano);
}

std::uint64_t number(const std::string& report, const std::string& name) {
  std::smatch match;
  if (!std::regex_search(report, match, std::regex("\"" + name + "\": ([0-9]+)")))
    throw std::runtime_error("no " + name + " in " + report);
  return std::stoull(match[1]);
}

TEST(XrtFrames, OfACaptureComeAtTheirTimes) {
  Surroundings surroundings;
  const WireBytes file = capture();
  const Bytes bytes = file;
  std::ofstream(surroundings.file("day.pcap"), std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  Surroundings::set("WIREBOOK_SIM_WIRE", "pcap:" + surroundings.file("day.pcap"));
  Surroundings::set("WIREBOOK_SIM_REPORT", surroundings.file("report.json"));
  {
    XrtHost host;
    host.write(reg::filter_address, group);
    host.write(reg::filter_port, 1U << 16 | port);
    for (std::uint32_t word = 0; word < 2'048; ++word) {
      host.write(reg::locate_word, word);
      host.write(reg::locate_bits, ~0U);
    }
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
  std::ostringstream text;
  text << std::ifstream(surroundings.file("report.json")).rdbuf();
  const std::string report = text.str();
  EXPECT_EQ(number(report, "frames_in"), frames);
  EXPECT_EQ(number(report, "slots"), frames);
  EXPECT_EQ(number(report, "frames_out"), 0U);
  EXPECT_EQ(number(report, "stray_accesses"), 0U);
  EXPECT_EQ(number(report, "dma_bytes_written"), frames * sizeof(Slot));
  EXPECT_GE(number(report, "frames"), frames / 4) << report;
  EXPECT_EQ(number(report, "min"), 7U) << report;
  EXPECT_EQ(number(report, "max"), 7U) << report;
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
