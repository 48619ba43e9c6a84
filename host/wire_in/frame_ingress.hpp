// Whole Ethernet frames become slots: what the card's packet parser does, in software.
//
// For roads on which frames come as they were on the wire (captures, AF_XDP, DPDK), and the measure
// that the RTL is held to: the same frames at the same times give the same slots and counts.
//
// Shapes: frames without their FCS; up to eight MoldUDP64 feeds by destination address and port,
// two lines each, and order entry by UFO, one packet a datagram. What the host itself must answer
// (ARP, ICMP, UFO logins) is handed out whole. Threads: the ring's writer. Errors: one outcome a
// frame or message; a bad frame leaves no trace but its count. Cost: that of the parsers behind it.
// Specification: host/wire_in/README.md; RFC 826 for ARP.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "wirebook/outcome.hpp"
#include "wirebook/units.hpp"

#include "slot_ring/ring.hpp"
#include "wire_in/frame_parser.hpp"
#include "wire_in/itch_parser.hpp"
#include "wire_in/mold_parser.hpp"

namespace wirebook::wire_in {

inline constexpr std::size_t feed_streams_max = 8;
inline constexpr std::size_t feed_filters_max = 2 * feed_streams_max;
inline constexpr std::size_t frame_bytes_max = 9'600;
/// `GapBody::stream` of frames that were dropped before anybody looked at them.
inline constexpr std::uint8_t stream_unknown = 0xFF;

/// Where datagrams are sent to. Port 0: nowhere.
struct Destination {
  std::uint32_t address = 0;
  std::uint16_t port = 0;

  bool operator==(const Destination&) const = default;
};

/// Where a client's orders come from.
struct OrderSource {
  std::uint32_t address = 0;
  std::uint16_t port = 0;
  std::uint32_t session = 0;
};

struct FrameIngressConfig {
  std::uint32_t local_address = 0;  ///< ARP and ICMP for it go to the host; 0: none does
  Destination order_entry;
  /// Lines A and B of stream s are 2s and 2s + 1. The first that matches decides.
  std::array<Destination, feed_filters_max> feeds{};
  std::vector<OrderSource> sessions;
  LocateFilter wanted = ~LocateFilter{};
};

class FrameIngress {
 public:
  /// Takes a frame for the host; false if it has no room for it.
  using Punt = std::function<bool(std::span<const std::byte> frame)>;

  FrameIngress(const FrameIngressConfig& config, Punt punt);
  FrameIngress(const FrameIngress&) = delete;
  FrameIngress& operator=(const FrameIngress&) = delete;

  /// The most slots that `on_frame` may write for a frame of this size.
  [[nodiscard]] static std::size_t slots_needed(std::size_t frame_bytes) noexcept;

  /// Needs credit for `slots_needed`. `bad_fcs`: the MAC found the frame damaged.
  void on_frame(std::span<const std::byte> frame, bool bad_fcs, TimeNs time_ns,
                slot_ring::Writer<Slot>& ring, OutcomeCounters& counters);

  /// Frames were lost before `on_frame`. The next good frame that is ours is preceded by a gap
  /// slot that tells how many.
  void on_dropped(std::uint64_t frames) { dropped_ += frames; }

  /// Whatever session the source had before.
  void add_session(const OrderSource& source);
  /// Nothing, if the source is another session's by now.
  void remove_session(const OrderSource& source) noexcept;

 private:
  Outcome on_ipv4(const Ipv4Packet& packet, std::span<const std::byte> frame, TimeNs time_ns,
                  slot_ring::Writer<Slot>& ring, OutcomeCounters& counters);
  Outcome on_order_entry(const UdpDatagram& datagram, std::span<const std::byte> frame,
                         TimeNs time_ns, slot_ring::Writer<Slot>& ring);
  void tell_dropped(TimeNs time_ns, slot_ring::Writer<Slot>& ring);
  Outcome punt(std::span<const std::byte> frame);

  std::uint32_t local_address_;
  Destination order_entry_;
  std::array<Destination, feed_filters_max> feeds_;
  std::map<std::pair<std::uint32_t, std::uint16_t>, std::uint32_t> sessions_;
  LocateFilter wanted_;
  std::vector<MoldParser> streams_;
  Punt punt_;
  std::uint64_t dropped_ = 0;
};

}  // namespace wirebook::wire_in
