// When a recording's messages are due.
//
// The first order is due at once, and so is all before it: directories come hours before the market
// opens. From there on the time between messages is that of the recording, over the speed.
//
// Shapes: nanoseconds. Threads: one. Errors: none; time that goes back is due at once.
// Cost: a multiplication.
#pragma once

#include <cstdint>
#include <optional>

#include "wirebook/units.hpp"

namespace wirebook::node {

class BackgroundPace {
 public:
  /// 0: everything is due at once.
  explicit BackgroundPace(double speed) : slowness_(speed > 0 ? 1 / speed : 0) {}

  /// In the time of `now_ns`, a steady clock.
  std::uint64_t due(TimeNs recorded, bool is_order, std::uint64_t now_ns) {
    if (slowness_ == 0)
      return now_ns;
    if (!first_ && is_order)
      first_ = First{recorded, now_ns};
    if (!first_ || recorded < first_->recorded)
      return now_ns;
    const auto passed = static_cast<double>(recorded.raw - first_->recorded.raw);
    return first_->at_ns + static_cast<std::uint64_t>(passed * slowness_);
  }

 private:
  struct First {
    TimeNs recorded;
    std::uint64_t at_ns;
  };

  const double slowness_;
  std::optional<First> first_;
};

}  // namespace wirebook::node
