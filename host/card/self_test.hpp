// The first thing to run on a new card: is it ours, does it keep what is written, does its clock
// run, do slots arrive in the host's memory whole and in order, does it stop when it is told?
//
// Shapes: one `SelfTestLine` a check; a check that fails ends those that build on it. Nothing is
// sent on the wire, and what comes from it is not asked for. Threads: one. Errors: in the lines.
// Cost: seconds, also on a simulated card; the card is configured anew. Specification:
// kernels/regs/README.md, include/wirebook/README.md.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "card/bus.hpp"

namespace wirebook::card {

struct SelfTestLine {
  std::string what;
  bool ok = false;
  std::string text;  ///< what was found; if it failed, what to do
};

/// Opens the card; twice, since that is tested as well.
using OpenBus = std::function<std::unique_ptr<Bus>()>;

/// True if all was well. `report` gets each line as it comes. `patience`: how long to wait for what
/// should come at once; a simulated card is slow.
bool run_self_test(const OpenBus& open, const std::function<void(const SelfTestLine&)>& report,
                   std::chrono::milliseconds patience = std::chrono::seconds(20));

}  // namespace wirebook::card
