// The demo: a node, clients that trade with it, and a listener that rebuilds its books, in one
// process, over real sockets on loopback. The node may run on a card: a simulated one takes real
// datagrams off the same loopback, and its kernel parses and sends them.
//
//   Load ──UFO──► Node ──UFO──► Load          latency from the scheduled send to the first reply
//                  ├───MoldUDP64──► DemoFeed   books from the feed alone, held against the node's
//                  └───journal────► DemoJournal   read back, and held against the node
//
// Threads: those of the node, one for the clients, one for the feed; the caller's draws.
// Errors: an exit code; what the host refuses is a line on stderr. Cost: some 20 seconds.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "wirebook/exit_code.hpp"

#include "node/config/config.hpp"
#include "node/load/load_options.hpp"
#include "node/load/load_report.hpp"

namespace wirebook::node {

struct DemoOptions {
  std::optional<double> seconds;  ///< 20 unless told
  std::optional<double> rate;     ///< messages a second; without: what this road sustains
  std::uint32_t sessions = 4;
  std::uint64_t seed = 1;
  LoadWait wait = LoadWait::poll;  ///< of the clients
  bool plain = false;              ///< lines even on a terminal
  LoadFiles files;
  JournalMode journal = JournalMode::durable;
  std::string
      journal_dir;  ///< where its directory is made, and deleted; empty: the system's choice
  std::string card = "soft";  ///< "soft", or the image of a card, which may be simulated
};

/// Runs until its time is over or `stop` becomes true; then shows what it found.
[[nodiscard]] ExitCode run_demo(const DemoOptions& options, const std::atomic<bool>& stop);

}  // namespace wirebook::node
