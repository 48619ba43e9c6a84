// The way to the simulated card, as the node goes it: the module, XRT, the driver that XRT loads.
#pragma once

#include <chrono>
#include <cstdlib>
#include <memory>

#include <unistd.h>

#include "card/xrt_bus.hpp"
#include "tests/card/host.hpp"
#include "tests/card/program.hpp"

namespace wirebook::card::test {

/// Points XRT at the simulated card, without a wire; locks of this process go to `folder`.
inline void use_simulated_card(const Folder& folder) {
  setenv("XILINX_XRT", WIREBOOK_BINARY_DIR "/xrt", 1);
  setenv("XDG_RUNTIME_DIR", folder.path().c_str(), 1);
  setenv("WIREBOOK_MODULES", WIREBOOK_BINARY_DIR, 1);
  for (const char* name :
       {"WIREBOOK_SIM_WIRE", "WIREBOOK_SIM_CARD", "WIREBOOK_SIM_REPORT", "WIREBOOK_SIM_WAVES"})
    unsetenv(name);
}

inline std::unique_ptr<Card> open_simulated_card(const CardConfig& config) {
  return make_kernel_card(
      open_xrt_bus({.image = WIREBOOK_BINARY_DIR "/xrt/wirebook_user_managed.xclbin"}), config);
}

/// True once `condition` is; false after a long time.
template <class Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    usleep(100);
  }
  return true;
}

}  // namespace wirebook::card::test
