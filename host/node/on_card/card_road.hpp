// What a card is told of a node's configuration, and what a node on a card cannot do.
//
// Shapes: see config.hpp and card.hpp. Threads: pure. Errors: a text for whoever wrote the
// configuration. Cost: start-up only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "card/card.hpp"
#include "node/config/config.hpp"

namespace wirebook::node {

/// The node's orders come to `order_entry.listen`, which is the card's own address.
[[nodiscard]] card::CardConfig card_config(const NodeConfig& config);
/// Keys whose values are right for sockets but not for a card, a line each. Empty: all are.
[[nodiscard]] std::vector<std::string> card_config_errors(const NodeConfig& config);
/// Why a card in this state has stopped, and what to do.
[[nodiscard]] std::string card_failure_text(card::CardState state,
                                            const card::CardIdentity& identity,
                                            const CardTable& config);

}  // namespace wirebook::node
