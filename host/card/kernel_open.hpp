// From a kernel that may be anything to one that is ours and at rest.
//
// A host may have died while its kernel ran: whoever opens it first lets it come to rest, and only
// then changes where it writes. Shapes: see below. Threads: one. Errors: throws `CardError` with
// what was found and what to do. Cost: some ten thousand register writes for the tables.
// Specification: kernels/regs/README.md.
#pragma once

#include "card/card.hpp"
#include "card/registers.hpp"
#include "card/session_places.hpp"

namespace wirebook::card {

/// All memory that the kernel knows of.
struct KernelMemory {
  DmaMemory ring;
  DmaMemory inject;
  DmaMemory punt;
  DmaMemory transmit;
};

/// Checks that this is our kernel, with our register map.
[[nodiscard]] CardIdentity identify(Registers& registers, BusInfo info);

/// The state as it is now.
[[nodiscard]] CardState read_state(Registers& registers) noexcept;

/// Stops what runs, and waits until nothing is under way; false if it does not come to rest.
[[nodiscard]] bool bring_to_rest(Registers& registers) noexcept;

/// Brings it to rest and resets it: then it is as new, but for its configuration.
void make_new(Registers& registers);

/// Writes all of the configuration. It does not run yet.
void program(Registers& registers, const CardConfig& config, const KernelMemory& memory,
             double clock_mhz, SessionPlaces& sessions);

}  // namespace wirebook::card
