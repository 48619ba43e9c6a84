#include "wire_in/mold_parser.hpp"

#include <algorithm>
#include <limits>

#include "wire_in/gap_slot.hpp"
#include "wire_in/message_blocks.hpp"

namespace wirebook::wire_in {
namespace {

namespace mold = wire::mold;
using Bytes = std::span<const std::byte>;

/// The end of the session before, a gap, the end of this session.
constexpr std::size_t own_slots_max = 3;
/// No ITCH message is shorter, so no block that makes a slot is.
constexpr std::size_t slot_block_bytes_min = sizeof(wire::Big16) + 12;

}  // namespace

std::size_t MoldParser::slots_needed(Bytes payload) noexcept {
  if (payload.size() < sizeof(mold::Header))
    return 0;
  const std::uint16_t count = wire::view<mold::Header>(payload.data()).message_count;
  const std::size_t fit = (payload.size() - sizeof(mold::Header)) / slot_block_bytes_min;
  const bool carries = count != mold::count_end_of_session;
  return own_slots_max + (carries ? std::min<std::size_t>(count, fit) : 0);
}

Outcome MoldParser::on_packet(Bytes payload, TimeNs time_ns, slot_ring::Writer<Slot>& ring,
                              OutcomeCounters& counters) noexcept {
  const auto counted = [&counters](Outcome outcome) {
    counters.add(outcome);
    return outcome;
  };
  if (payload.size() < sizeof(mold::Header))
    return counted(Outcome::mold_truncated);
  const auto& header = wire::view<mold::Header>(payload.data());
  const std::uint64_t sequence = header.sequence_number;
  const std::uint16_t count = header.message_count;
  const bool at_end = count == mold::count_end_of_session;
  const std::uint16_t messages_count = at_end ? std::uint16_t{0} : count;
  if (sequence == 0 || sequence > std::numeric_limits<std::uint64_t>::max() - messages_count)
    return counted(Outcome::mold_sequence);

  if (session_ != header.session) {
    if (previous_session_ == header.session)
      return counted(Outcome::mold_other_session);
    enter_session(header.session, time_ns, ring);
  }
  const Bytes blocks = payload.subspan(sizeof(mold::Header));
  if (messages_count != 0 && sequence + messages_count <= expected_)
    return counted(Outcome::mold_duplicate);
  if (ended_ && sequence + messages_count > expected_)
    return counted(Outcome::mold_after_end);

  const bool gap = skip_to(sequence, time_ns, ring, counters);
  if (messages_count != 0) {
    const Outcome outcome = messages(blocks, sequence, messages_count, time_ns, ring, counters);
    if (outcome != Outcome::ok)
      return counted(outcome);
    return gap ? Outcome::mold_gap : Outcome::ok;
  }
  if (at_end)
    end_session(time_ns, ring);
  if (!blocks.empty())
    return counted(Outcome::mold_trailing_bytes);
  return counted(at_end ? Outcome::mold_end_of_session : Outcome::mold_heartbeat);
}

Outcome MoldParser::messages(Bytes bytes, std::uint64_t first, std::uint16_t count, TimeNs time_ns,
                             slot_ring::Writer<Slot>& ring, OutcomeCounters& counters) noexcept {
  MessageBlocks blocks(bytes);
  for (std::uint16_t i = 0; i < count; ++i) {
    Bytes message;
    if (!blocks.next(message))
      return Outcome::mold_block_truncated;
    if (first + i < expected_)
      continue;
    ++expected_;
    if (message.empty())
      counters.add(Outcome::mold_empty_block);
    else if (wanted_ == nullptr)
      counters.add(parse_itch(message, time_ns, ring));
    else
      counters.add(parse_itch(message, time_ns, ring, *wanted_));
  }
  return blocks.rest().empty() ? Outcome::ok : Outcome::mold_trailing_bytes;
}

void MoldParser::enter_session(const Alpha<10>& session, TimeNs time_ns,
                               slot_ring::Writer<Slot>& ring) noexcept {
  if (session_)
    end_session(time_ns, ring);
  previous_session_ = session_;
  session_ = session;
  expected_ = 1;
  ended_ = false;
}

bool MoldParser::skip_to(std::uint64_t sequence, TimeNs time_ns, slot_ring::Writer<Slot>& ring,
                         OutcomeCounters& counters) noexcept {
  if (sequence <= expected_)
    return false;
  write_gap_slot(SlotKind::gap,
                 GapBody{.cause = GapCause::feed_sequence,
                         .stream = stream_,
                         .first_sequence = expected_,
                         .count = sequence - expected_},
                 time_ns, ring);
  expected_ = sequence;
  counters.add(Outcome::mold_gap);
  return true;
}

void MoldParser::end_session(TimeNs time_ns, slot_ring::Writer<Slot>& ring) noexcept {
  if (ended_)
    return;
  write_gap_slot(SlotKind::feed_end, GapBody{.stream = stream_, .first_sequence = expected_},
                 time_ns, ring);
  ended_ = true;
}

}  // namespace wirebook::wire_in
