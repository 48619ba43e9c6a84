// ITCH 5.0 messages from events: what the market hears.
//
// Shapes: one event in, the message that its `market` letter names out. Threads: one at a time.
// Errors: none. Cost: the message is written once, where it will be sent from; symbols are learned
// from the events that define instruments, 512 KiB. Specification: ITCH 5.0; README.md of this
// folder.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "wirebook/event.hpp"
#include "wirebook/limits.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/wire/itch50.hpp"

#include "match/state/state_io.hpp"

namespace wirebook::wire_out {

inline constexpr std::size_t itch_message_bytes_max = wire::itch::message_bytes_max;

class ItchEncoder {
 public:
  ItchEncoder() : symbols_(instruments_max + 1) {}

  /// Writes the message; gives its length, 0 if the event tells the market nothing.
  std::size_t encode(const EventGroup& group, const SlotGroup& cause,
                     std::span<std::byte, itch_message_bytes_max> out) noexcept;

  /// Learns as `encode` does, and writes nothing: whether there would be a message.
  bool pass(const EventGroup& group, const SlotGroup& cause) noexcept;

  /// The symbols that it has learned.
  void save(match::StateWriter& writer) const;
  /// Into one that has learned none; false if the bytes make no sense.
  bool load(match::StateReader& reader);

 private:
  std::vector<Symbol> symbols_;  ///< by stock locate
};

}  // namespace wirebook::wire_out
