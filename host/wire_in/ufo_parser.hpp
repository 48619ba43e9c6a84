// UFO 1.0: one datagram is one packet of order entry.
//
// Shapes: views into the datagram; `body` lies behind the type letter, its length is checked, so a
// wire struct may be laid over `bytes`. Threads: pure. Errors: outcomes. Cost: one look-up.
// Specification: UFO 1.0 (UDP for Orders).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/outcome.hpp"

#include "wire_in/message_blocks.hpp"

namespace wirebook::wire_in {

struct UfoPacket {
  char type = 0;                     ///< upstream L T U R O, downstream A J S E
  std::span<const std::byte> bytes;  ///< the whole packet
  std::span<const std::byte>
      body;  ///< behind the type: `U` one OUCH message; `S` header and blocks
};

/// A packet from a client: L T U R O.
Outcome parse_ufo(std::span<const std::byte> datagram, UfoPacket& out) noexcept;
/// A packet from the server: A J S E. The blocks of `S` are whole and as many as it says.
Outcome parse_ufo_downstream(std::span<const std::byte> datagram, UfoPacket& out) noexcept;

/// The messages of a downstream `S` packet that was found `ok`.
MessageBlocks sequenced_messages(const UfoPacket& packet) noexcept;

/// Whether upstream datagrams are one bare packet or blocks of (u16 length, packet). The two sides
/// agree on it beforehand; nothing in the datagram tells.
enum class UfoFraming : std::uint8_t { bare, length_prefixed };

/// Takes an upstream datagram apart into packets.
class UfoDatagram {
 public:
  UfoDatagram(std::span<const std::byte> datagram, UfoFraming framing)
      : blocks_(datagram), framing_(framing) {}

  /// The next packet, for `parse_ufo`.
  std::optional<std::span<const std::byte>> next() noexcept;
  /// When `next` gave nothing more: `ok`, or `ufo_block_truncated`; `ufo_empty` for no block at
  /// all.
  [[nodiscard]] Outcome outcome() const noexcept;

 private:
  MessageBlocks blocks_;
  UfoFraming framing_;
  bool any_ = false;
};

}  // namespace wirebook::wire_in
