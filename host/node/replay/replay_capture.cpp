#include "node/replay/replay_capture.hpp"

#include <cerrno>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "wirebook/wire/big_endian.hpp"
#include "wirebook/wire/ethernet.hpp"
#include "wirebook/wire/session.hpp"

#include "wire_in/frame_parser.hpp"
#include "wire_in/pcap_source.hpp"
#include "wire_in/soup_framer.hpp"
#include "wire_in/tcp_reassembly.hpp"

namespace wirebook::node {

namespace {

using Bytes = std::span<const std::byte>;

TimeNs time_of_day(std::uint64_t epoch_ns, std::int32_t utc_offset_minutes) {
  constexpr std::int64_t ns_per_minute = 60'000'000'000;
  constexpr std::int64_t ns_per_day = 24 * 60 * ns_per_minute;
  const std::int64_t local_ns =
      static_cast<std::int64_t>(epoch_ns) + utc_offset_minutes * ns_per_minute;
  return {static_cast<std::uint64_t>((local_ns % ns_per_day + ns_per_day) % ns_per_day)};
}

/// The order entry of a capture: who sent it, and its messages.
class OrderEntryCapture {
 public:
  OrderEntryCapture(const CaptureOptions& options, EngineReplay& replay)
      : options_(options), replay_(replay) {}

  void on_frame(const wire_in::CapturedFrame& frame) {
    time_ns_ = time_of_day(frame.epoch_ns, options_.utc_offset_minutes);
    wire_in::Ipv4Packet packet;
    if (!take(wire_in::parse_ipv4(frame.bytes, packet)))
      return;
    if (packet.protocol == wire::protocol_udp)
      on_udp(packet);
    else if (packet.protocol == wire::protocol_tcp)
      on_tcp(packet);
  }

  void end() {
    tcp_.end(replay_.counts().outcomes);
    for (const TcpClient& client : tcp_clients_)
      take(client.framer.end());
  }

 private:
  struct TcpClient {
    std::uint32_t session;
    wire_in::SoupFramer framer{wire_in::SoupSide::from_client};
  };

  /// Counts what is wrong. True if nothing is.
  bool take(Outcome outcome) {
    if (outcome != Outcome::ok)
      replay_.counts().outcomes.add(outcome);
    return outcome == Outcome::ok;
  }

  std::uint32_t session_of(std::uint32_t address, std::uint16_t port) {
    const auto next = static_cast<std::uint32_t>(sessions_.size() + 1);
    return sessions_.try_emplace({address, port}, next).first->second;
  }

  void on_udp(const wire_in::Ipv4Packet& packet) {
    wire_in::UdpDatagram datagram;
    if (!take(parse_captured_udp(packet, datagram)) ||
        datagram.destination_port != options_.ouch_port)
      return;
    const std::uint32_t session = session_of(datagram.source_address, datagram.source_port);
    wire_in::UfoDatagram packets(datagram.payload, options_.ufo_framing);
    while (const auto bytes = packets.next()) {
      wire_in::UfoPacket ufo;
      if (take(wire_in::parse_ufo(*bytes, ufo)) && ufo.type == wire::ufo::type_unsequenced)
        replay_.on_message(ufo.body, session, time_ns_);
    }
    take(packets.outcome());
  }

  void on_tcp(const wire_in::Ipv4Packet& packet) {
    wire_in::TcpSegment segment;
    if (!take(wire_in::parse_tcp(packet, segment)) ||
        segment.destination_port != options_.ouch_port)
      return;
    session_of(segment.source_address, segment.source_port);
    take(tcp_.on_segment(segment));
  }

  void on_stream(std::size_t stream, Bytes bytes) {
    while (tcp_clients_.size() <= stream) {
      const wire_in::TcpStreamKey& key = tcp_.key(tcp_clients_.size());
      tcp_clients_.push_back({.session = session_of(key.source_address, key.source_port)});
    }
    TcpClient& client = tcp_clients_[stream];
    client.framer.feed(bytes);
    while (const auto packet = client.framer.next())
      if (take(packet->outcome) && packet->type == wire::soup::type_unsequenced)
        replay_.on_message(packet->payload, client.session, time_ns_);
  }

  CaptureOptions options_;
  EngineReplay& replay_;
  TimeNs time_ns_{};
  std::map<std::pair<std::uint32_t, std::uint16_t>, std::uint32_t> sessions_;
  wire_in::TcpReassembly tcp_{
      [this](std::size_t stream, Bytes bytes) { on_stream(stream, bytes); }};
  std::vector<TcpClient> tcp_clients_;  ///< by stream
};

/// Where a frame goes to, and over what; nothing is counted.
struct Destination {
  std::uint8_t protocol = 0;
  std::uint16_t port = 0;
};

Destination destination_of(Bytes frame) {
  wire_in::Ipv4Packet packet;
  if (wire_in::parse_ipv4(frame, packet) != Outcome::ok)
    return {};
  wire_in::UdpDatagram datagram;
  if (parse_captured_udp(packet, datagram) == Outcome::ok)
    return {packet.protocol, datagram.destination_port};
  wire_in::TcpSegment segment;
  if (wire_in::parse_tcp(packet, segment) == Outcome::ok)
    return {packet.protocol, segment.destination_port};
  return {};
}

/// Hands each frame to `take`, and in the end counts a file that breaks off.
template <class Take>
std::string for_each_frame(const std::string& path, OutcomeCounters& counters, Take take) {
  wire_in::PcapSource source(path);
  while (const auto frame = source.next())
    take(*frame);
  if (source.outcome() != Outcome::ok)
    counters.add(source.outcome());
  return source.error();
}

}  // namespace

Outcome parse_captured_udp(const wire_in::Ipv4Packet& packet, wire_in::UdpDatagram& out) {
  const Outcome outcome = wire_in::parse_udp(packet, out);
  if (outcome != Outcome::udp_checksum)
    return outcome;
  struct Header {
    wire::Big16 source_port, destination_port, length, checksum;
  };
  const auto& header = wire::view<Header>(packet.payload.data());
  std::uint32_t sum = packet.protocol + std::uint32_t{header.length};
  for (const std::uint32_t address : {packet.source_address, packet.destination_address})
    sum += (address >> 16) + (address & 0xFFFF);
  while (sum > 0xFFFF)
    sum = (sum >> 16) + (sum & 0xFFFF);
  if (sum != header.checksum)
    return outcome;
  out = {.source_address = packet.source_address,
         .destination_address = packet.destination_address,
         .source_port = header.source_port,
         .destination_port = header.destination_port,
         .payload = packet.payload.first(header.length).subspan(sizeof(Header))};
  return Outcome::ok;
}

CaptureFile::CaptureFile(Bytes bytes) : file_(memfd_create("capture", MFD_CLOEXEC)) {
  while (file_ >= 0 && !bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0)
      break;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (file_ < 0 || !bytes.empty())
    error_ = std::string("memory for the capture: ") + std::strerror(errno);
  path_ = "/proc/self/fd/" + std::to_string(file_);
}

CaptureFile::~CaptureFile() {
  if (file_ >= 0)
    ::close(file_);
}

bool holds_feed_only(const std::string& path, const CaptureOptions& options) {
  wire_in::PcapSource source(path);
  bool holds_feed = false;
  while (const auto frame = source.next()) {
    const Destination destination = destination_of(frame->bytes);
    if (destination.port == options.ouch_port)
      return false;
    holds_feed |=
        destination.protocol == wire::protocol_udp && destination.port == options.itch_port;
  }
  return holds_feed;
}

std::string replay_capture(const std::string& path, const CaptureOptions& options,
                           EngineReplay& replay) {
  OrderEntryCapture capture(options, replay);
  std::string error =
      for_each_frame(path, replay.counts().outcomes,
                     [&](const wire_in::CapturedFrame& frame) { capture.on_frame(frame); });
  capture.end();
  return error;
}

std::string replay_capture(const std::string& path, const CaptureOptions& options,
                           FeedReplay& replay) {
  OutcomeCounters& counters = replay.counts().outcomes;
  return for_each_frame(path, counters, [&](const wire_in::CapturedFrame& frame) {
    wire_in::Ipv4Packet packet;
    wire_in::UdpDatagram datagram;
    Outcome outcome = wire_in::parse_ipv4(frame.bytes, packet);
    if (outcome == Outcome::ok)
      outcome = parse_captured_udp(packet, datagram);
    if (outcome != Outcome::ok)
      counters.add(outcome);
    else if (datagram.destination_port == options.itch_port)
      replay.on_packet(datagram.payload, time_of_day(frame.epoch_ns, options.utc_offset_minutes));
  });
}

}  // namespace wirebook::node
