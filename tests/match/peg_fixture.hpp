// The vocabulary of the tests of pegs and of discretion: quotes that others make, orders that
// follow.
#pragma once

#include <cstdint>
#include <string>

#include "tests/match/rules_fixture.hpp"

namespace wirebook::match {

/// A peg's price as sent is its cap, unless it is a market order's.
inline constexpr std::uint32_t no_cap = price_market.raw;

/// The tags of a peg.
inline std::string peg(char type, std::int32_t offset = 0) {
  return appendage_of({{Tag::price_type, std::string(1, type)},
                       {Tag::peg_offset, number_bytes(static_cast<std::uint32_t>(offset), 4)}});
}
inline std::string tag(Tag name, char letter) {
  return appendage_of({{name, std::string(1, letter)}});
}

/// Session 3 makes the quotes; sessions 1 and 2 follow them and trade.
template <class AnyEngine>
class Following : public Rules<AnyEngine> {
 protected:
  using Events = typename Rules<AnyEngine>::Events;

  Events quote(char side, std::uint32_t price, std::uint32_t quantity = 100) {
    return this->enter(
        {.session = 3, .number = ++quotes_, .side = side, .quantity = quantity, .price = price});
  }
  /// Takes back a quote; they are numbered from 1.
  Events unquote(std::uint32_t number) { return this->cancel(3, number, 0); }
  /// A slot that does nothing of its own.
  Events tick() { return this->rig_.feed(SlotKind::clock, AdminBody{}); }

  Events collar(std::uint64_t low, std::uint64_t high) {
    return this->rig_.feed(
        SlotKind::limit,
        LimitBody{.instrument = 1, .kind = LimitKind::collar, .value = low | high << 32});
  }

  std::uint32_t quotes_ = 0;
};

/// The first event of a kind; one that is all zero if there is none.
inline Event first(const std::vector<Told>& events, EventKind kind) {
  for (const Told& told : events)
    if (told.event.tail.kind == kind)
      return told.event;
  return {};
}

}  // namespace wirebook::match
