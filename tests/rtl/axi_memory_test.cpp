// Goal: host memory of the benches tells of whatever a master changes while it waits, be it one bit
// of any signal, and of nothing else. Method: channels driven by hand against a memory that is
// never ready, one bit turned at a time.
#include "hw-sim/harness/axi_memory.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "host_port.hpp"

namespace wirebook::rtl {
namespace {

/// All signals that the kernel has.
struct Port : AxiPort {
  CData m_axi_awsize = 6, m_axi_awburst = 1, m_axi_arsize = 6, m_axi_arburst = 1;
  QData m_axi_wstrb = ~QData{0};
};

constexpr std::uint64_t base = 0x1000;

/// Turns each of `bits` bits of a waiting payload in a memory of its own, in the second cycle of
/// waiting or in the fourth.
void expect_each_bit_told(const std::string& channel, std::size_t bits,
                          const std::function<void(Port&)>& show,
                          const std::function<void(Port&, std::size_t)>& turn) {
  for (const int waits : {1, 3})
    for (std::size_t bit = 0; bit < bits; ++bit) {
      hw_sim::AxiMemory<Port> memory(base, 0x1000, {.stall_percent = 100}, 1);
      Port port;
      show(port);
      for (int i = 0; i < waits; ++i) {
        memory.drive(port);
        memory.sample(port);
      }
      ASSERT_EQ(memory.error(), "") << channel;
      turn(port, bit);
      memory.drive(port);
      memory.sample(port);
      ASSERT_TRUE(memory.error().starts_with(channel + " changed while it waited"))
          << channel << " bit " << bit << ": " << memory.error();
    }
}

void turn_bit(auto& signal, std::size_t bit) {
  signal = static_cast<std::remove_reference_t<decltype(signal)>>(signal ^ 1ULL << bit);
}

TEST(AxiMemory, tells_of_each_bit_of_a_waiting_address) {
  const auto show = [](Port& port) {
    port.m_axi_awvalid = port.m_axi_arvalid = 1;
    port.m_axi_awaddr = port.m_axi_araddr = base;
  };
  expect_each_bit_told("AW", 64, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_awaddr, b); });
  expect_each_bit_told("AW", 8, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_awlen, b); });
  expect_each_bit_told("AW", 1, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_awid, b); });
  expect_each_bit_told("AW", 3, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_awsize, b); });
  expect_each_bit_told("AW", 2, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_awburst, b); });
  expect_each_bit_told("AW", 1, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_awvalid, b); });
  expect_each_bit_told("AR", 64, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_araddr, b); });
  expect_each_bit_told("AR", 8, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_arlen, b); });
  expect_each_bit_told("AR", 1, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_arid, b); });
  expect_each_bit_told("AR", 3, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_arsize, b); });
  expect_each_bit_told("AR", 2, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_arburst, b); });
  expect_each_bit_told("AR", 1, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_arvalid, b); });
}

TEST(AxiMemory, tells_of_each_bit_of_waiting_data) {
  const auto show = [](Port& port) { port.m_axi_wvalid = 1; };
  expect_each_bit_told("W", 512, show,
                       [](Port& p, std::size_t b) { p.m_axi_wdata[b / 32] ^= 1U << b % 32; });
  // The same bit in two words: a sum of words would not see it.
  expect_each_bit_told("W", 480, show, [](Port& p, std::size_t b) {
    p.m_axi_wdata[b / 32] ^= 1U << b % 32;
    p.m_axi_wdata[b / 32 + 1] ^= 1U << b % 32;
  });
  expect_each_bit_told("W", 64, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_wstrb, b); });
  expect_each_bit_told("W", 1, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_wlast, b); });
  expect_each_bit_told("W", 1, show, [](Port& p, std::size_t b) { turn_bit(p.m_axi_wvalid, b); });
}

TEST(AxiMemory, says_nothing_of_what_changes_once_it_was_taken) {
  hw_sim::AxiMemory<Port> memory(base, 0x1000, {}, 1);
  Port port;
  const auto cycle = [&](bool ready) {
    memory.options().stall_percent = ready ? 0 : 100;
    memory.drive(port);
    memory.sample(port);
  };
  port.m_axi_awvalid = port.m_axi_wvalid = 1;
  port.m_axi_awaddr = base;
  port.m_axi_wlast = 1;
  for (std::uint32_t i = 0; i < 200; ++i) {
    port.m_axi_awaddr = base + 64 * (i % 16);
    port.m_axi_wdata[0] = i;
    for (std::uint32_t wait = 0; wait < i % 3; ++wait)
      cycle(false);
    cycle(true);
  }
  port.m_axi_awvalid = port.m_axi_wvalid = 0;
  port.m_axi_wdata[0] = 0xFFFF'FFFF;  // nobody looks
  cycle(false);
  cycle(false);
  EXPECT_EQ(memory.error(), "");
  EXPECT_EQ(memory.beats_written(), 200U);
}

}  // namespace
}  // namespace wirebook::rtl
