// Goal: no frame makes the parser read outside it or hand out a payload that is not in it.
#include "fuzz_sink.hpp"
#include "wire_in/frame_parser.hpp"

using namespace wirebook;
using namespace wirebook::wire_in;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Bytes frame = fuzz::as_bytes(data, size);
  const auto within = [frame](fuzz::Bytes payload) {
    return payload.data() >= frame.data() &&
           payload.data() + payload.size() <= frame.data() + frame.size();
  };
  Ipv4Packet packet;
  const Outcome outcome = parse_ipv4(frame, packet);
  WIREBOOK_ASSERT(outcome < Outcome::outcome_count);
  if (outcome == Outcome::ok) {
    UdpDatagram datagram;
    TcpSegment segment;
    if (parse_udp(packet, datagram) == Outcome::ok)
      WIREBOOK_ASSERT(within(datagram.payload));
    if (parse_tcp(packet, segment) == Outcome::ok)
      WIREBOOK_ASSERT(within(segment.payload));
  }
  return 0;
}
