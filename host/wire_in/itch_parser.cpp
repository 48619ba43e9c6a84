#include "wire_in/itch_parser.hpp"

#include "wire_in/itch_words.hpp"

namespace wirebook::wire_in {

Outcome parse_itch(std::span<const std::byte> message, TimeNs time_ns,
                   slot_ring::Writer<Slot>& ring) noexcept {
  if (message.empty())
    return Outcome::itch_empty;
  const auto type = static_cast<unsigned char>(message[0]);
  const ItchForm& form = itch_forms[type];
  if (form.length != message.size())
    return form.length == 0 ? Outcome::itch_unknown_type : Outcome::itch_length;
  ring.publish(feed_words(form, time_ns, message.data()),
               SlotTail{.kind = feed_kind(static_cast<char>(type))});
  return Outcome::ok;
}

Outcome parse_itch(std::span<const std::byte> message, TimeNs time_ns,
                   slot_ring::Writer<Slot>& ring, const LocateFilter& wanted) noexcept {
  constexpr std::size_t locate_offset = 1;
  const bool is_good = !message.empty() &&
                       itch_forms[static_cast<unsigned char>(message[0])].length == message.size();
  if (is_good && !wanted[wire::view<wire::Big16>(message.data() + locate_offset)])
    return Outcome::itch_filtered;
  return parse_itch(message, time_ns, ring);
}

Outcome check_itch(std::span<const std::byte> message) noexcept {
  if (message.empty())
    return Outcome::itch_empty;
  const std::size_t length = itch_forms[static_cast<unsigned char>(message[0])].length;
  if (length == message.size())
    return Outcome::ok;
  return length == 0 ? Outcome::itch_unknown_type : Outcome::itch_length;
}

TimeNs itch_time(std::span<const std::byte> message) noexcept {
  constexpr std::size_t time_offset = 5;
  if (message.size() < time_offset + sizeof(wire::Big48))
    return {0};
  return {wire::view<wire::Big48>(message.data() + time_offset)};
}

std::size_t itch_message_bytes(char type) noexcept {
  return itch_forms[static_cast<unsigned char>(type)].length;
}

}  // namespace wirebook::wire_in
