// A card on the bench: the Verilated kernel, the wire before it and the host memory behind it, and
// buses to it, one after the other, as hosts come and go.
//
// Time passes in register accesses and in `cycles`. Memory is given out once and never again, so
// that a write into what a dead host has left behind shows.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "Vwirebook_kernel.h"
#include "card/bus.hpp"
#include "hw-sim/harness/axi_lite_master.hpp"
#include "hw-sim/harness/axi_memory.hpp"

namespace wirebook::card::test {

using Bytes = std::span<const std::byte>;

class VerilatedCard {
 public:
  explicit VerilatedCard(hw_sim::AxiMemoryOptions memory = {}, std::uint64_t seed = 1)
      : memory_(memory_base, memory_bytes, memory, seed) {
    dut_.ap_rst_n = 0;
    cycles(8);
    dut_.ap_rst_n = 1;
    cycles(2);
  }

  void cycles(int count) {
    for (; count > 0; --count)
      cycle();
  }

  // ── The wire ──────────────────────────────────────────────────────────────────────────────────

  /// A beat a cycle.
  void receive(Bytes frame, bool bad_fcs = false) {
    for (std::size_t at = 0; at < frame.size(); at += 64) {
      const std::size_t count = std::min<std::size_t>(64, frame.size() - at);
      dut_.s_axis_rx_tvalid = 1;
      dut_.s_axis_rx_tlast = at + count == frame.size();
      dut_.s_axis_rx_tuser = dut_.s_axis_rx_tlast && bad_fcs;
      dut_.s_axis_rx_tkeep = count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
      std::memcpy(dut_.s_axis_rx_tdata.m_storage, frame.data() + at, count);
      cycle();
      dut_.s_axis_rx_tvalid = 0;
    }
  }
  std::deque<std::vector<std::byte>> sent;

  // ── The bus ───────────────────────────────────────────────────────────────────────────────────

  std::uint32_t read(std::uint32_t offset) {
    if (lost)
      return 0xFFFF'FFFF;
    std::uint32_t result = 0;
    lite_.read(offset, [&](std::uint32_t value) { result = value; });
    settle();
    return result;
  }
  void write(std::uint32_t offset, std::uint32_t value) {
    if (lost)
      return;
    lite_.write(offset, value);
    settle();
  }
  DmaMemory allocate(std::size_t bytes) {
    constexpr std::size_t page = 4'096;
    const std::uint64_t address = memory_base + allocated_;
    allocated_ += (bytes + page - 1) / page * page;
    if (allocated_ > memory_bytes)
      throw CardError("the bench has no memory left");
    return {.bytes = {memory_.at(address), bytes}, .bus_address = address};
  }
  [[nodiscard]] std::span<std::byte> allocated() { return {memory_.at(memory_base), allocated_}; }

  bool lost = false;  ///< off the bus
  hw_sim::AxiMemory<Vwirebook_kernel>& memory() { return memory_; }

 private:
  static constexpr std::uint64_t memory_base = 0x10'0000'0000;
  static constexpr std::size_t memory_bytes = std::size_t{32} << 20;

  void cycle() {
    dut_.ap_clk = 0;
    memory_.drive(dut_);
    lite_.drive(dut_);
    dut_.m_axis_tx_tready = 1;
    dut_.eval();
    if (dut_.ap_rst_n) {
      memory_.sample(dut_);
      lite_.sample(dut_);
      sample_sent();
    }
    dut_.ap_clk = 1;
    dut_.eval();
  }
  void settle() {
    while (!lite_.idle())
      cycle();
  }
  void sample_sent() {
    if (!dut_.m_axis_tx_tvalid)
      return;
    const auto* bytes = reinterpret_cast<const std::byte*>(dut_.m_axis_tx_tdata.m_storage);
    sending_.insert(sending_.end(), bytes,
                    bytes + std::popcount(std::uint64_t{dut_.m_axis_tx_tkeep}));
    if (dut_.m_axis_tx_tlast)
      sent.push_back(std::exchange(sending_, {}));
  }

  hw_sim::AxiMemory<Vwirebook_kernel> memory_;
  hw_sim::AxiLiteMaster<Vwirebook_kernel> lite_;
  Vwirebook_kernel dut_;
  std::size_t allocated_ = 0;
  std::vector<std::byte> sending_;
};

/// One host's way to the card. A host that dies leaves the card as it is.
class VerilatedBus final : public Bus {
 public:
  explicit VerilatedBus(VerilatedCard& card, BusInfo info = {})
      : card_(&card), info_(std::move(info)) {}

  std::uint32_t read(std::uint32_t offset) noexcept override {
    const auto forged = forge.find(offset);
    return forged != forge.end() ? forged->second : dead ? ~0U : card_->read(offset);
  }
  void write(std::uint32_t offset, std::uint32_t value) noexcept override {
    if (!dead)
      card_->write(offset, value);
  }
  DmaMemory allocate(std::size_t bytes) override { return card_->allocate(bytes); }
  [[nodiscard]] BusInfo info() override { return info_; }

  bool dead = false;
  std::map<std::uint32_t, std::uint32_t> forge;  ///< what these registers say instead

 private:
  VerilatedCard* card_;
  BusInfo info_;
};

}  // namespace wirebook::card::test
