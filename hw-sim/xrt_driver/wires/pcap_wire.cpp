#include "hw-sim/xrt_driver/wires/pcap_wire.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "hw-sim/xrt_driver/wires/complaint.hpp"

namespace wirebook::hw_sim {

PcapWire::PcapWire(std::string_view spec)
    : name_(fmt::format("pcap:{}", spec.substr(0, spec.find(',')))),
      file_(std::string(spec.substr(0, spec.find(',')))) {
  constexpr std::string_view out_key = ",out=";
  if (file_.is_regular())  // else whoever writes to it may come later
    reader_.emplace(file_.stream());
  if (const std::string_view option = spec.substr(std::min(spec.find(','), spec.size()));
      option.starts_with(out_key) && option.size() > out_key.size())
    out_.emplace(std::string(option.substr(out_key.size())));
  else if (!option.empty())
    throw std::invalid_argument(
        fmt::format("unknown option \"{}\"; there is out=FILE", option.substr(1)));
  thread_ = std::thread([this] { read_ahead(); });
}

PcapWire::~PcapWire() {
  file_.stop();
  {
    const std::lock_guard lock(mutex_);  // or the thread might miss the call
    room_.notify_one();
  }
  thread_.join();
}

void PcapWire::read_ahead() {
  std::string error;
  try {
    if (!reader_)
      reader_.emplace(file_.stream());
    CaptureReader::Frame frame;
    while (reader_->next(frame) && enqueue(frame))
      continue;
    error = reader_->error();
  } catch (const std::invalid_argument& refusal) {
    error = refusal.what();
  }
  if (!error.empty() && !file_.stopped())
    tell(name(), error);
}

bool PcapWire::enqueue(CaptureReader::Frame& frame) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return queue_.size() < queue_frames || file_.stopped(); });
  queue_.push_back(std::exchange(frame, {}));
  return !file_.stopped();
}

bool PcapWire::next(WireFrame& frame) {
  const std::lock_guard lock(mutex_);
  if (queue_.empty())
    return false;
  frame = std::move(queue_.front().frame);
  epoch_ns_ = queue_.front().epoch_ns;
  queue_.pop_front();
  room_.notify_one();
  return true;
}

void PcapWire::sent(std::span<const std::byte> frame) {
  if (out_)
    out_->write(frame, epoch_ns_);
}

}  // namespace wirebook::hw_sim
