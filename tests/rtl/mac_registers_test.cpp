// Goal: every address of the MAC's window answers, says what the map says, and only whole words
// change anything. Method: all 1,024 words, written and read, against the generated header.
#include "include/wirebook/mac_registers.hpp"

#include <cstdint>
#include <initializer_list>
#include <map>

#include <gtest/gtest.h>

#include "Vmac_registers.h"
#include "hw-sim/harness/axi_lite_master.hpp"

namespace {

namespace registers = wirebook::mac_registers;

constexpr std::uint32_t first_counter = registers::mac_cycles;
constexpr std::uint32_t last_counter = registers::tx_dropped;

class MacRegisters : public testing::Test {
 protected:
  MacRegisters() {
    dut.rst_i = 1;
    run(4);
    dut.rst_i = 0;
    dut.status_i = 0x1234'5678;
    dut.lanes_i = 0x9ABC'DEF0;
    for (std::uint32_t i = 0; i <= (last_counter + 4 - first_counter) / 4; ++i)
      dut.counters_i[i] = 0x1000'0000 + i;
  }

  void run(int cycles) {
    for (int i = 0; i < cycles; ++i) {
      host.drive(dut);
      dut.s_axi_control_wstrb = strobes;
      dut.clk_i = 0;
      dut.eval();
      host.sample(dut);
      restarts += dut.restart_o;
      dut.clk_i = 1;
      dut.eval();
    }
  }
  std::uint32_t read(std::uint32_t address) {
    std::uint32_t value = 0;
    host.read(address, [&](std::uint32_t answer) { value = answer; });
    run(16);
    EXPECT_TRUE(host.idle()) << address;
    return value;
  }
  void write(std::uint32_t address, std::uint32_t value) {
    host.write(address, value);
    run(16);
    EXPECT_TRUE(host.idle()) << address;
  }

  Vmac_registers dut;
  wirebook::hw_sim::AxiLiteMaster<Vmac_registers> host;
  int restarts = 0;
  CData strobes = 0xF;
};

TEST_F(MacRegisters, every_word_is_what_the_map_says) {
  std::map<std::uint32_t, std::uint32_t> expected{
      {registers::identity, registers::identity_value},
      {registers::version, registers::map_version},
      {registers::status, 0x1234'5678},
      {registers::lanes, 0x9ABC'DEF0},
  };
  for (std::uint32_t address = first_counter; address < last_counter + 8; address += 4)
    expected[address] = 0x1000'0000 + (address - first_counter) / 4;
  for (std::uint32_t address = 0; address < 4'096; address += 4)
    ASSERT_EQ(read(address), expected[address]) << address;
}

TEST_F(MacRegisters, the_low_half_latches_the_high_one) {
  read(registers::rx_dropped);
  dut.counters_i[2 * (registers::rx_dropped - first_counter) / 8 + 1] = 7;
  read(registers::status);
  EXPECT_EQ(read(registers::rx_dropped + 4), 0x1000'0000 + 7U);
  read(registers::rx_dropped);
  EXPECT_EQ(read(registers::rx_dropped + 4), 7U);
}

TEST_F(MacRegisters, only_control_and_restart_do_anything_and_only_whole) {
  for (const CData bytes : std::initializer_list<CData>{0x0, 0x1, 0x7, 0xE}) {
    strobes = bytes;
    write(registers::control, 3);
    write(registers::restart, 1);
  }
  EXPECT_EQ(restarts, 0);
  strobes = 0xF;
  for (std::uint32_t address = 0; address < 4'096; address += 4)
    if (address != registers::control && address != registers::restart)
      write(address, 0xFFFF'FFFF);
  EXPECT_EQ(restarts, 0);
  EXPECT_EQ(read(registers::control), 0U);

  write(registers::control, 1);
  EXPECT_TRUE(dut.loopback_o);
  EXPECT_FALSE(dut.fec_off_o);
  EXPECT_EQ(restarts, 1);
  write(registers::control, 0xFFFF'FFFE);
  EXPECT_FALSE(dut.loopback_o);
  EXPECT_TRUE(dut.fec_off_o);
  EXPECT_EQ(read(registers::control), 2U);
  EXPECT_EQ(restarts, 2);
  write(registers::restart, 0);
  EXPECT_EQ(read(registers::control), 2U);
  EXPECT_EQ(restarts, 3);
}

}  // namespace
