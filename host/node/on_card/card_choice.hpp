// Which card a node runs on: what `--card` and [card] say, and what there is.
//
//   auto          the image that [card] names, if there is a card for it; else the host's sockets;
//                 with order_entry.road = "card" this image, or an error
//   soft          the host's sockets
//   FILE.xclbin   this image, or an error
//
// Shapes: no card stands for sockets. Threads: one. Errors: card::CardError where a card was asked
// for by its image and cannot be had. Cost: opening a card takes some seconds at most.
#pragma once

#include <memory>
#include <string>

#include "card/card.hpp"
#include "node/config/config.hpp"

namespace wirebook::node {

inline constexpr const char* card_option_help =
    "auto: the card that [card] names, if it is there; soft: the host's sockets; or an image";

struct CardChoice {
  std::unique_ptr<card::Card> card;
  std::string line;  ///< why this one
};

/// `config.card.image` is set where `wanted` is an image.
[[nodiscard]] bool names_image(const std::string& wanted);
[[nodiscard]] CardChoice choose_card(const std::string& wanted, const NodeConfig& config);

}  // namespace wirebook::node
