// Wire bytes for the tests, built by hand from the documents' offsets, and rings to parse into.
//
// Shapes: `WireBytes` grows by big- or little-endian numbers and text. `SlotSink` is a small ring
// whose slots are checked (seal, phase, whole groups) and copied out. Threads: one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/crc32c.hpp"
#include "wirebook/slot.hpp"

#include "slot_ring/group.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::wire_in::test {

using Bytes = std::span<const std::byte>;

class WireBytes {
 public:
  WireBytes() = default;
  explicit WireBytes(std::size_t bytes, std::uint8_t value = 0) : bytes_(bytes, std::byte{value}) {}

  WireBytes& be(std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = bytes; i-- != 0;)
      bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
    return *this;
  }
  WireBytes& le(std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
      bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
    return *this;
  }
  /// Padded with spaces to `width`.
  WireBytes& text(std::string_view text, std::size_t width = 0) {
    for (const char c : text)
      bytes_.push_back(static_cast<std::byte>(c));
    for (std::size_t i = text.size(); i < width; ++i)
      bytes_.push_back(std::byte{' '});
    return *this;
  }
  WireBytes& zeros(std::size_t bytes) {
    bytes_.resize(bytes_.size() + bytes);
    return *this;
  }
  WireBytes& add(Bytes bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  /// A block: u16 length, message.
  WireBytes& block(Bytes message) { return be(message.size(), 2).add(message); }
  WireBytes& set(std::size_t offset, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
      bytes_[offset + i] = static_cast<std::byte>(value >> (8 * (bytes - 1 - i)));
    return *this;
  }
  WireBytes& flip(std::size_t bit) {
    bytes_[bit / 8] ^= std::byte{static_cast<unsigned char>(1U << bit % 8)};
    return *this;
  }

  std::byte& operator[](std::size_t offset) { return bytes_[offset]; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  operator Bytes() const { return bytes_; }
  [[nodiscard]] Bytes first(std::size_t bytes) const { return Bytes(bytes_).first(bytes); }

 private:
  std::vector<std::byte> bytes_;
};

/// Bytes 0–55 of a slot.
inline std::vector<std::byte> content(const Slot& slot) {
  const Bytes bytes = std::as_bytes(std::span(&slot, 1)).first(56);
  return {bytes.begin(), bytes.end()};
}

class SlotSink {
 public:
  explicit SlotSink(std::uint64_t start_sequence = 0, std::size_t slots = ring_slots_min)
      : ring(slots, {.start_sequence = start_sequence, .epoch = epoch}),
        writer(ring),
        reader(ring) {}

  /// All that was published since the last call.
  std::vector<Slot> take() {
    std::vector<Slot> slots;
    while (const auto group = slot_ring::peek_group(reader)) {
      for (std::uint64_t i = 0; i < group->slot_count(); ++i) {
        const Slot& slot = reader.at(group->sequence + i);
        EXPECT_TRUE(is_sealed(slot, group->sequence + i, epoch)) << "slot " << i << " of a group";
        EXPECT_EQ(slot.tail.reserved, 0);
        EXPECT_EQ(slot.tail.flags & ~flag_phase, 0);
        if (i != 0) {
          EXPECT_EQ(slot.tail.kind, SlotKind::extension);
        }
        slots.push_back(slot);
      }
      reader.release(group->slot_count());
    }
    EXPECT_EQ(reader.sequence(), writer.sequence());
    return slots;
  }

  static constexpr std::uint32_t epoch = 7;
  slot_ring::Ring<Slot> ring;
  slot_ring::Writer<Slot> writer;
  slot_ring::Reader<Slot> reader;
};

/// One field's way from the wire into a slot.
struct FieldMap {
  std::size_t wire_offset;
  std::size_t bytes;
  std::size_t slot_offset;
  enum class Order : std::uint8_t { as_is, swapped } order;
};
inline constexpr auto as_is = FieldMap::Order::as_is;
inline constexpr auto swapped = FieldMap::Order::swapped;

/// What bytes 0–55 of a slot must be: the time, each mapped field, and zero elsewhere.
inline std::vector<std::byte> expected_content(std::uint64_t time_ns, Bytes message,
                                               std::span<const FieldMap> fields) {
  std::vector<std::byte> slot(56);
  for (std::size_t i = 0; i < 8; ++i)
    slot[i] = static_cast<std::byte>(time_ns >> (8 * i));
  for (const FieldMap& field : fields)
    for (std::size_t i = 0; i < field.bytes; ++i) {
      const std::size_t from = field.order == swapped ? field.bytes - 1 - i : i;
      slot[field.slot_offset + i] = message[field.wire_offset + from];
    }
  return slot;
}

/// Messages of `bytes` bytes with this type that show where each byte goes: all zero, all ones,
/// each byte another, and each byte alone at both ends of its range.
inline std::vector<WireBytes> patterns(char type, std::size_t bytes) {
  std::vector<WireBytes> messages{WireBytes(bytes, 0x00), WireBytes(bytes, 0xFF), WireBytes(bytes)};
  for (std::size_t i = 0; i < bytes; ++i)
    messages[2][i] = static_cast<std::byte>(0x11 + 3 * i);
  for (std::size_t i = 1; i < bytes; ++i)
    for (const auto& [rest, value] : {std::pair{0x00, 0x01}, {0x00, 0x80}, {0xFF, 0xFE}}) {
      messages.emplace_back(bytes, static_cast<std::uint8_t>(rest));
      messages.back()[i] = static_cast<std::byte>(value);
    }
  for (WireBytes& message : messages)
    message[0] = static_cast<std::byte>(type);
  return messages;
}

/// The 23 messages of ITCH 5.0 and their lengths, as PROTOCOLS §5 lists them.
struct ItchLength {
  char type;
  std::size_t bytes;
};
inline constexpr ItchLength itch_lengths[] = {
    {'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28},
    {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40}, {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19},
    {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};

/// An ITCH `D` of this order: 19 bytes.
inline WireBytes itch_delete(std::uint64_t order_ref, std::uint64_t time_ns = 1) {
  return WireBytes().text("D").be(1, 2).be(0, 2).be(time_ns, 6).be(order_ref, 8);
}

/// An OUCH `O` with this appendage, and an appendage length that may lie.
inline WireBytes ouch_enter(Bytes appendage = {}, std::int64_t length = -1) {
  return WireBytes()
      .text("O")
      .be(1, 4)
      .text("B")
      .be(100, 4)
      .text("AAPL", 8)
      .be(3'201'400, 8)
      .text("0YPNN")
      .text("x1", 14)
      .be(length < 0 ? appendage.size() : static_cast<std::uint64_t>(length), 2)
      .add(appendage);
}

/// A MoldUDP64 packet with these blocks; its count may lie.
inline WireBytes mold_packet(std::uint64_t sequence, const std::vector<WireBytes>& messages,
                             std::int64_t count = -1, std::string_view session = "SESSION001") {
  WireBytes packet;
  packet.text(session, 10)
      .be(sequence, 8)
      .be(count < 0 ? messages.size() : static_cast<std::uint64_t>(count), 2);
  for (const WireBytes& message : messages)
    packet.block(message);
  return packet;
}

}  // namespace wirebook::wire_in::test
