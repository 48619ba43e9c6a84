// Records what the kernel's ports see and say, cycle by cycle, for another simulator to replay.
//
// Shapes: a text file, a line a cycle: all inputs as one hexadecimal number, a blank, all outputs
// as another, in the order of tests/rtl/icarus/replay.sv. Threads: one. Cost: some µs and 500 bytes
// a cycle.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "Vwirebook_kernel.h"

namespace wirebook::hw_sim {

class Recorder {
 public:
  explicit Recorder(const std::string& path) : out_(path) {}

  /// After evaluation, before the clock's edge.
  void record(const Vwirebook_kernel& dut) {
    inputs(dut);
    end_number(' ');
    outputs(dut);
    end_number('\n');
  }

 private:
  void add(std::uint64_t value, int width) {
    for (int bit = width - 1; bit >= 0; --bit)
      bits_ += static_cast<char>(value >> bit & 1);
  }
  template <class Wide>
  void add_wide(const Wide& value) {
    for (int word = 15; word >= 0; --word)
      add(value[static_cast<std::size_t>(word)], 32);
  }
  void end_number(char separator) {
    bits_.insert(0, (4 - bits_.size() % 4) % 4, 0);
    std::string hex;
    for (std::size_t i = 0; i < bits_.size(); i += 4)
      hex += "0123456789abcdef"[bits_[i] * 8 + bits_[i + 1] * 4 + bits_[i + 2] * 2 + bits_[i + 3]];
    out_ << hex << separator;
    bits_.clear();
  }

  void inputs(const Vwirebook_kernel& dut) {
    add(dut.ap_rst_n, 1);
    add(dut.s_axi_control_awvalid, 1);
    add(dut.s_axi_control_awaddr, 12);
    add(dut.s_axi_control_wvalid, 1);
    add(dut.s_axi_control_wdata, 32);
    add(dut.s_axi_control_wstrb, 4);
    add(dut.s_axi_control_bready, 1);
    add(dut.s_axi_control_arvalid, 1);
    add(dut.s_axi_control_araddr, 12);
    add(dut.s_axi_control_rready, 1);
    add(dut.m_axi_awready, 1);
    add(dut.m_axi_wready, 1);
    add(dut.m_axi_bvalid, 1);
    add(dut.m_axi_bresp, 2);
    add(dut.m_axi_bid, 1);
    add(dut.m_axi_arready, 1);
    add(dut.m_axi_rvalid, 1);
    add_wide(dut.m_axi_rdata);
    add(dut.m_axi_rresp, 2);
    add(dut.m_axi_rlast, 1);
    add(dut.m_axi_rid, 1);
    add(dut.s_axis_rx_tvalid, 1);
    add_wide(dut.s_axis_rx_tdata);
    add(dut.s_axis_rx_tkeep, 64);
    add(dut.s_axis_rx_tlast, 1);
    add(dut.s_axis_rx_tuser, 1);
    add(dut.m_axis_tx_tready, 1);
  }
  void outputs(const Vwirebook_kernel& dut) {
    add(dut.s_axi_control_awready, 1);
    add(dut.s_axi_control_wready, 1);
    add(dut.s_axi_control_bvalid, 1);
    add(dut.s_axi_control_arready, 1);
    add(dut.s_axi_control_rvalid, 1);
    add(dut.s_axi_control_rdata, 32);
    add(dut.m_axi_awvalid, 1);
    add(dut.m_axi_awaddr, 64);
    add(dut.m_axi_awlen, 8);
    add(dut.m_axi_awid, 1);
    add(dut.m_axi_wvalid, 1);
    add_wide(dut.m_axi_wdata);
    add(dut.m_axi_wlast, 1);
    add(dut.m_axi_bready, 1);
    add(dut.m_axi_arvalid, 1);
    add(dut.m_axi_araddr, 64);
    add(dut.m_axi_arlen, 8);
    add(dut.m_axi_arid, 1);
    add(dut.m_axi_rready, 1);
    add(dut.s_axis_rx_tready, 1);
    add(dut.m_axis_tx_tvalid, 1);
    add_wide(dut.m_axis_tx_tdata);
    add(dut.m_axis_tx_tkeep, 64);
    add(dut.m_axis_tx_tlast, 1);
  }

  std::ofstream out_;
  std::string bits_;
};

}  // namespace wirebook::hw_sim
