// A capture as the card's wire: its frames, at their times.
//
// A file or a FIFO, whose writer then sets the pace; the first end of file ends the wire. Frames of
// the kernel go nowhere, or into a capture, stamped with the time of the last frame that the kernel
// was given: the same input makes the same file.
//
// Shapes: frames with `time_ns`, ns since midnight UTC; cut frames stay cut. Threads: one calls;
// another reads ahead, so that `next` never waits. Errors: the constructor throws
// `std::invalid_argument`; of a FIFO's contents, stderr says what is wrong. Cost: a queue of
// `queue_frames`.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "hw-sim/xrt_driver/frame_wire.hpp"
#include "hw-sim/xrt_driver/wires/capture_reader.hpp"
#include "hw-sim/xrt_driver/wires/capture_writer.hpp"
#include "hw-sim/xrt_driver/wires/stoppable_file.hpp"

namespace wirebook::hw_sim {

class PcapWire final : public FrameWire {
 public:
  static constexpr std::size_t queue_frames = 256;

  /// "FILE" or "FILE,out=FILE".
  explicit PcapWire(std::string_view spec);
  ~PcapWire() override;

  bool next(WireFrame& frame) override;
  void sent(std::span<const std::byte> frame) override;
  void registers_changed(const WireRegisters&) override {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] bool keeps_time() const override { return true; }

 private:
  void read_ahead();
  bool enqueue(CaptureReader::Frame& frame);

  std::string name_;  ///< "pcap:FILE"
  StoppableFile file_;
  std::optional<CaptureReader> reader_;
  std::optional<CaptureWriter> out_;
  std::uint64_t epoch_ns_ = 0;  ///< of the last frame given

  std::mutex mutex_;  ///< of the queue
  std::condition_variable room_;
  std::deque<CaptureReader::Frame> queue_;
  std::thread thread_;
};

}  // namespace wirebook::hw_sim
