// MoldUDP64 datagrams from messages, each encoded where it will be sent from.
//
// Shapes: `room()` is where the next message goes, `commit(bytes)` numbers it, `flush()` completes
// the datagram, which stays valid until the next `room()`. Threads: one. Errors: none. Cost: no
// message is copied. Specification: MoldUDP64 1.00.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "wirebook/limits.hpp"
#include "wirebook/units.hpp"
#include "wirebook/wire/session.hpp"

#include "wire_out/itch_encoder.hpp"

namespace wirebook::wire_out {

class MoldPacker {
 public:
  /// `payload_bytes_max` bounds a datagram: at least a header and the longest message, at most
  /// `datagram_payload_bytes_max`. The first message has the number `next_sequence`.
  explicit MoldPacker(Alpha<10> session, std::size_t payload_bytes_max = datagram_payload_bytes_max,
                      std::uint64_t next_sequence = 1);

  /// True if another message fits the datagram under way; else it must be flushed first.
  [[nodiscard]] bool has_room() const {
    return end_ + block_bytes_max <= payload_bytes_max_ && count_ < count_max;
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// The number that the next message will have.
  [[nodiscard]] std::uint64_t next_sequence() const { return first_sequence_ + count_; }

  /// Where the next message is to be written. Needs `has_room`.
  [[nodiscard]] std::span<std::byte, itch_message_bytes_max> room();
  /// Takes up the message of `bytes` in `room`; 0 takes up none.
  void commit(std::size_t bytes);

  /// The datagram of all messages taken up since the last flush. There is one.
  [[nodiscard]] std::span<const std::byte> flush();
  /// Say that all is well, or over, and which number would come next. The packer is empty.
  [[nodiscard]] std::span<const std::byte> heartbeat();
  [[nodiscard]] std::span<const std::byte> end_of_session();

 private:
  static constexpr std::size_t block_bytes_max = sizeof(wire::Big16) + itch_message_bytes_max;
  static constexpr std::uint16_t count_max = 0xFFFE;

  [[nodiscard]] std::span<const std::byte> bare_header(std::uint16_t count);

  std::size_t payload_bytes_max_;
  std::uint64_t first_sequence_;
  std::uint16_t count_ = 0;
  std::size_t end_ = sizeof(wire::mold::Header);
  std::array<std::byte, datagram_payload_bytes_max> datagram_{};
};

}  // namespace wirebook::wire_out
