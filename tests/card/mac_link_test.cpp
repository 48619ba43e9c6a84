// Goal: what the MAC's registers say of the link is told in right words, and a MAC that is not ours
// is named, not misread. Method: registers as an array, set to each state that board/README.md
// tells apart.
#include "card/mac_link.hpp"

#include <initializer_list>
#include <string>

#include <gtest/gtest.h>

#include "tests/card/mac_registers_array.hpp"

namespace wirebook::card::test {
namespace {

namespace reg = mac_registers;

class MacLinkTest : public testing::Test {
 protected:
  MacLink read() {
    MacArrayReader reader(mac);
    return read_mac_link(reader);
  }
  std::vector<std::string> text() { return describe(read()); }
  std::string refusal() {
    try {
      static_cast<void>(read());
    } catch (const CardError& error) {
      return error.what();
    }
    return "no refusal";
  }
  /// The state of a link that is down, and how its first line begins.
  void expect_down(std::uint32_t status, std::uint32_t lanes, const std::string& begin) {
    mac.set(reg::status, status);
    mac.set(reg::lanes, lanes);
    EXPECT_FALSE(read().up);
    EXPECT_EQ(text().front().substr(0, begin.size()), begin);
  }

  MacArray mac;
};

TEST_F(MacLinkTest, up) {
  const MacLink link = read();
  EXPECT_TRUE(link.up);
  EXPECT_TRUE(link.aligned);
  EXPECT_TRUE(link.fec_on);
  EXPECT_FALSE(link.remote_fault);
  EXPECT_EQ(text()[0], "up");
  EXPECT_EQ(text()[1],
            "aligned, 20 of 20 lanes in sync; 4 of 4 RS-FEC lanes, aligned; "
            "status 0x0000f047, lanes 0x00ffffff");
}

TEST_F(MacLinkTest, counts_with_both_halves) {
  mac.set64(reg::fec_codewords, 0x1'0000'0001);
  mac.set64(reg::fec_corrected, 2);
  mac.set64(reg::fec_uncorrected, 3);
  mac.set64(reg::rx_frames, 0x4'0000'0005);
  mac.set64(reg::rx_bad, 6);
  mac.set64(reg::rx_dropped, 7);
  mac.set64(reg::tx_frames, 8);
  mac.set64(reg::tx_dropped, 9);
  mac.set64(reg::link_losses, 10);
  const std::vector<std::string> lines = text();
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[2], "RS-FEC: 4294967297 codewords, 2 corrected, 3 uncorrected");
  EXPECT_EQ(lines[3],
            "MAC: 17179869189 frames received, 6 bad; "
            "7 lost between MAC and kernel (rx_dropped)");
  EXPECT_EQ(lines[4], "MAC: 8 frames sent; 9 dropped while the link was down (tx_dropped)");
  EXPECT_EQ(lines[5], "link losses: 10");
}

TEST_F(MacLinkTest, faults_of_ours_are_told_only_where_there_are_any) {
  EXPECT_EQ(text().size(), 6U);
  mac.set64(reg::tx_underflows, 1);
  EXPECT_EQ(text().back(), "tx_underflows 1, tx_overflows 0: a fault of ours, please tell");
  mac.set64(reg::tx_underflows, 0);
  mac.set64(reg::tx_overflows, 2);
  EXPECT_EQ(text().back(), "tx_underflows 0, tx_overflows 2: a fault of ours, please tell");
}

TEST_F(MacLinkTest, down_says_what_comes_first) {
  expect_down(0xF000, 0, "down: no lane is in sync: the other end sends nothing, or no RS-FEC");
  expect_down(0xF000, 0xF'FFFF, "down: only some lanes are in sync");
  expect_down(0xF000, 0xFF'FFFF, "down: lanes are in sync, but not aligned");
  expect_down(0xF046, 0xFF'FFFF, "down: aligned, but no frames flow yet");
  expect_down(0xF100, 0, "down: receiver in reset");
  expect_down(0xF200, 0, "down: transmitter in reset");
  expect_down(0xF300, 0, "down: receiver and transmitter in reset");
  expect_down(0xB000, 0, "down: only 3 of 4 transceivers have power");
  expect_down(0xF008, 0xF'FFFF, "down: only some lanes are in sync: module or cable; local fault");
}

TEST_F(MacLinkTest, partly_in_sync) {
  expect_down(0xF000, 0x70'0FFF, "down: only some lanes are in sync: module or cable");
  EXPECT_EQ(text()[1],
            "not aligned, 12 of 20 lanes in sync; 3 of 4 RS-FEC lanes, not aligned; "
            "status 0x0000f000, lanes 0x00700fff");
}

TEST_F(MacLinkTest, remote_fault_is_told_of_a_link_that_is_up) {
  mac.set(reg::status, 0xF047 | 1 << 4);
  EXPECT_EQ(text()[0], "up; remote fault: the other end does not hear us");
  mac.set(reg::status, 0xF047 | 1 << 5);
  EXPECT_EQ(text()[0], "up; high bit error rate");
  mac.set(reg::status, 0xF047 | 1 << 7);
  EXPECT_EQ(text()[0], "up; RS-FEC: high symbol error rate");
}

TEST_F(MacLinkTest, without_a_clock_what_it_froze_is_not_told) {
  mac.clock_runs = false;
  expect_down(0xF056, 0xFF'FFFF, "down: the MAC's clock stands still");
  EXPECT_EQ(text()[0].find("remote"), std::string::npos) << text()[0];
  EXPECT_EQ(text()[1], "lanes not known without a clock; status 0x0000f056");
}

TEST_F(MacLinkTest, settings) {
  mac.set(reg::control, 1);
  EXPECT_EQ(text()[0], "up; in loopback: the transceivers send to themselves");
  mac.set(reg::control, 2);
  mac.set(reg::lanes, 0xF'FFFF);
  const std::vector<std::string> lines = text();
  EXPECT_EQ(lines[0], "up");
  EXPECT_EQ(lines[1],
            "aligned, 20 of 20 lanes in sync; RS-FEC off; status 0x0000f047, lanes 0x000fffff");
  EXPECT_EQ(lines[2].substr(0, 4), "MAC:") << "no counts of what is off";
  expect_down(0xF000, 0, "down: no lane is in sync: the other end sends nothing, or with RS-FEC");
}

TEST_F(MacLinkTest, another_mac_is_named_not_misread) {
  mac.set(reg::version, 7);
  EXPECT_EQ(refusal(),
            "the MAC has version 7 of its registers, this program knows version 1: "
            "build image and program from the same source");
  mac.set(reg::identity, 0x1234);
  EXPECT_NE(refusal().find("calls itself 0x00001234, not 0x57424D43"), std::string::npos);
  mac.lost = true;
  EXPECT_NE(refusal().find("does not answer"), std::string::npos);
}

TEST_F(MacLinkTest, a_card_that_is_lost_on_the_way_gives_no_counts) {
  mac.reads_until_lost = 12;
  EXPECT_NE(refusal().find("does not answer"), std::string::npos);
}

}  // namespace
}  // namespace wirebook::card::test
