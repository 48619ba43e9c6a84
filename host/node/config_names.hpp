// The words that stand for choices in node.toml, in the order of their enumerators.
//
// Shapes: constants. Threads: constants. Errors: none. Cost: start-up only.
#pragma once

#include <array>
#include <string>

namespace wirebook::node {

inline const std::array<std::string, 4> wait_names{"auto", "spin", "yield", "park"};
inline const std::array<std::string, 3> receive_names{"auto", "io_uring", "recvmmsg"};
/// ITCH `H`: halted, paused, quotation only, trading.
inline const std::array<std::string, 4> trading_state_names{"T", "H", "P", "Q"};

}  // namespace wirebook::node
