// The card's clock: started with the host's, and pushed when it lags.
//
// Shapes: ns since midnight; a rate in ns a cycle with 32 bits of fraction. The card's oscillator
// drifts by some millionths, so a few steps of 50 µs a day do. A simulated card is hundreds of
// times slower than its clock says, and is pushed at every look. Time never goes back: a card that
// is ahead is left alone. Threads: one. Errors: none. Cost: two register reads each 10 ms.
// Specification: kernels/slot_ring/slot_clock.sv.
#pragma once

#include <cmath>
#include <cstdint>

#include "wirebook/units.hpp"

#include "card/registers.hpp"

namespace wirebook::card {

class CardClock {
 public:
  explicit CardClock(Registers& registers) : registers_(&registers) {}

  /// ns a cycle at so many MHz.
  [[nodiscard]] static std::uint64_t rate_of(double clock_mhz) {
    return static_cast<std::uint64_t>(std::llround(1000.0 / clock_mhz * 4'294'967'296.0));
  }

  void start(TimeNs now) noexcept {
    set(now);
    looked_at_ = now.raw;
  }
  void keep(TimeNs now) noexcept {
    if (now.raw - looked_at_ < look_every_ns)
      return;
    looked_at_ = now.raw;
    if (now.raw > registers_->read64(card_registers::now) + lag_max_ns)
      set(now);
  }

 private:
  static constexpr std::uint64_t look_every_ns = 10'000'000;
  static constexpr std::uint64_t lag_max_ns = 50'000;

  void set(TimeNs now) noexcept { registers_->write64(card_registers::time, now.raw); }

  Registers* registers_;
  std::uint64_t looked_at_ = 0;
};

}  // namespace wirebook::card
