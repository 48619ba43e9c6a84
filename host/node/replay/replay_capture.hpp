// Captures for a replay: what a pcap or pcapng file holds for us, message by message.
//
// Shapes: Ethernet frames; order entry toward one port, over UDP in UFO packets or over TCP in
// SoupBinTCP packets, and MoldUDP64 toward another. A session is the order in which source address
// and port came first. Times are ns since midnight of the frame's day. Threads: one. Errors: a text
// where the file cannot be read; malformed packets have outcomes. Cost: file I/O by libpcap.
// Specification: replay/README.md; UFO 1.0, SoupBinTCP 3.00, MoldUDP64 1.00.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "node/replay/replay_engine.hpp"
#include "node/replay/replay_feed.hpp"
#include "wire_in/frame_parser.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::node {

struct CaptureOptions {
  std::uint16_t itch_port = 0;
  std::uint16_t ouch_port = 0;
  wire_in::UfoFraming ufo_framing = wire_in::UfoFraming::bare;
  std::int32_t utc_offset_minutes = 0;
};

/// UDP as a capture has it. One that was taken on the sending host holds datagrams whose checksum
/// was left to the network card: there is only the sum of the pseudo header yet. On the wire that
/// is malformed, here it passes.
Outcome parse_captured_udp(const wire_in::Ipv4Packet& packet, wire_in::UdpDatagram& out);

/// A path under which bytes can be opened again and again, also those that came through a pipe.
class CaptureFile {
 public:
  explicit CaptureFile(std::span<const std::byte> bytes);
  ~CaptureFile();
  CaptureFile(const CaptureFile&) = delete;
  CaptureFile& operator=(const CaptureFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Empty, or why there is no such file.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  int file_ = -1;
  std::string path_;
  std::string error_;
};

/// True if market data is all that there is for us.
[[nodiscard]] bool holds_feed_only(const std::string& path, const CaptureOptions& options);

/// Empty, or why the file could not be read.
[[nodiscard]] std::string replay_capture(const std::string& path, const CaptureOptions& options,
                                         EngineReplay& replay);
[[nodiscard]] std::string replay_capture(const std::string& path, const CaptureOptions& options,
                                         FeedReplay& replay);

}  // namespace wirebook::node
