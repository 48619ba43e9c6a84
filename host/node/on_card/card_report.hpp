// What `wirebook card info` prints: the card as it is, left as it is.
//
// Shapes: text, a fact a line. Threads: one. Errors: throws `CardError` if the card is not ours.
// Cost: some hundred register reads. Specification: kernels/regs/README.md.
#pragma once

#include <string>

#include "card/bus.hpp"

namespace wirebook::node {

/// Asks, and changes nothing but the snapshot of the counters.
[[nodiscard]] std::string card_report(card::Bus& bus);

}  // namespace wirebook::node
