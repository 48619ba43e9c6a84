// Goal: whatever segments come, in whatever order, each stream comes out without a byte twice,
// wrong or out of place, and what is held is bounded. Input: segments of four bytes (a small
// offset, a length, flags with the port, spare) of two streams whose bytes follow from their
// position.
#include <array>

#include "fuzz_sink.hpp"
#include "wire_in/tcp_reassembly.hpp"

using namespace wirebook;
using namespace wirebook::wire_in;

namespace {

constexpr std::uint32_t start = 0xFFFF'FF00;  // numbers wrap soon

std::byte byte_at(std::size_t position) { return static_cast<std::byte>(position * 167 + 13); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::array<std::size_t, 4> length{};
  TcpReassembly tcp(
      [&length](std::size_t stream, fuzz::Bytes bytes) {
        for (const std::byte byte : bytes)
          WIREBOOK_ASSERT(byte == byte_at(length[stream]++));
      },
      {.streams_max = 2, .held_bytes_max = 4'096});
  for (std::uint16_t port = 0; port < 2; ++port)
    tcp.on_segment({.source_port = port, .sequence_number = start - 1, .syn = true});
  for (fuzz::Bytes rest = fuzz::as_bytes(data, size); rest.size() >= 4;) {
    const fuzz::Bytes command = fuzz::take(rest, 4);
    const std::size_t position =
        std::to_integer<std::size_t>(command[0]) + 4 * std::to_integer<std::size_t>(command[3]);
    std::array<std::byte, 255> bytes;
    const fuzz::Bytes payload = fuzz::Bytes(bytes).first(
        std::min<std::size_t>(std::to_integer<std::size_t>(command[1]), bytes.size()));
    for (std::size_t i = 0; i < payload.size(); ++i)
      bytes[i] = byte_at(position + i);
    const auto flags = std::to_integer<unsigned>(command[2]);
    const Outcome outcome =
        tcp.on_segment({.source_port = static_cast<std::uint16_t>(flags % 3),
                        .sequence_number = start + static_cast<std::uint32_t>(position),
                        .fin = (flags & 0x80) != 0,
                        .rst = (flags & 0x40) != 0,
                        .payload = payload});
    WIREBOOK_ASSERT((flags % 3 == 2) == (outcome == Outcome::tcp_too_many));
  }
  OutcomeCounters counters;
  tcp.end(counters);
  WIREBOOK_ASSERT(counters[Outcome::tcp_hole] <= 2);
  return 0;
}
