// States of engines, for tests: saved, loaded, and one that has something of everything in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "match/engine.hpp"
#include "match/naive/naive_engine.hpp"
#include "match/state/saved_state.hpp"
#include "match/state/state_io.hpp"
#include "tests/match/operations.hpp"
#include "tests/match/rig.hpp"

namespace wirebook::match {

using StateBytes = std::vector<std::byte>;

StateBytes saved(const auto& engine) {
  StateBytes bytes;
  StateWriter writer(bytes);
  engine.save(writer);
  return bytes;
}

inline std::uint64_t seed_from_environment() {
  const char* const text = std::getenv("WIREBOOK_SEED");
  const std::uint64_t seed =
      text == nullptr ? std::random_device{}() : std::strtoull(text, nullptr, 10);
  std::printf("WIREBOOK_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

/// Why the state could not be loaded; empty if it could.
std::string load(auto& engine, std::span<const std::byte> bytes) {
  StateReader reader(bytes);
  std::string why;
  if (!engine.load(reader, &why))
    return why.empty() ? "no reason given" : why;
  return reader.remaining() == 0 ? std::string() : "bytes are left over";
}

/// Empty, or in what two lists of events differ.
inline std::string difference(const std::vector<Told>& told, const std::vector<Told>& expected) {
  if (told.size() != expected.size())
    return "events: " + std::to_string(told.size()) + " instead of " +
           std::to_string(expected.size());
  for (std::size_t i = 0; i < told.size(); ++i)
    if (bytes_of(told[i]) != bytes_of(expected[i]))
      return "event " + std::to_string(i);
  return {};
}

/// Lets `feed` see the slots that open a day with three instruments and four sessions.
inline void open_day(auto&& feed) {
  for (std::uint16_t locate = 1; locate <= 3; ++locate)
    feed(SlotKind::instrument,
         InstrumentBody{.instrument = locate,
                        .trading_state = 'T',
                        .symbol = Symbol::from("S" + std::to_string(locate))},
         TimeNs{}, std::string());
  for (std::uint32_t session = 1; session <= 4; ++session)
    feed(SlotKind::session_up,
         SessionBody{.session = session, .firm = Firm::from(session % 2 == 0 ? "F0" : "F1")},
         TimeNs{}, std::string());
}

inline constexpr Capacity small{.orders = 200, .trades = 32, .sessions = 8, .instruments = 8};

/// Of the fast engine, behind a stream of its own.
inline StateBytes state_from(std::uint32_t seed) {
  Rig<Engine> rig(small);
  const auto feed = [&rig](SlotKind kind, const auto& body, TimeNs time_ns,
                           const std::string& appendage) {
    rig.feed(kind, body, time_ns, appendage);
  };
  open_day(feed);
  std::mt19937_64 random(seed);
  Swarm swarm;
  swarm.weights.fill(3);
  swarm.weights[0] = 60;
  swarm.weights[13] = swarm.weights[14] = 1;
  swarm.price_ticks = 40;
  swarm.sessions = 4;
  swarm.quantity_max = 300;
  swarm.hostility = 5;
  swarm.tags = 300;
  swarm.elements.fill(1);
  swarm.leap_ns = 1'500'000;
  Operations operations(
      [&random](std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); },
      swarm);
  for (int i = 0; i < 400; ++i)
    operations.next(feed);
  rig.feed(SlotKind::kill, SessionBody{.session = 0, .firm = Firm::from("F9")});
  return saved(rig.engine);
}

/// Several orders, two of them side by side in a book, special ones, and trades.
inline bool has_everything(const StateBytes& bytes) {
  StateReader reader(bytes);
  SavedState state;
  if (!read(reader, small, state, nullptr))
    return false;
  bool has_spread = false;
  bool has_special = false;
  bool has_expiry = false;
  for (std::size_t i = 0; i < state.orders.size(); ++i) {
    const SavedOrder& order = state.orders[i];
    has_special = has_special || !order.special.terms.is_ordinary();
    has_expiry = has_expiry || order.special.expiry_ns != 0;
    if (i != 0)
      has_spread = has_spread || (state.orders[i - 1].id.instrument == order.id.instrument &&
                                  state.orders[i - 1].side == 'B' && order.side != 'B');
  }
  const SavedLimits& limits = state.limits;
  const bool has_limits = limits.sessions.size() >= 2 && limits.instruments.size() >= 2 &&
                          !limits.restrictions.empty() && limits.firms.size() >= 2;
  return state.orders.size() >= 8 && state.trades.size() >= 4 && has_spread && has_special &&
         has_expiry && has_limits;
}

/// A state with something of everything: the first such of some streams, always the same.
inline const StateBytes& some_state() {
  static const StateBytes found = [] {
    for (std::uint32_t seed = 1; seed < 500; ++seed)
      if (StateBytes state = state_from(seed); has_everything(state))
        return state;
    WIREBOOK_ASSERT(false);  // no stream had something of everything
    return StateBytes{};
  }();
  return found;
}

}  // namespace wirebook::match
