#include "node/load/load_mix.hpp"

#include <algorithm>

#include "wirebook/assert.hpp"

namespace wirebook::node {
namespace {

constexpr std::uint32_t tick_raw = price_scale / 100;
constexpr std::int32_t start_ticks_min = 1'000;    // 10.00
constexpr std::int32_t start_ticks_span = 39'000;  // up to 400.00
constexpr std::int32_t aggression_ticks = 4;

Price price_of(std::int32_t ticks) {
  return {static_cast<std::uint32_t>(std::max(ticks, 1)) * tick_raw};
}

}  // namespace

LoadMix::LoadMix(std::uint64_t seed, std::size_t symbols) : random_(seed) {
  WIREBOOK_ASSERT(symbols != 0 && symbols <= 65'535);
  for (std::size_t i = 0; i < symbols; ++i)
    start_ticks_.push_back(start_ticks_min + static_cast<std::int32_t>(below(start_ticks_span)));
  ticks_ = start_ticks_;
}

std::uint32_t LoadMix::below(std::uint32_t limit) {
  return static_cast<std::uint32_t>((random_() >> 32) * limit >> 32);
}

double LoadMix::share() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

LoadAction LoadMix::action() {
  const std::uint32_t draw = below(100);
  if (draw < 45)
    return LoadAction::add;
  if (draw < 85)
    return LoadAction::cancel;
  return draw < 92 ? LoadAction::replace : LoadAction::ioc;
}

void LoadMix::walk(std::uint16_t symbol) {
  // A step now and then; within half and twice the first price, so that it never runs away.
  const std::uint32_t draw = below(40);
  if (draw > 1)
    return;
  const std::int32_t start = start_ticks_[symbol];
  ticks_[symbol] = std::clamp(ticks_[symbol] + (draw == 0 ? 1 : -1), start / 2, start * 2);
}

Price LoadMix::price_near(std::uint16_t symbol, char side) {
  // Half of all orders lie at the touch, half of the rest a tick away, and so on.
  std::int32_t away = 1;
  while (away < 12 && below(2) == 0)
    ++away;
  return price_of(ticks_[symbol] + (side == 'B' ? -away : away));
}

Quantity LoadMix::size() {
  // Round lots, small ones most of all; one order in ten is an odd lot.
  if (below(10) == 0)
    return {1 + below(99)};
  std::uint32_t lots = 1;
  while (lots < 20 && below(3) == 0)
    lots += 1 + below(4);
  return {lots * 100};
}

LoadOrder LoadMix::order(bool ioc) {
  LoadOrder order;
  order.symbol = static_cast<std::uint16_t>(below(static_cast<std::uint32_t>(ticks_.size())));
  walk(order.symbol);
  order.side = below(2) == 0 ? 'B' : 'S';
  order.quantity = size();
  if (ioc) {
    order.time_in_force = '3';
    order.price =
        price_of(ticks_[order.symbol] + (order.side == 'B' ? aggression_ticks : -aggression_ticks));
  } else {
    order.price = price_near(order.symbol, order.side);
    order.display = below(20) == 0 ? 'N' : 'Y';
  }
  return order;
}

}  // namespace wirebook::node
