// What the walk through a frame should yield, written from the protocols, for the benches.
//
// Shapes: a frame in; its context and its pieces out, each with the bytes that count. Threads:
// pure. Cost: a pass over the frame. A frame that the verdict will refuse is only to come out once.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "wirebook/outcome.hpp"

#include "tests/wire_in/frame_bytes.hpp"
#include "wire_in/frame_parser.hpp"

namespace wirebook::walk_model {

using Bytes = std::span<const std::byte>;

inline constexpr std::size_t beat_bytes = 64;
inline constexpr std::size_t piece_bytes = 50;
inline constexpr std::size_t head_bytes = 47;
inline constexpr std::size_t part_bytes = 48;

inline std::uint64_t number(Bytes bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
  return value;
}

struct Filter {
  bool valid = false;
  std::uint32_t address = 0;
  std::uint16_t port = 0;
};

struct Config {
  std::array<Filter, 16> feeds{};
  Filter order;
  std::uint32_t local_address = 0;
};

enum class Protocol : std::uint8_t { other, feed, order, host };
enum class Kind : std::uint8_t { block, head, part, none };

struct Piece {
  Kind kind = Kind::none;
  std::size_t at = 0;      ///< in the frame
  std::size_t length = 0;  ///< what `piece_length_o` says
  std::size_t bytes = 0;   ///< of them must be there
  bool end = false;
  Outcome end_outcome = Outcome::ok;

  /// The beat with its last byte; of an empty first block the one behind its length.
  [[nodiscard]] std::size_t beat() const {
    const std::size_t last = at + (kind == Kind::head ? std::min(length, head_bytes) : length) - 1;
    return last / beat_bytes;
  }
};

struct Head {
  Outcome outcome = Outcome::ok;
  bool bare = false;  ///< without an appendage length, as it may
  std::uint16_t appendage_bytes = 0;
};

struct Expected {
  bool known = false;   ///< the verdict is good, or the host wants it
  bool pieces = false;  ///< the pieces are known: the datagram is good
  std::size_t shape = 0;
  Protocol protocol = Protocol::other;
  Outcome outcome = Outcome::ok;
  unsigned stream = 0;
  std::array<std::byte, 10> session{};
  std::uint64_t sequence = 0;
  std::uint16_t messages = 0;
  bool at_end = false;
  bool trailing = false;
  bool punt = false;
  std::uint32_t source_address = 0;
  std::uint16_t source_port = 0;
  Head head;
  std::vector<Piece> list;
};

/// Ethernet: where the type's payload starts, and the type.
struct Ethernet {
  std::size_t at = 14;
  std::size_t tags = 0;
  std::uint64_t type = 0;
};
inline Ethernet ethernet_of(Bytes frame) {
  Ethernet ethernet;
  for (;; ethernet.at += 4, ++ethernet.tags) {
    if (frame.size() < ethernet.at)
      return ethernet;
    ethernet.type = number(frame, ethernet.at - 2, 2);
    if (ethernet.tags == 2 || (ethernet.type != 0x8100 && ethernet.type != 0x88A8))
      return ethernet;
  }
}

/// ARP that asks for us, or ICMP to us.
inline bool is_for_host(const Config& config, Bytes frame) {
  const Ethernet ethernet = ethernet_of(frame);
  const std::size_t at = ethernet.at;
  if (config.local_address == 0)
    return false;
  if (ethernet.type == 0x0806)
    return frame.size() >= at + 28 && number(frame, at + 24, 4) == config.local_address;
  return ethernet.type == 0x0800 && frame.size() >= at + 20 &&
         (number(frame, at + 6, 2) & 0x3FFF) == 0 && number(frame, at + 9, 1) == 1 &&
         number(frame, at + 16, 4) == config.local_address;
}

inline void end_with(Expected& expected, Outcome outcome, bool on_piece) {
  if (!on_piece || expected.list.empty())
    expected.list.push_back({});
  expected.list.back().end = true;
  expected.list.back().end_outcome = outcome;
}

inline void walk_blocks(Expected& expected, Bytes frame, std::size_t at, std::size_t end) {
  for (std::size_t i = 0; i < expected.messages; ++i) {
    const std::size_t length = at + 2 <= end ? number(frame, at, 2) : 0;
    if (at + 2 + length > end)
      return end_with(expected, Outcome::mold_block_truncated, false);
    at += 2;
    // No message is longer than 50 bytes; of a block that cannot be in two beats, the type counts.
    const std::size_t bytes = length <= beat_bytes ? std::min(length, piece_bytes) : 1;
    expected.list.push_back({.kind = Kind::block, .at = at, .length = length, .bytes = bytes});
    at += length;
  }
  end_with(expected, at < end ? Outcome::mold_trailing_bytes : Outcome::ok, expected.messages != 0);
}

inline void expect_feed(Expected& expected, Bytes frame, std::size_t at, std::size_t end) {
  expected.protocol = Protocol::feed;
  if (end - at < 20) {
    expected.outcome = Outcome::mold_truncated;
    return;
  }
  for (std::size_t i = 0; i < 10; ++i)
    expected.session[i] = frame[at + i];
  expected.sequence = number(frame, at + 10, 8);
  const auto count = static_cast<std::uint16_t>(number(frame, at + 18, 2));
  expected.at_end = count == 0xFFFF;
  expected.messages = expected.at_end ? 0 : count;
  expected.trailing = expected.messages == 0 && end - at > 20;
  if (expected.sequence == 0 || expected.sequence + expected.messages < expected.sequence) {
    expected.outcome = Outcome::mold_sequence;
    return;
  }
  expected.pieces = true;
  if (expected.messages == 0)
    return end_with(expected, Outcome::ok, false);
  walk_blocks(expected, frame, at + 20, end);
}

/// OUCH: bytes up to the appendage length; 0: no such type. Whether it may be left out.
struct OuchForm {
  std::size_t fixed = 0;
  bool may_be_bare = false;
};
inline OuchForm ouch_form(char type) {
  switch (type) {
    case 'O':
      return {45};
    case 'U':
      return {38};
    case 'X':
      return {9, true};
    case 'M':
      return {10, true};
    case 'C':
      return {17};
    case 'D':
    case 'E':
      return {9};
    case 'Q':
      return {1, true};
    default:
      return {};
  }
}

inline void walk_order(Expected& expected, Bytes frame, std::size_t at, std::size_t end) {
  const std::size_t length = end - at;
  const OuchForm form = ouch_form(static_cast<char>(frame[at]));
  expected.list.push_back(
      {.kind = Kind::head, .at = at, .length = length, .bytes = std::min(length, head_bytes)});
  expected.head.bare = form.may_be_bare && length == form.fixed;
  if (form.fixed == 0)
    expected.head.outcome = Outcome::ouch_unknown_type;
  else if (length < form.fixed + 2 && !expected.head.bare)
    expected.head.outcome = Outcome::ouch_truncated;
  if (form.fixed != 0 && length > form.fixed + 2) {
    const std::size_t rest = length - form.fixed - 2;
    expected.head.appendage_bytes = static_cast<std::uint16_t>(rest);
    for (std::size_t done = 0; rest <= 2 * part_bytes && done < rest; done += part_bytes) {
      const std::size_t bytes = std::min(rest - done, part_bytes);
      expected.list.push_back(
          {.kind = Kind::part, .at = end - rest + done, .length = bytes, .bytes = bytes});
    }
  }
  end_with(expected, Outcome::ok, true);
}

inline void expect_order(Expected& expected, Bytes frame, std::size_t at, std::size_t end) {
  expected.protocol = Protocol::order;
  expected.pieces = true;
  const std::size_t size = end - at;
  const auto right = [&](bool is) { return is ? Outcome::ok : Outcome::ufo_length; };
  const char type = size == 0 ? '\0' : static_cast<char>(frame[at]);
  if (size == 0)
    expected.outcome = Outcome::ufo_empty;
  else if (type == 'L')
    expected.outcome = right(size == 27);
  else if (type == 'T')
    expected.outcome = right(size == 7);
  else if (type == 'R' || type == 'O')
    expected.outcome = right(size == 1);
  else if (type == 'U')
    expected.outcome = right(size > 1);
  else
    expected.outcome = Outcome::ufo_unknown_type;
  expected.punt = expected.outcome == Outcome::ok && type != 'U';
  if (expected.outcome == Outcome::ok && type == 'U')
    walk_order(expected, frame, at + 1, end);
  else
    end_with(expected, Outcome::ok, false);
}

inline Expected expect(const Config& config, Bytes frame) {
  Expected expected;
  if (is_for_host(config, frame)) {
    expected.known = expected.pieces = expected.punt = true;
    expected.protocol = Protocol::host;
    end_with(expected, Outcome::ok, false);
    return expected;
  }
  wire_in::UdpDatagram datagram;
  if (wire_in::parse_frame(frame, datagram) != Outcome::ok)
    return expected;
  expected.known = true;
  expected.source_address = datagram.source_address;
  expected.source_port = datagram.source_port;
  const std::size_t at = static_cast<std::size_t>(datagram.payload.data() - frame.data());
  const std::size_t end = at + datagram.payload.size();
  expected.shape = (at - 42) / 4;
  const auto matches = [&](const Filter& filter) {
    return filter.valid && filter.address == datagram.destination_address &&
           filter.port == datagram.destination_port;
  };
  for (std::size_t i = 0; i < config.feeds.size(); ++i) {
    if (matches(config.feeds[i])) {
      expected.stream = static_cast<unsigned>(i / 2);
      expect_feed(expected, frame, at, end);
      return expected;
    }
  }
  if (matches(config.order)) {
    expect_order(expected, frame, at, end);
  } else {
    expected.outcome = Outcome::udp_not_ours;
    expected.pieces = true;
    end_with(expected, Outcome::ok, false);
  }
  return expected;
}

}  // namespace wirebook::walk_model
