#include "node/replay/replay_format.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "wire_in/binary_file_source.hpp"
#include "wire_in/block_file_source.hpp"
#include "wire_in/itch_parser.hpp"

namespace wirebook::node {

namespace {

constexpr std::size_t blocks_looked_at = 64;
constexpr std::size_t text_bytes_looked_at = 64;

bool is_capture(std::span<const std::byte> bytes) {
  // Micro- and nanosecond pcap in either byte order, and pcapng, which reads the same both ways.
  constexpr std::array<std::uint32_t, 5> magic_numbers{0xA1B2'C3D4, 0xD4C3'B2A1, 0xA1B2'3C4D,
                                                       0x4D3C'B2A1, 0x0A0D'0D0A};
  std::uint32_t magic = 0;
  if (bytes.size() < sizeof magic)
    return false;
  std::memcpy(&magic, bytes.data(), sizeof magic);
  return std::find(magic_numbers.begin(), magic_numbers.end(), magic) != magic_numbers.end();
}

/// JSON lines are text from the first byte on; every block starts with a byte of zero, since no
/// message is 256 bytes long.
bool is_text(std::span<const std::byte> bytes) {
  const auto head = bytes.first(std::min(bytes.size(), text_bytes_looked_at));
  return std::all_of(head.begin(), head.end(), [](std::byte byte) {
    const auto letter = static_cast<char>(byte);
    return static_cast<unsigned char>(letter) >= 0x20 ||
           std::string_view("\t\n\r").find(letter) != std::string_view::npos;
  });
}

std::size_t itch_blocks(std::span<const std::byte> bytes) {
  wire_in::BinaryFileSource source(bytes);
  for (std::size_t count = 0; count < blocks_looked_at; ++count) {
    const auto message = source.next();
    if (!message || message->empty() ||
        message->size() != wire_in::itch_message_bytes(static_cast<char>(message->front())))
      return count;
  }
  return blocks_looked_at;
}

std::size_t ouch_blocks(std::span<const std::byte> bytes) {
  wire_in::BlockFileSource source(bytes);
  for (std::size_t count = 0; count < blocks_looked_at; ++count) {
    const auto block = source.next();
    if (!block || block->message.empty() ||
        std::string_view("OUXMCDEQ").find(static_cast<char>(block->message.front())) ==
            std::string_view::npos)
      return count;
  }
  return blocks_looked_at;
}

}  // namespace

ReplayFormat detect_format(std::span<const std::byte> bytes) {
  if (is_capture(bytes))
    return ReplayFormat::pcap;
  if (is_text(bytes))
    return ReplayFormat::jsonl;
  const std::size_t itch = itch_blocks(bytes);
  const std::size_t ouch = ouch_blocks(bytes);
  if (itch == ouch)
    return ReplayFormat::automatic;
  return itch > ouch ? ReplayFormat::itch : ReplayFormat::ouch;
}

}  // namespace wirebook::node
