// A network of a test's own, that goes with the test's process.
//
// Shapes: `enter` puts the calling thread, and what it starts, into a new network namespace; where
// that takes a privilege, into a new user namespace as its root. Threads: one, the process's only.
// Errors: text that says why not, for GTEST_SKIP.
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include <sched.h>
#include <unistd.h>

#include "tests/sim/wire_fixture.hpp"

namespace wirebook::hw_sim::test {

/// Whether a command succeeds, whatever it prints.
inline bool run(const std::string& command) {
  FILE* const output = popen((command + " 2>&1").c_str(), "r");
  if (output == nullptr)
    return false;
  while (std::fgetc(output) != EOF)
    continue;
  return pclose(output) == 0;
}
/// Runs `ip` with these arguments.
inline bool ip(const std::string& arguments) { return run("ip " + arguments); }

/// Empty, or why there is none.
inline std::string enter_network_namespace() {
  if (!ip("-V"))
    return "the ip command is not installed (iproute2)";
  const uid_t user = geteuid();
  if (unshare(CLONE_NEWNET) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
      return std::string("no privilege to make a network namespace: ") + std::strerror(errno);
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1\n";
    if (geteuid() != 0)
      return "the new user namespace has no root";
  }
  for (const char* const family : {"all", "default"})  // it would send of its own accord
    std::ofstream(std::string("/proc/sys/net/ipv6/conf/") + family + "/disable_ipv6") << 1;
  return {};
}

/// The next frame that is no chatter of the interfaces themselves.
inline std::vector<std::byte> next_ipv4(FrameWire& wire) {
  for (;;) {
    const auto frame = frame_of(wire);
    if (!frame) {
      ADD_FAILURE() << "no frame came";
      return {};
    }
    EXPECT_FALSE(frame->bad_fcs);
    EXPECT_FALSE(frame->time_ns);
    const std::string type = hex(Bytes(frame->bytes).subspan(12, 2));
    if (type != "86dd" && type != "0806")  // IPv6, ARP
      return frame->bytes;
  }
}

}  // namespace wirebook::hw_sim::test
