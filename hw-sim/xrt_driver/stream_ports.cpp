#include "hw-sim/xrt_driver/stream_ports.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace wirebook::hw_sim {
namespace {

constexpr std::size_t beat_bytes = 64;

}  // namespace

void RxPort::drive(Vwirebook_kernel& dut) {
  first_beat_ = last_beat_ = false;
  dut.s_axis_rx_tvalid = frame_ != nullptr;
  if (frame_ == nullptr)
    return;
  const std::vector<std::byte>& bytes = frame_->bytes;
  const std::size_t count = std::min(beat_bytes, bytes.size() - at_);
  first_beat_ = at_ == 0;
  last_beat_ = at_ + count == bytes.size();
  std::memcpy(dut.s_axis_rx_tdata.m_storage, bytes.data() + at_, count);
  dut.s_axis_rx_tkeep = count == beat_bytes ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
  dut.s_axis_rx_tlast = last_beat_;
  dut.s_axis_rx_tuser = last_beat_ && frame_->bad_fcs;
  at_ += count;
  if (last_beat_)
    frame_ = nullptr;
}

void TxPort::sample(const Vwirebook_kernel& dut) {
  if (!dut.m_axis_tx_tvalid)
    return;
  const auto* bytes = reinterpret_cast<const std::byte*>(dut.m_axis_tx_tdata.m_storage);
  frame_.insert(frame_.end(), bytes, bytes + std::popcount(std::uint64_t{dut.m_axis_tx_tkeep}));
  if (!dut.m_axis_tx_tlast)
    return;
  on_frame(frame_);
  frame_.clear();
}

}  // namespace wirebook::hw_sim
