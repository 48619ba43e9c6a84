// One side of a module's AXI master, in the names that the memory model of hw-sim drives.
//
// Shapes: plain fields, in the widths of Verilator. A bench copies what its module has. Threads:
// none. Errors: none. Cost: a copy of 64 bytes a cycle. Specification:
// hw-sim/harness/axi_memory.hpp.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <verilated.h>

namespace wirebook::rtl {

constexpr std::size_t beat_bytes = 64;

struct AxiPort {
  CData m_axi_awvalid = 0, m_axi_awready = 0, m_axi_awid = 0, m_axi_awlen = 0;
  QData m_axi_awaddr = 0;
  CData m_axi_wvalid = 0, m_axi_wready = 0, m_axi_wlast = 0;
  VlWide<16> m_axi_wdata{};
  CData m_axi_bvalid = 0, m_axi_bready = 1, m_axi_bid = 0, m_axi_bresp = 0;
  CData m_axi_arvalid = 0, m_axi_arready = 0, m_axi_arid = 0, m_axi_arlen = 0;
  QData m_axi_araddr = 0;
  CData m_axi_rvalid = 0, m_axi_rready = 1, m_axi_rid = 0, m_axi_rresp = 0, m_axi_rlast = 0;
  VlWide<16> m_axi_rdata{};
};

/// A word of 512 bits as 64 bytes, byte 0 the first on the wire.
inline std::array<std::byte, beat_bytes> bytes_of(const VlWide<16>& word) {
  std::array<std::byte, beat_bytes> bytes;
  std::memcpy(bytes.data(), word.m_storage, beat_bytes);
  return bytes;
}

/// The module's inputs, before evaluation.
template <class Dut>
void give_reads(const AxiPort& port, Dut& dut) {
  dut.ar_ready_i = port.m_axi_arready;
  dut.r_valid_i = port.m_axi_rvalid;
  dut.r_response_i = port.m_axi_rresp;
  std::memcpy(dut.r_data_i.m_storage, port.m_axi_rdata.m_storage, beat_bytes);
}
template <class Dut>
void give_writes(const AxiPort& port, Dut& dut) {
  dut.aw_ready_i = port.m_axi_awready;
  dut.w_ready_i = port.m_axi_wready;
  dut.b_valid_i = port.m_axi_bvalid;
  dut.b_response_i = port.m_axi_bresp;
}

/// Its outputs, after evaluation.
template <class Dut>
void take_reads(const Dut& dut, AxiPort& port) {
  port.m_axi_arvalid = dut.ar_valid_o;
  port.m_axi_araddr = dut.ar_address_o;
  port.m_axi_arlen = dut.ar_length_o;
}
template <class Dut>
void take_writes(const Dut& dut, AxiPort& port) {
  port.m_axi_awvalid = dut.aw_valid_o;
  port.m_axi_awaddr = dut.aw_address_o;
  port.m_axi_awlen = dut.aw_length_o;
  port.m_axi_wvalid = dut.w_valid_o;
  port.m_axi_wlast = dut.w_last_o;
  std::memcpy(port.m_axi_wdata.m_storage, dut.w_data_o.m_storage, beat_bytes);
}

}  // namespace wirebook::rtl
