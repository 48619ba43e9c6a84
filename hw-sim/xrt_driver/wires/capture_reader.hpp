// Captures, one frame after the other.
//
// Shapes: pcap and pcapng, micro- and nanoseconds, Ethernet. Threads: one. Errors: the constructor
// throws `std::invalid_argument`; `error` says why the frames ended before the file. Cost: libpcap.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "hw-sim/xrt_driver/frame_wire.hpp"

struct pcap;

namespace wirebook::hw_sim {

class CaptureReader {
 public:
  /// Takes `file`, and waits for its header.
  explicit CaptureReader(FILE* file);

  struct Frame {
    WireFrame frame;
    std::uint64_t epoch_ns = 0;
  };
  /// Waits for the next frame; false at the end.
  bool next(Frame& frame);
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  struct Close {
    void operator()(pcap* capture) const;
  };
  std::unique_ptr<pcap, Close> capture_;
  std::string error_;
};

}  // namespace wirebook::hw_sim
