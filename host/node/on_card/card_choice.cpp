#include "node/on_card/card_choice.hpp"

#include <fmt/format.h>

#include "card/xrt_bus.hpp"
#include "node/on_card/card_road.hpp"

namespace wirebook::node {

namespace {

std::unique_ptr<card::Card> open_card(const NodeConfig& config) {
  return card::make_kernel_card(
      card::open_xrt_bus({.image = config.card.image, .device = config.card.device}),
      card_config(config));
}

}  // namespace

bool names_image(const std::string& wanted) { return wanted != "auto" && wanted != "soft"; }

CardChoice choose_card(const std::string& wanted, const NodeConfig& config) {
  if (wanted == "soft")
    return {nullptr, "card: none, as asked for; the host's sockets"};
  if (names_image(wanted))
    return {open_card(config), {}};
  const RoadKind road = config.order_entry.road;
  if (road == RoadKind::card)
    return {open_card(config), {}};
  if (road != RoadKind::udp)
    return {};
  if (config.card.image.empty())
    return {nullptr, "card: none, since [card] names no image; the host's sockets"};
  try {
    return {open_card(config), {}};
  } catch (const card::CardError& error) {
    return {nullptr, fmt::format("card: none ({}); the host's sockets", error.what())};
  }
}

}  // namespace wirebook::node
