// What this host offers the demo.
//
// Threads: any. Errors: what cannot be read is taken as not there. Cost: some reads of /proc.
#pragma once

#include <string>
#include <vector>

namespace wirebook::node {

/// One line for each thing that the host lacks here, with what it would add. May be empty.
[[nodiscard]] std::vector<std::string> host_advice();

/// Processors that this process may run on.
[[nodiscard]] unsigned usable_cores();

}  // namespace wirebook::node
