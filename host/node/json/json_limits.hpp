// The limit slot in JSON lines: its kinds by name.
//
// Shapes: names as in `LimitKind`. Threads: pure. Errors: texts, see json_values.hpp. Cost: none to
// speak of. Specification: replay/README.md.
#pragma once

#include <string>
#include <string_view>

#include "wirebook/slot.hpp"

#include "node/json/json_values.hpp"

namespace wirebook::node {

/// Empty for a number that is no kind.
[[nodiscard]] std::string_view limit_kind_name(LimitKind kind);
/// The name in quotes, else the number.
void append_limit_kind(std::string& out, LimitKind kind);
/// A name or a number.
JsonFault take_limit_kind(const JsonValue& value, LimitKind& out);

/// True if the limit is one of a session.
[[nodiscard]] bool is_session_limit(LimitKind kind);

}  // namespace wirebook::node
