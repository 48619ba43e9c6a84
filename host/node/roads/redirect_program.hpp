// The program in an interface's receive path that takes order entry's datagrams out for AF_XDP and
// passes everything else to the kernel: ARP, pings, ssh, other ports, fragments, other addresses.
//
//   frame ──► IPv4, UDP, whole, our address and port? ──► yes: this queue's AF_XDP socket
//                                                     └─► no, or the queue has none: the kernel
//
// It looks at what it needs to tell whose a frame is and judges nothing: a damaged frame that names
// our port reaches our parser, and is counted there.
//
// Written as instructions, address and port among them, so that building needs no second compiler
// and running no file; a test runs each case through the kernel's own interpreter of it. It hangs
// on a link: the kernel takes it off the interface when this program ends, however it does.
//
// Shapes: Ethernet with up to two VLAN tags. Threads: one. Errors: std::system_error with what to
// do. Cost: some forty instructions a frame. Specification: RFC 791, 768; bpf(2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <linux/bpf.h>

#include "node/config/config.hpp"

namespace wirebook::node {

/// `ours`: address 0 is any. `sockets` is the descriptor of a map from queues to AF_XDP sockets.
[[nodiscard]] std::vector<bpf_insn> redirect_instructions(Endpoint ours, int sockets);

class RedirectProgram {
 public:
  /// Loads it, with room for sockets of queues below `queues`.
  RedirectProgram(Endpoint ours, std::uint32_t queues);
  ~RedirectProgram();
  RedirectProgram(const RedirectProgram&) = delete;
  RedirectProgram& operator=(const RedirectProgram&) = delete;

  [[nodiscard]] int descriptor() const { return program_; }
  [[nodiscard]] int sockets() const { return sockets_; }

  /// Puts it into the interface's path: in the driver, or where that is not to be had and `how` is
  /// automatic, behind it. Gives which: "native" or "generic".
  std::string attach(const std::string& interface, XdpAttach how);

 private:
  int sockets_ = -1;
  int program_ = -1;
  int link_ = -1;
};

}  // namespace wirebook::node
