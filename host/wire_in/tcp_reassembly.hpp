// TCP streams of a capture, put together again, for replay.
//
// Shapes: segments in; each connection and direction is a stream, numbered from 0 in the order of
// first sight, whose bytes come out in order. A stream starts at its SYN, or at the first segment
// seen. Segments ahead of a hole are held, `held_bytes_max` a stream; what was there before is
// skipped. Threads: none shared. Errors: outcomes. Cost: allocates as streams and holes need; this
// is for replay, not for the live path. Specification: RFC 9293.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "wirebook/outcome.hpp"

#include "wire_in/frame_parser.hpp"

namespace wirebook::wire_in {

struct TcpStreamKey {
  std::uint32_t source_address = 0;
  std::uint32_t destination_address = 0;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  friend auto operator<=>(const TcpStreamKey&, const TcpStreamKey&) = default;
};

struct TcpLimits {
  std::size_t streams_max = 4096;
  std::size_t held_bytes_max = std::size_t{1} << 20;  ///< a stream, waiting behind a hole
};

class TcpReassembly {
 public:
  /// Takes the next bytes of stream `stream`, in order; they are valid during the call.
  using Sink = std::function<void(std::size_t stream, std::span<const std::byte> bytes)>;

  explicit TcpReassembly(Sink sink, TcpLimits limits = {})
      : sink_(std::move(sink)), limits_(limits) {}

  /// `ok`: new bytes, or held, or a bare SYN, FIN or acknowledgement. `tcp_duplicate`: all of it
  /// was there before. `tcp_out_of_window`: too far ahead to be held. `tcp_too_many`: no more
  /// streams.
  Outcome on_segment(const TcpSegment& segment);

  /// At the end of the capture: `tcp_hole` for each stream that still waits for missing bytes.
  void end(OutcomeCounters& counters) const;

  [[nodiscard]] std::size_t stream_count() const { return streams_.size(); }
  [[nodiscard]] const TcpStreamKey& key(std::size_t stream) const { return streams_[stream].key; }

 private:
  struct Stream {
    TcpStreamKey key;
    std::uint32_t start_sequence = 0;  ///< sequence number of position 0
    std::int64_t next = 0;             ///< position of the next byte; positions do not wrap
    std::int64_t end = 0;              ///< position of the FIN, where one was seen
    std::size_t held_bytes = 0;
    std::map<std::int64_t, std::vector<std::byte>> held;  ///< by position
  };

  bool open(const TcpSegment& segment, std::size_t& stream);
  Outcome take(std::size_t index, std::int64_t position, std::span<const std::byte> bytes);
  Outcome hold(Stream& stream, std::int64_t position, std::span<const std::byte> bytes) const;
  void deliver(std::size_t index, std::span<const std::byte> bytes);

  Sink sink_;
  TcpLimits limits_;
  std::map<TcpStreamKey, std::size_t> index_;
  std::vector<Stream> streams_;
};

}  // namespace wirebook::wire_in
