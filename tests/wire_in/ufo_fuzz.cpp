// Goal: no datagram makes the UFO parsers read outside it; blocks add up to the datagram.
#include "fuzz_sink.hpp"
#include "wire_in/ufo_parser.hpp"

using namespace wirebook;
using namespace wirebook::wire_in;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Bytes datagram = fuzz::as_bytes(data, size);
  UfoPacket packet;
  for (const UfoFraming framing : {UfoFraming::bare, UfoFraming::length_prefixed}) {
    UfoDatagram packets(datagram, framing);
    std::size_t bytes = 0;
    while (const auto next = packets.next()) {
      bytes += next->size() + (framing == UfoFraming::bare ? 0 : 2);
      if (parse_ufo(*next, packet) == Outcome::ok)
        WIREBOOK_ASSERT(packet.body.size() + 1 == next->size());
    }
    WIREBOOK_ASSERT((bytes == size) == (packets.outcome() != Outcome::ufo_block_truncated));
  }
  if (parse_ufo_downstream(datagram, packet) == Outcome::ok && packet.type == 'S') {
    MessageBlocks messages = sequenced_messages(packet);
    while (messages.next())
      continue;
    WIREBOOK_ASSERT(!messages.truncated());
  }
  return 0;
}
