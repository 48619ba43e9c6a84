// What a load run is asked to do.
//
// Shapes: plain values; rates are messages a second over all sessions. Threads: values.
// Errors: none here; see load_command.hpp for the command line. Cost: start-up only.
#pragma once

#include <cstdint>
#include <vector>

#include "wirebook/units.hpp"

#include "node/config/config.hpp"

namespace wirebook::node {

/// How the distances between scheduled sends are drawn.
enum class LoadGaps : std::uint8_t { poisson, uniform };

/// What the client's thread does while nothing is due: sleep until something is or comes, give its
/// core to others for a while, or keep it.
enum class LoadWait : std::uint8_t { poll, yield, spin };

struct LoadAccount {
  Alpha<6> username = Alpha<6>::from("");
  Alpha<10> password = Alpha<10>::from("");
};

struct LoadOptions {
  Endpoint to{0x7F000001, 26400};
  std::vector<LoadAccount> accounts;  ///< one session, with a socket of its own, for each
  std::vector<Symbol> symbols;
  bool soup = false;           ///< SoupBinTCP, not UFO
  bool length_prefix = false;  ///< upstream datagrams hold blocks of (u16 length, packet)
  std::uint32_t threads = 1;   ///< with a share of the sessions and of the rate each
  double cuts = 0;             ///< connections that are cut a second, over TCP; they come back
  double rate = 10'000;        ///< messages a second
  double seconds = 10;         ///< how long to send; ignored where `messages` is set
  std::uint64_t messages = 0;  ///< how many to send
  std::uint64_t seed = 1;      ///< of every random choice
  LoadGaps gaps = LoadGaps::poisson;
  LoadWait wait = LoadWait::poll;
  std::uint32_t in_flight_max = 4096;      ///< unanswered, over all sessions; more are sent late
  std::uint32_t live_orders_max = 50'000;  ///< a session; beyond it, cancels take the place of adds
  std::uint32_t answer_timeout_ms = 1000;  ///< then a message is sent again
  std::uint32_t resends_max = 20;
  std::uint32_t login_timeout_ms = 5000;
  std::uint32_t drain_ms = 5000;  ///< how long to wait for the last answers
};

}  // namespace wirebook::node
