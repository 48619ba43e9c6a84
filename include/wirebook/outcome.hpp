// Outcomes: each way in which wire input can be taken, ignored or refused, and their counters.
//
// Shapes: one byte; one input has one outcome. `OutcomeClass` tells what is malformed from what is
// merely not for us. Threads: values; counters belong to one thread. Errors: this is them; nothing
// throws. Cost: an increment. Specification: host/wire_in/README.md lists an input for each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wirebook {

enum class Outcome : std::uint8_t {
  ok = 0,

  // Ethernet, IPv4, UDP, TCP.
  frame_fcs,
  frame_too_long,
  frame_truncated,
  vlan_too_deep,
  frame_not_ipv4,
  ipv4_truncated,
  ipv4_version,
  ipv4_header_length,
  ipv4_total_length,
  ipv4_checksum,
  ipv4_fragment,
  ipv4_protocol,
  udp_truncated,
  udp_length,
  udp_checksum,
  udp_not_ours,
  tcp_truncated,
  tcp_header_length,
  tcp_checksum,
  tcp_duplicate,
  tcp_out_of_window,
  tcp_too_many,
  tcp_hole,

  // MoldUDP64 and ITCH.
  mold_truncated,
  mold_sequence,
  mold_block_truncated,
  mold_trailing_bytes,
  mold_after_end,
  mold_other_session,
  mold_duplicate,
  mold_gap,
  mold_heartbeat,
  mold_end_of_session,
  mold_empty_block,
  itch_empty,
  itch_unknown_type,
  itch_length,
  itch_filtered,

  // UFO, SoupBinTCP and OUCH.
  ufo_empty,
  ufo_unknown_type,
  ufo_length,
  ufo_block_truncated,
  ufo_unknown_source,
  soup_empty,
  soup_unknown_type,
  soup_length,
  soup_truncated,
  ouch_empty,
  ouch_unknown_type,
  ouch_truncated,
  ouch_appendage_length,
  ouch_appendage_too_long,

  // Files, the ring, and frames that the host answers itself.
  file_truncated,
  file_bytes_after_end,
  ring_full,
  punted,
  punt_dropped,

  outcome_count,
};

inline constexpr std::size_t outcome_count = static_cast<std::size_t>(Outcome::outcome_count);

enum class OutcomeClass : std::uint8_t {
  taken,      ///< did what it was sent for
  ignored,    ///< well-formed, but seen before, not for us, or without room
  malformed,  ///< breaks its specification, or is not all there
};

namespace detail {

inline constexpr std::array<std::string_view, outcome_count> outcome_names{
    "ok",
    "frame_fcs",
    "frame_too_long",
    "frame_truncated",
    "vlan_too_deep",
    "frame_not_ipv4",
    "ipv4_truncated",
    "ipv4_version",
    "ipv4_header_length",
    "ipv4_total_length",
    "ipv4_checksum",
    "ipv4_fragment",
    "ipv4_protocol",
    "udp_truncated",
    "udp_length",
    "udp_checksum",
    "udp_not_ours",
    "tcp_truncated",
    "tcp_header_length",
    "tcp_checksum",
    "tcp_duplicate",
    "tcp_out_of_window",
    "tcp_too_many",
    "tcp_hole",
    "mold_truncated",
    "mold_sequence",
    "mold_block_truncated",
    "mold_trailing_bytes",
    "mold_after_end",
    "mold_other_session",
    "mold_duplicate",
    "mold_gap",
    "mold_heartbeat",
    "mold_end_of_session",
    "mold_empty_block",
    "itch_empty",
    "itch_unknown_type",
    "itch_length",
    "itch_filtered",
    "ufo_empty",
    "ufo_unknown_type",
    "ufo_length",
    "ufo_block_truncated",
    "ufo_unknown_source",
    "soup_empty",
    "soup_unknown_type",
    "soup_length",
    "soup_truncated",
    "ouch_empty",
    "ouch_unknown_type",
    "ouch_truncated",
    "ouch_appendage_length",
    "ouch_appendage_too_long",
    "file_truncated",
    "file_bytes_after_end",
    "ring_full",
    "punted",
    "punt_dropped",
};
static_assert(!outcome_names.back().empty(), "every outcome has a name");

}  // namespace detail

/// The name, as in the enum.
constexpr std::string_view to_string(Outcome outcome) {
  const auto index = static_cast<std::size_t>(outcome);
  return index < outcome_count ? detail::outcome_names[index] : "unknown";
}

constexpr OutcomeClass outcome_class(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
    case Outcome::mold_heartbeat:
    case Outcome::mold_end_of_session:
    case Outcome::mold_empty_block:
    case Outcome::punted:
      return OutcomeClass::taken;
    case Outcome::frame_not_ipv4:
    case Outcome::ipv4_fragment:
    case Outcome::ipv4_protocol:
    case Outcome::tcp_duplicate:
    case Outcome::mold_other_session:
    case Outcome::mold_duplicate:
    case Outcome::mold_gap:
    case Outcome::ring_full:
    case Outcome::udp_not_ours:
    case Outcome::itch_filtered:
    case Outcome::ufo_unknown_source:
    case Outcome::punt_dropped:
      return OutcomeClass::ignored;
    default:
      return OutcomeClass::malformed;
  }
}

/// How often each outcome came.
struct OutcomeCounters {
  std::array<std::uint64_t, outcome_count> count{};

  constexpr void add(Outcome outcome) { ++count[static_cast<std::size_t>(outcome)]; }
  constexpr void add(const OutcomeCounters& other) {
    for (std::size_t i = 0; i < outcome_count; ++i)
      count[i] += other.count[i];
  }
  constexpr std::uint64_t operator[](Outcome outcome) const {
    return count[static_cast<std::size_t>(outcome)];
  }
  /// The sum of all that broke its specification.
  [[nodiscard]] constexpr std::uint64_t malformed() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < outcome_count; ++i)
      if (outcome_class(static_cast<Outcome>(i)) == OutcomeClass::malformed)
        sum += count[i];
    return sum;
  }
};

}  // namespace wirebook
