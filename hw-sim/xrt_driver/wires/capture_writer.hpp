// Frames into a capture, each in the file before the call is over.
//
// Shapes: pcap, Ethernet, nanoseconds. Threads: one. Errors: the constructor throws
// `std::invalid_argument`. Cost: a write a frame, by libpcap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

struct pcap;
struct pcap_dumper;

namespace wirebook::hw_sim {

class CaptureWriter {
 public:
  explicit CaptureWriter(const std::string& path);
  void write(std::span<const std::byte> frame, std::uint64_t epoch_ns);

 private:
  struct Close {
    void operator()(pcap* capture) const;
    void operator()(pcap_dumper* dump) const;
  };
  std::unique_ptr<pcap, Close> form_;
  std::unique_ptr<pcap_dumper, Close> dump_;
};

}  // namespace wirebook::hw_sim
