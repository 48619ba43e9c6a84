// Goal: a host program that knows XRT only finds in the simulated card what it would on a card.
// Method: registers, slots and buffers through xrt::device, xrt::ip and xrt::bo.

#include <string>

#include <gtest/gtest.h>

#include "tests/xrt/report.hpp"
#include "tests/xrt/xrt_host.hpp"

namespace wirebook::test {
namespace {

class XrtCard : public testing::Test {
 protected:
  Surroundings surroundings;
};

TEST_F(XrtCard, SaysWhatItIs) {
  XrtHost host;
  EXPECT_EQ(host.read(reg::identity), reg::identity_value);
  EXPECT_EQ(host.read(reg::version), reg::map_version);
  EXPECT_EQ(host.read(reg::state), idle);
  const auto name = host.device().get_info<xrt::info::device::name>();
  EXPECT_NE(name.find("simulated"), std::string::npos) << name;
  EXPECT_EQ(host.device().get_info<xrt::info::device::max_clock_frequency_mhz>(), 300U);
}

TEST_F(XrtCard, RegistersKeepWhatIsWritten) {
  XrtHost host;
  for (std::uint32_t i = 0; i < reg::filter_address_count; ++i)
    host.write(reg::filter_address + i * reg::filter_address_stride, 0x0A00'0000 + i);
  for (std::uint32_t i = 0; i < reg::filter_address_count; ++i)
    EXPECT_EQ(host.read(reg::filter_address + i * reg::filter_address_stride), 0x0A00'0000 + i);
}

TEST_F(XrtCard, InjectedSlotsAppearInTheHostsOwnMemory) {
  XrtHost host;
  host.start();
  ASSERT_TRUE(eventually([&] { return host.read(reg::state) == running; }));
  constexpr std::uint64_t slots = 3 * XrtHost::ring_slots;  // three laps
  for (std::uint64_t i = 0; i < slots; ++i) {
    ASSERT_TRUE(host.inject(numbered_clock_slot(i)));
    if (i % 32 != 31)
      continue;
    for (std::uint64_t k = i - 31; k <= i; ++k) {
      const Slot* slot = host.wait_for_slot();
      ASSERT_NE(slot, nullptr) << "slot " << k;
      ASSERT_EQ(slot->tail.kind, SlotKind::clock);
      ASSERT_EQ(slot->admin.match_number, k);
    }
    host.give_back();
  }
  EXPECT_TRUE(host.quiesce());
  EXPECT_EQ(host.read(reg::state), quiesced);
  EXPECT_EQ(host.read64(reg::acknowledged), slots);
}

TEST_F(XrtCard, StopsWhenItsHostGivesNoSign) {
  XrtHost host;
  host.start(500'000);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(host.inject(numbered_clock_slot(0)));
    ASSERT_NE(host.wait_for_slot(), nullptr);
    host.write(reg::heartbeat, 1);
  }
  EXPECT_EQ(host.read(reg::state), running);
  EXPECT_TRUE(eventually([&] { return host.read(reg::state) == lease_expired; }));
}

TEST_F(XrtCard, CountsWhatHitsNoMemory) {
  constexpr std::uint32_t bad_response = 6;
  Surroundings::set("WIREBOOK_SIM_REPORT", surroundings.file("report.json"));
  {
    XrtHost host;
    host.start();
    ASSERT_TRUE(host.inject(numbered_clock_slot(0)));
    ASSERT_NE(host.wait_for_slot(), nullptr);
    host.free_ring();
    ASSERT_TRUE(host.inject(numbered_clock_slot(1)));
    EXPECT_TRUE(eventually([&] { return host.read(reg::state) == bad_response; }));
  }
  const std::string report = read_text(surroundings.file("report.json"));
  EXPECT_EQ(number(report, "stray_accesses"), 1U) << report;
  EXPECT_EQ(number(report, "slots"), 2U) << report;
}

TEST_F(XrtCard, WritesWavesOrSaysWhatItTakes) {
  const std::string waves = surroundings.file("kernel.fst");
  Surroundings::set("WIREBOOK_SIM_WAVES", waves);
  testing::internal::CaptureStderr();
  {
    XrtHost host;
    EXPECT_EQ(host.read(reg::identity), reg::identity_value);
  }
  const std::string said = testing::internal::GetCapturedStderr();
  if (std::filesystem::exists(waves))
    EXPECT_GT(std::filesystem::file_size(waves), 1'000U);
  else
    EXPECT_NE(said.find("-DWIREBOOK_WAVES=ON"), std::string::npos) << said;
}

}  // namespace
}  // namespace wirebook::test
