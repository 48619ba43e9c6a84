// SoupBinTCP: a TCP byte stream becomes logical packets, for both directions.
//
// Shapes: any cut of the stream in, whole packets out as views: into the bytes given where the
// packet lies there whole, else into the framer's buffer; valid until the next call.
// Threads: one framer a direction of a connection, no sharing. Errors: an outcome a packet; a bad
// packet is skipped by its length, the stream goes on. Cost: no copy but of packets that straddle
// two reads; the buffer (64 KiB, or what the reader of a stream of small messages gives) is
// allocated once, by the constructor. Specification: SoupBinTCP 3.00.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wirebook/outcome.hpp"

namespace wirebook::wire_in {

enum class SoupSide : std::uint8_t { from_client, from_server };

/// Its length field included.
inline constexpr std::size_t soup_packet_bytes_max = 2 + 65'535;

struct SoupPacket {
  Outcome outcome = Outcome::ok;  ///< where it is not `ok`: why the packet is to be skipped
  char type = 0;
  std::span<const std::byte> payload;
};

class SoupFramer {
 public:
  /// A packet above `packet_bytes_max` (49 at least) is `soup_length`, wherever it is cut; a debug
  /// packet is `ok` and loses its text.
  explicit SoupFramer(SoupSide side, std::size_t packet_bytes_max = soup_packet_bytes_max);

  /// A new stream.
  void reset() noexcept;

  /// Hands in the next bytes of the stream; they stay the caller's and must live until `next` has
  /// returned nothing. Precondition: `next` has returned nothing since the last `feed`.
  void feed(std::span<const std::byte> bytes) noexcept;
  /// The next whole packet, or nothing until more is fed.
  std::optional<SoupPacket> next() noexcept;
  /// Takes back what was fed and is in no packet yet: its length. Who could not go on with `next`
  /// feeds these bytes again.
  std::size_t take_back() noexcept;
  /// At the end of the stream: `ok`, or `soup_truncated` if it ended within a packet.
  [[nodiscard]] Outcome end() const noexcept;

 private:
  std::optional<SoupPacket> next_held() noexcept;
  std::optional<SoupPacket> pass_long(std::span<const std::byte> start, std::size_t rest) noexcept;
  void hold(std::size_t bytes) noexcept;

  std::vector<std::byte> held_;  ///< the start of a packet that is not whole yet
  std::size_t held_bytes_ = 0;
  bool held_is_out_ = false;  ///< the packet last returned lies in `held_`
  std::size_t skip_ = 0;      ///< bytes to come of a packet that was too long
  std::span<const std::byte> input_;
  SoupSide side_;
};

}  // namespace wirebook::wire_in
