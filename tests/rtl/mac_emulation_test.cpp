// Goal: in hardware emulation, what the kernel sends comes back to it whole, and the host tells the
// link as it is. Method: the MAC kernel with a loop in the place of its core, one clock.
#include <algorithm>
#include <cstdint>
#include <deque>

#include <gtest/gtest.h>

#include "Vmac_emulation.h"
#include "card/mac_link.hpp"
#include "hw-sim/harness/axi_lite_master.hpp"
#include "include/wirebook/mac_registers.hpp"

namespace {

namespace registers = wirebook::mac_registers;

class MacEmulation : public testing::Test {
 protected:
  void step() {
    host.drive(dut);
    dut.ap_clk = 0;
    dut.eval();
    host.sample(dut);
    if (dut.m_axis_rx_tvalid && dut.m_axis_rx_tready)
      received.push_back(dut.m_axis_rx_tdata[0] * 2 + dut.m_axis_rx_tlast);
    dut.ap_clk = 1;
    dut.eval();
  }

  /// Until its link is up.
  void start() {
    dut.m_axis_rx_tready = 1;
    dut.ap_rst_n = 0;
    for (int i = 0; i < 10; ++i)
      step();
    dut.ap_rst_n = 1;
    for (int i = 0; i < 1'000 && (read(registers::status) & 1) == 0; ++i)
      step();
  }

  std::uint32_t read(std::uint32_t address) {
    std::uint32_t value = 0;
    host.read(address, [&](std::uint32_t answer) { value = answer; });
    for (int i = 0; i < 100 && !host.idle(); ++i)
      step();
    EXPECT_TRUE(host.idle());
    return value;
  }

  /// As the host reads it.
  class Reader final : public wirebook::card::RegisterReader {
   public:
    explicit Reader(MacEmulation& mac) : mac_(&mac) {}
    std::uint32_t read(std::uint32_t offset) noexcept override { return mac_->read(offset); }

   private:
    MacEmulation* mac_;
  };

  Vmac_emulation dut;
  wirebook::hw_sim::AxiLiteMaster<Vmac_emulation> host;
  std::deque<std::uint32_t> received;  // the first word of each beat, and whether it was the last
};

TEST_F(MacEmulation, what_is_sent_comes_back) {
  start();
  ASSERT_EQ(read(registers::status) & 0x43, 0x43U);  // up, aligned, RS-FEC
  EXPECT_EQ(read(registers::identity), registers::identity_value);

  std::deque<std::uint32_t> sent;
  for (std::uint32_t number = 1; number <= 200;) {
    dut.s_axis_tx_tvalid = 1;
    dut.s_axis_tx_tdata[0] = number;
    dut.s_axis_tx_tkeep = ~0ULL;
    dut.s_axis_tx_tlast = number % 3 == 0 || number == 200;
    dut.eval();
    const bool taken = dut.s_axis_tx_tready;
    step();
    if (taken)
      sent.push_back(number++ * 2 + dut.s_axis_tx_tlast);
  }
  dut.s_axis_tx_tvalid = 0;
  for (int i = 0; i < 500; ++i)
    step();
  EXPECT_EQ(received, sent);
  EXPECT_EQ(read(registers::rx_frames), read(registers::tx_frames));
  EXPECT_EQ(read(registers::rx_dropped), 0U);
}

TEST_F(MacEmulation, the_host_tells_its_link) {
  Reader reader(*this);
  start();
  const wirebook::card::MacLink link = wirebook::card::read_mac_link(reader);
  EXPECT_EQ(wirebook::card::describe(link).front(), "up");
  EXPECT_TRUE(link.clock_runs);
  EXPECT_TRUE(link.powered);
  EXPECT_TRUE(link.aligned && link.fec_on && link.fec_aligned);
  EXPECT_EQ(link.tx_dropped, 0U);
  EXPECT_EQ(link.rx_frames, link.tx_frames);
  host.write(registers::restart, 1);
  EXPECT_EQ(read(registers::identity), registers::identity_value);
  const wirebook::card::MacLink later = wirebook::card::read_mac_link(reader);
  EXPECT_FALSE(later.up);
  EXPECT_EQ(later.link_losses, link.link_losses + 1);
}

}  // namespace
