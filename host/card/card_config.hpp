// What a card's configuration must hold, whatever its body.
//
// Shapes: see `CardConfig`. Threads: pure. Errors: throws `CardError` with the value, its name and
// what would be right. Cost: start-up only. Specification: kernels/regs/README.md.
#pragma once

#include "card/card.hpp"

namespace wirebook::card {

void check_config(const CardConfig& config);

}  // namespace wirebook::card
