// How many packets of a session order entry takes: before the engine's own limits, so that a
// client that floods takes nobody's room in the ring, the journal and the queues.
//
// A bucket that fills at the rate and holds what comes in a tenth of a second; at first it is full.
//
// Shapes: packets, steady nanoseconds. Threads: one. Errors: `take` says no. Cost: a compare and an
// addition; a multiplication when time has passed.
#pragma once

#include <algorithm>
#include <cstdint>

namespace wirebook::node {

class PacketRate {
 public:
  /// 0: no limit.
  explicit PacketRate(std::uint32_t per_second = 0)
      : packet_ns_(per_second == 0 ? 0 : std::max<std::uint64_t>(second_ns / per_second, 1)) {}

  /// True if so many more may come now; then they have.
  [[nodiscard]] bool take(std::uint64_t steady_ns, std::uint64_t packets = 1) noexcept {
    if (packet_ns_ == 0)
      return true;
    // Empty until `paid_ns_`; what was not used is kept for as long as the bucket holds.
    const std::uint64_t held = std::max(second_ns / 10, packet_ns_ * packets);
    const std::uint64_t from = std::max(paid_ns_, steady_ns > held ? steady_ns - held : 0);
    const std::uint64_t until = from + packets * packet_ns_;
    if (until > steady_ns)
      return false;
    paid_ns_ = until;
    return true;
  }
  /// They came before anybody could be asked.
  void owe(std::uint64_t steady_ns, std::uint64_t packets) noexcept {
    const std::uint64_t held = second_ns / 10;
    paid_ns_ = std::max(paid_ns_, steady_ns > held ? steady_ns - held : 0) + packets * packet_ns_;
  }

 private:
  static constexpr std::uint64_t second_ns = 1'000'000'000;

  std::uint64_t packet_ns_;
  std::uint64_t paid_ns_ = 0;
};

}  // namespace wirebook::node
