// How long a test waits for what has to come.
#pragma once

namespace wirebook::node {

/// Whatever the load of the machine: a test that waited so long has failed. ctest waits longer.
inline constexpr int patience_ms = 50'000;

}  // namespace wirebook::node
