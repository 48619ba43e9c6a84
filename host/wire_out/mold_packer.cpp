#include "wire_out/mold_packer.hpp"

#include "wirebook/assert.hpp"

namespace wirebook::wire_out {

MoldPacker::MoldPacker(Alpha<10> session, std::size_t payload_bytes_max,
                       std::uint64_t next_sequence)
    : payload_bytes_max_(payload_bytes_max), first_sequence_(next_sequence) {
  WIREBOOK_ASSERT(payload_bytes_max >= sizeof(wire::mold::Header) + block_bytes_max &&
                  payload_bytes_max <= datagram_payload_bytes_max);
  wire::view<wire::mold::Header>(datagram_.data()).session = session;
}

std::span<std::byte, itch_message_bytes_max> MoldPacker::room() {
  WIREBOOK_ASSERT(has_room());
  return std::span<std::byte, itch_message_bytes_max>(datagram_.data() + end_ + sizeof(wire::Big16),
                                                      itch_message_bytes_max);
}

void MoldPacker::commit(std::size_t bytes) {
  if (bytes == 0)
    return;
  WIREBOOK_ASSERT(bytes <= itch_message_bytes_max && has_room());
  wire::view<wire::Big16>(datagram_.data() + end_) = static_cast<std::uint16_t>(bytes);
  end_ += sizeof(wire::Big16) + bytes;
  ++count_;
}

std::span<const std::byte> MoldPacker::flush() {
  WIREBOOK_ASSERT(!empty());
  const std::size_t bytes = end_;
  (void)bare_header(count_);
  first_sequence_ += count_;
  count_ = 0;
  end_ = sizeof(wire::mold::Header);
  return std::span(datagram_).first(bytes);
}

std::span<const std::byte> MoldPacker::heartbeat() {
  WIREBOOK_ASSERT(empty());
  return bare_header(wire::mold::count_heartbeat);
}

std::span<const std::byte> MoldPacker::end_of_session() {
  WIREBOOK_ASSERT(empty());
  return bare_header(wire::mold::count_end_of_session);
}

std::span<const std::byte> MoldPacker::bare_header(std::uint16_t count) {
  auto& header = wire::view<wire::mold::Header>(datagram_.data());
  header.sequence_number = first_sequence_;
  header.message_count = count;
  return std::span(datagram_).first(sizeof header);
}

}  // namespace wirebook::wire_out
