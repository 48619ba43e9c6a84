// Which message of a frame a slot was made of: for slots that differ.
//
// Shapes: a good frame and what the software made of it. Threads: values. Errors: none found, for
// what no message makes, such as gaps. Of messages that are alike, the first. Cost: for what has
// gone wrong only. Specification: MoldUDP64, UFO.
#pragma once

#include <cstring>
#include <optional>
#include <span>

#include "wirebook/slot.hpp"

#include "wire_in/frame_parser.hpp"
#include "wire_in/itch_words.hpp"
#include "wire_in/message_blocks.hpp"

namespace wirebook::hw_sim {

struct MessagePlace {
  std::size_t number;      ///< of those in the frame, from 0
  std::size_t first_byte;  ///< of the frame
};

inline std::optional<MessagePlace> place_of(const Slot& slot, std::span<const std::byte> frame) {
  wire_in::UdpDatagram datagram;
  if (wire_in::parse_frame(frame, datagram) != Outcome::ok)
    return std::nullopt;
  const auto at = [&](const std::byte* byte) {
    return static_cast<std::size_t>(byte - frame.data());
  };
  if (is_order_entry(slot.tail.kind) || slot.tail.kind == SlotKind::extension)
    return MessagePlace{0, at(datagram.payload.data()) + 1};  // behind UFO's letter
  constexpr std::size_t mold_header_bytes = 20;
  if (!is_feed(slot.tail.kind) || datagram.payload.size() < mold_header_bytes)
    return std::nullopt;
  wire_in::MessageBlocks blocks(datagram.payload.subspan(mold_header_bytes));
  std::span<const std::byte> message;
  for (std::size_t number = 0; blocks.next(message); ++number) {
    if (message.empty() || static_cast<char>(message[0]) != itch_type(slot.tail.kind))
      continue;
    const wire_in::ItchForm& form = wire_in::itch_forms[std::to_integer<unsigned char>(message[0])];
    if (form.length != message.size())
      continue;
    const auto words = wire_in::feed_words(form, slot.time_ns, message.data());
    if (std::memcmp(&words, &slot, offsetof(Slot, tail)) == 0)
      return MessagePlace{number, at(message.data())};
  }
  return std::nullopt;
}

}  // namespace wirebook::hw_sim
