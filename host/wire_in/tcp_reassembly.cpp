#include "wire_in/tcp_reassembly.hpp"

namespace wirebook::wire_in {
namespace {

using Bytes = std::span<const std::byte>;

/// What a held segment costs besides its bytes, so that many tiny ones are bounded too.
constexpr std::size_t held_overhead_bytes = 96;

std::int64_t end_of(std::int64_t position, Bytes bytes) {
  return position + static_cast<std::int64_t>(bytes.size());
}

/// The number of the segment's first payload byte: a SYN takes one number itself.
std::uint32_t payload_sequence(const TcpSegment& segment) {
  return segment.sequence_number + (segment.syn ? 1U : 0U);
}

}  // namespace

Outcome TcpReassembly::on_segment(const TcpSegment& segment) {
  std::size_t index = 0;
  if (!open(segment, index))
    return Outcome::tcp_too_many;
  Stream& stream = streams_[index];
  // Numbers wrap, positions do not: the distance to the next expected byte decides.
  const std::uint32_t expected = stream.start_sequence + static_cast<std::uint32_t>(stream.next);
  const std::int64_t position =
      stream.next + static_cast<std::int32_t>(payload_sequence(segment) - expected);
  if (segment.fin)
    stream.end = std::max(stream.end, end_of(position, segment.payload));
  return segment.payload.empty() ? Outcome::ok : take(index, position, segment.payload);
}

/// Finds the segment's stream, or makes it; false if there are too many. A SYN with another number
/// than the stream's is a new connection between the same ports.
bool TcpReassembly::open(const TcpSegment& segment, std::size_t& stream) {
  const TcpStreamKey key{segment.source_address, segment.destination_address, segment.source_port,
                         segment.destination_port};
  const auto known = index_.find(key);
  if (known != index_.end()) {
    stream = known->second;
    if (!segment.syn || streams_[stream].start_sequence == payload_sequence(segment))
      return true;
  }
  if (streams_.size() == limits_.streams_max)
    return false;
  stream = streams_.size();
  index_[key] = stream;
  streams_.push_back({.key = key, .start_sequence = payload_sequence(segment)});
  return true;
}

Outcome TcpReassembly::take(std::size_t index, std::int64_t position, Bytes bytes) {
  Stream& stream = streams_[index];
  if (end_of(position, bytes) <= stream.next)
    return Outcome::tcp_duplicate;
  if (position > stream.next)
    return hold(stream, position, bytes);
  deliver(index, bytes.subspan(static_cast<std::size_t>(stream.next - position)));
  while (!stream.held.empty() && stream.held.begin()->first <= stream.next) {
    const auto first = stream.held.extract(stream.held.begin());
    const Bytes held = first.mapped();
    stream.held_bytes -= held.size() + held_overhead_bytes;
    if (end_of(first.key(), held) > stream.next)
      deliver(index, held.subspan(static_cast<std::size_t>(stream.next - first.key())));
  }
  return Outcome::ok;
}

Outcome TcpReassembly::hold(Stream& stream, std::int64_t position, Bytes bytes) const {
  const auto there = stream.held.find(position);
  if (there != stream.held.end() && there->second.size() >= bytes.size())
    return Outcome::tcp_duplicate;
  const std::size_t replaced =
      there == stream.held.end() ? 0 : there->second.size() + held_overhead_bytes;
  const std::size_t held_bytes = stream.held_bytes - replaced + bytes.size() + held_overhead_bytes;
  if (held_bytes > limits_.held_bytes_max)
    return Outcome::tcp_out_of_window;
  stream.held_bytes = held_bytes;
  stream.held[position].assign(bytes.begin(), bytes.end());
  return Outcome::ok;
}

void TcpReassembly::deliver(std::size_t index, Bytes bytes) {
  streams_[index].next = end_of(streams_[index].next, bytes);
  sink_(index, bytes);
}

void TcpReassembly::end(OutcomeCounters& counters) const {
  for (const Stream& stream : streams_)
    if (!stream.held.empty() || stream.end > stream.next)
      counters.add(Outcome::tcp_hole);
}

}  // namespace wirebook::wire_in
