// All counters of a kernel, of one instant.
//
// Shapes: see `CardCounters`. Threads: one at a time, since the kernel holds one snapshot.
// Errors: a lost card reads as all ones. Cost: 134 register reads. Specification:
// kernels/regs/README.md.
#pragma once

#include "card/card.hpp"
#include "card/registers.hpp"

namespace wirebook::card {

[[nodiscard]] CardCounters read_counters(Registers& registers) noexcept;

}  // namespace wirebook::card
