// The host's register accesses, beside everything else that happens in a cycle.
//
// Shapes: a queue of writes and reads, one under way at a time, as XRT does it. Threads: one.
// Errors: `slowest_cycles` tells the longest answer. Cost: some ns a cycle. Specification:
// AXI4-Lite.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>

namespace wirebook::hw_sim {

template <class Dut>
class AxiLiteMaster {
 public:
  void write(std::uint32_t address, std::uint32_t value) {
    queue_.push_back({.is_read = false, .address = address, .value = value, .done = {}});
  }
  /// `done` gets the value.
  void read(std::uint32_t address, std::function<void(std::uint32_t)> done) {
    queue_.push_back({.is_read = true, .address = address, .value = 0, .done = std::move(done)});
  }
  [[nodiscard]] bool idle() const { return queue_.empty(); }
  [[nodiscard]] std::size_t queued() const { return queue_.size(); }
  [[nodiscard]] std::uint32_t slowest_cycles() const { return slowest_cycles_; }

  void drive(Dut& dut) {
    const bool any = !queue_.empty();
    const bool writes = any && !queue_.front().is_read;
    dut.s_axi_control_awvalid = writes && !address_taken_;
    dut.s_axi_control_wvalid = writes && !data_taken_;
    dut.s_axi_control_arvalid = any && !writes && !address_taken_;
    dut.s_axi_control_bready = 1;
    dut.s_axi_control_rready = 1;
    if (!any)
      return;
    const auto address = static_cast<std::uint16_t>(queue_.front().address);
    dut.s_axi_control_awaddr = address;
    dut.s_axi_control_araddr = address;
    dut.s_axi_control_wdata = queue_.front().value;
    dut.s_axi_control_wstrb = 0xF;
  }

  void sample(Dut& dut) {
    if (queue_.empty())
      return;
    slowest_cycles_ = std::max(slowest_cycles_, ++cycles_);
    if ((dut.s_axi_control_awvalid && dut.s_axi_control_awready) ||
        (dut.s_axi_control_arvalid && dut.s_axi_control_arready))
      address_taken_ = true;
    data_taken_ |= dut.s_axi_control_wvalid && dut.s_axi_control_wready;
    if (dut.s_axi_control_bvalid || dut.s_axi_control_rvalid)
      finish(dut.s_axi_control_rdata);
  }

 private:
  struct Access {
    bool is_read;
    std::uint32_t address;
    std::uint32_t value;
    std::function<void(std::uint32_t)> done;
  };

  void finish(std::uint32_t value) {
    const Access access = std::move(queue_.front());
    queue_.pop_front();
    address_taken_ = data_taken_ = false;
    cycles_ = 0;
    if (access.done)
      access.done(value);
  }

  std::deque<Access> queue_;
  bool address_taken_ = false;
  bool data_taken_ = false;
  std::uint32_t cycles_ = 0;
  std::uint32_t slowest_cycles_ = 0;
};

}  // namespace wirebook::hw_sim
