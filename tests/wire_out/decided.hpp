// Events and their causes for the tests of wire_out, and bytes to compare with.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

#include "tests/wire_in/wire_bytes.hpp"
#include "wire_out/itch_encoder.hpp"
#include "wire_out/ouch_encoder.hpp"

namespace wirebook::wire_out {

using wire_in::test::Bytes;
using wire_in::test::WireBytes;

inline std::string hex(Bytes bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<std::size_t>(byte >> 4)];
    text += digits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return text;
}

/// One appendage element, length and tag in front.
inline WireBytes element(unsigned tag, Bytes value) {
  return WireBytes().be(value.size() + 1, 1).be(tag, 1).add(value);
}
inline WireBytes element(unsigned tag, std::string_view text) {
  return element(tag, WireBytes().text(text));
}
inline WireBytes element(unsigned tag, std::uint64_t number, std::size_t bytes) {
  return element(tag, WireBytes().be(number, bytes));
}

/// A slot and its appendage, as a parser leaves them in the ring. It stays where it is: the group
/// points into it.
class Cause {
 public:
  Cause() : Cause(EnterBody{}) {}
  template <class Body>
  explicit Cause(const Body& body, Bytes appendage = {}) {
    static_assert(sizeof body == sizeof(EnterBody));
    std::memcpy(&slots_[0].enter, &body, sizeof body);
    group_.head = &slots_[0];
    if (!appendage.empty())
      slots_[0].enter.appendage_bytes = static_cast<std::uint8_t>(appendage.size());
    for (std::size_t i = 0; i * extension_bytes < appendage.size(); ++i) {
      const Bytes rest = appendage.subspan(i * extension_bytes);
      const Bytes part = rest.first(std::min(rest.size(), extension_bytes));
      std::memcpy(slots_[i + 1].extension.appendage.data(), part.data(), part.size());
      group_.extensions[i] = &slots_[i + 1];
      slots_[0].tail.extension_count = static_cast<std::uint8_t>(i + 1);
    }
  }
  Cause(const Cause&) = delete;
  Cause& operator=(const Cause&) = delete;

  operator const SlotGroup&() const { return group_; }

 private:
  std::array<Slot, group_slots_max> slots_{};
  SlotGroup group_;
};

/// What every message below has in common.
inline Event event_with(EventTail tail) {
  Event event{};
  event.time_ns = {0x0000'1F1A'CED9'F001};
  event.order_ref = 0x0102'0304'0506'0708;
  event.session = 3;
  event.user_ref_num = 0x11223344;
  event.quantity = {500};
  event.price = {3'201'400};
  event.instrument = 0x0A0B;
  event.tail = tail;
  return event;
}
/// Type and timestamp, as every OUCH message starts; then UserRefNum, unless left out.
inline WireBytes ouch_start(std::string_view type, bool numbered = true) {
  WireBytes bytes;
  bytes.text(type).be(0x0000'1F1A'CED9'F001, 8);
  return numbered ? bytes.be(0x11223344, 4) : bytes;
}
/// Type, locate, tracking number 0 and 48 bits of time, as every ITCH message starts.
inline WireBytes itch_start(std::string_view type) {
  return WireBytes().text(type).be(0x0A0B, 2).be(0, 2).be(0x1F1A'CED9'F001, 6);
}

/// Encodes into bytes that were not zero before; nothing behind the message may change.
inline std::string ouch_hex(const EventGroup& event, const SlotGroup& cause) {
  std::array<std::byte, ouch_message_bytes_max> out;
  out.fill(std::byte{0xEE});
  return hex(Bytes(out).first(encode_ouch(event, cause, out)));
}
inline std::string ouch_hex(const Event& event, const SlotGroup& cause) {
  return ouch_hex(EventGroup{.head = &event}, cause);
}
inline std::string itch_hex(ItchEncoder& encoder, const Event& event, const SlotGroup& cause) {
  std::array<std::byte, itch_message_bytes_max> out;
  out.fill(std::byte{0xEE});
  return hex(Bytes(out).first(encoder.encode({.head = &event}, cause, out)));
}

}  // namespace wirebook::wire_out
