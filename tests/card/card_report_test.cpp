// Goal: `card info` tells the MAC's link where the image has a MAC, and what frames tell where it
// has none, or one that cannot be read. Method: a bus whose registers are an array.
#include "node/on_card/card_report.hpp"

#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "wirebook/card_registers.hpp"

#include "tests/card/mac_registers_array.hpp"

namespace wirebook::card::test {
namespace {

constexpr const char* by_frames = "\nlink          no frame was seen; the kernel sees frames only";

class ArrayBus final : public Bus {
 public:
  std::uint32_t read(std::uint32_t offset) noexcept override {
    switch (offset) {
      case card_registers::identity:
        return card_registers::identity_value;
      case card_registers::version:
        return card_registers::map_version;
      default:
        return 0;
    }
  }
  void write(std::uint32_t, std::uint32_t) noexcept override {}
  DmaMemory allocate(std::size_t bytes) override {
    memory_ = std::make_unique<Page[]>(bytes / sizeof(Page));
    return {.bytes = {memory_[0].bytes, bytes}, .bus_address = 4096};
  }
  [[nodiscard]] BusInfo info() override { return {}; }
  [[nodiscard]] std::unique_ptr<RegisterReader> open_mac() override {
    if (!refusal.empty())
      throw CardError(refusal);
    return mac == nullptr ? nullptr : std::make_unique<MacArrayReader>(*mac);
  }

  MacArray* mac = nullptr;
  std::string refusal;

 private:
  struct alignas(4096) Page {
    std::byte bytes[4096];
  };
  std::unique_ptr<Page[]> memory_;
};

void expect_in(const std::string& report, const std::string& part) {
  EXPECT_NE(report.find(part), std::string::npos) << "\"" << part << "\" is not in: " << report;
}

TEST(CardReport, tells_of_frames_where_there_is_no_mac) {
  ArrayBus bus;
  const std::string report = node::card_report(bus);
  expect_in(report, by_frames);
  EXPECT_EQ(report.find("MAC"), std::string::npos) << report;
}

TEST(CardReport, tells_the_link_of_the_mac) {
  ArrayBus bus;
  MacArray mac;
  mac.set64(mac_registers::rx_dropped, 41);
  mac.set64(mac_registers::tx_dropped, 42);
  bus.mac = &mac;
  const std::string report = node::card_report(bus);
  expect_in(report, "\nlink          up\n              aligned, 20 of 20 lanes in sync");
  expect_in(report, "41 lost between MAC and kernel (rx_dropped)");
  expect_in(report, "42 dropped while the link was down (tx_dropped)");
  expect_in(report, "\nframes        0 admitted");
  EXPECT_EQ(report.find("no frame was seen"), std::string::npos) << report;
}

TEST(CardReport, goes_on_where_the_mac_cannot_be_read) {
  ArrayBus bus;
  MacArray mac;
  mac.set(mac_registers::version, 9);
  bus.mac = &mac;
  std::string report = node::card_report(bus);
  expect_in(report, by_frames);
  expect_in(report, "\n              the MAC has version 9 of its registers");
  expect_in(report, "\njournal       ");
  bus.refusal = "somebody else has it";
  report = node::card_report(bus);
  expect_in(report, by_frames);
  expect_in(report, "\n              somebody else has it\n");
}

}  // namespace
}  // namespace wirebook::card::test
