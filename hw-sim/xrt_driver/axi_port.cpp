#include "hw-sim/xrt_driver/axi_port.hpp"

#include <algorithm>
#include <cstring>

namespace wirebook::hw_sim {

void AxiPort::drive(Vwirebook_kernel& dut) {
  ++cycle_;
  dut.m_axi_awready = 1;
  dut.m_axi_wready = 1;
  dut.m_axi_arready = 1;
  const bool answers = !responses_.empty() && responses_.front().due <= cycle_;
  dut.m_axi_bvalid = answers;
  if (answers) {
    dut.m_axi_bid = responses_.front().id;
    dut.m_axi_bresp = responses_.front().bad ? decode_error : 0;
  }
  drive_read(dut);
}

void AxiPort::drive_read(Vwirebook_kernel& dut) {
  const bool here = !reads_.empty() && reads_.front().due <= cycle_;
  dut.m_axi_rvalid = here;
  if (!here || read_shown_)  // what waits must stay
    return;
  const Burst& read = reads_.front();
  const bool good = memory_.read(read.address, dut.m_axi_rdata.m_storage);
  if (!good)
    std::memset(dut.m_axi_rdata.m_storage, 0xFF, CardMemory::beat_bytes);
  dut.m_axi_rresp = good ? 0 : decode_error;
  dut.m_axi_rid = read.id;
  dut.m_axi_rlast = read.beats == 1;
  read_shown_ = true;
}

void AxiPort::sample(Vwirebook_kernel& dut) {
  if (dut.m_axi_bvalid && dut.m_axi_bready)
    responses_.pop_front();
  if (dut.m_axi_rvalid && dut.m_axi_rready) {
    read_shown_ = false;
    ++beats_read_;
    Burst& read = reads_.front();
    read.address += CardMemory::beat_bytes;
    if (--read.beats == 0)
      reads_.pop_front();
  }
  if (dut.m_axi_arvalid)
    reads_.push_back({.address = dut.m_axi_araddr,
                      .beats = dut.m_axi_arlen + 1U,
                      .id = dut.m_axi_arid,
                      .due = cycle_ + latency_.read});
  if (dut.m_axi_awvalid)
    bursts_.push_back(
        {.address = dut.m_axi_awaddr, .beats = dut.m_axi_awlen + 1U, .id = dut.m_axi_awid});
  if (dut.m_axi_wvalid) {
    Beat& beat = beats_.emplace_back();
    std::copy_n(dut.m_axi_wdata.m_storage, beat.words.size(), beat.words.begin());
    beat.strobes = dut.m_axi_wstrb;
  }
  write_what_is_here();
}

void AxiPort::write_what_is_here() {
  while (!bursts_.empty() && !beats_.empty()) {
    Burst& burst = bursts_.front();
    const Beat& beat = beats_.front();
    const bool is_slot = on_write(burst.address, beat.words.data());
    burst.bad |=
        !memory_.write(burst.address, beat.words.data(), beat.strobes,
                       is_slot ? CardMemory::SeenBy::last_word : CardMemory::SeenBy::first_word);
    ++beats_written_;
    burst.address += CardMemory::beat_bytes;
    beats_.pop_front();
    if (--burst.beats != 0)
      continue;
    burst.due = cycle_ + latency_.write;
    responses_.push_back(burst);
    bursts_.pop_front();
  }
}

}  // namespace wirebook::hw_sim
