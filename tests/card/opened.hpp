// One host on a Verilated kernel that outlives it.
#pragma once

#include <memory>

#include "tests/card/host.hpp"
#include "tests/card/verilated_card.hpp"

namespace wirebook::card::test {

inline constexpr TimeNs start_time{34'200'000'000'000};
inline constexpr std::uint64_t ns_per_ms = 1'000'000;

/// One host, with what it sees.
struct Opened {
  explicit Opened(VerilatedCard& on, const CardConfig& config_in = small_config(),
                  bool starts = true)
      : bus(new VerilatedBus(on)),
        card(make_kernel_card(std::unique_ptr<Bus>(bus), config_in)),
        host(*card, config_in) {
    if (starts)
      card->start(start_time);
  }
  VerilatedBus* bus;
  std::unique_ptr<Card> card;
  Host host;
};

}  // namespace wirebook::card::test
