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
#include <limits>

namespace wirebook::node {

class PacketRate {
 public:
  /// 0: no limit.
  explicit PacketRate(std::uint32_t per_second = 0)
      : packet_ns_(per_second == 0 ? 0 : std::max<std::int64_t>(second_ns / per_second, 1)) {}

  /// True if so many more may come now; then they have.
  [[nodiscard]] bool take(std::uint64_t steady_ns, std::uint64_t packets = 1) noexcept {
    if (packet_ns_ == 0)
      return true;
    const auto now = static_cast<std::int64_t>(steady_ns);
    const std::int64_t price = packet_ns_ * static_cast<std::int64_t>(packets);
    // What was not used is kept for as long as the bucket holds.
    const std::int64_t until = std::max(paid_until_, now - std::max(held_ns, price)) + price;
    if (until > now)
      return false;
    paid_until_ = until;
    return true;
  }
  /// They came before anybody could be asked.
  void owe(std::uint64_t steady_ns, std::uint64_t packets) noexcept {
    const auto now = static_cast<std::int64_t>(steady_ns);
    paid_until_ =
        std::max(paid_until_, now - held_ns) + packet_ns_ * static_cast<std::int64_t>(packets);
  }
  /// Before that time none may come.
  [[nodiscard]] std::uint64_t paid_ns() const noexcept {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(paid_until_, 0));
  }

 private:
  static constexpr std::int64_t second_ns = 1'000'000'000;
  static constexpr std::int64_t held_ns = second_ns / 10;

  std::int64_t packet_ns_;
  std::int64_t paid_until_ = std::numeric_limits<std::int64_t>::min() / 2;  ///< full at first
};

}  // namespace wirebook::node
