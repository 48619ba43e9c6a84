// The limit slot in JSON lines: its kinds by name, and what a line may say of it.
//
// Shapes: names as in `LimitKind`; setters as in json_venue.hpp. Threads: pure. Errors: texts, see
// json_values.hpp. Cost: none to speak of. Specification: replay/README.md.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "wirebook/slot.hpp"

#include "node/json/json_values.hpp"
#include "node/json/json_venue.hpp"

namespace wirebook::node {

/// Empty for a number that is no kind.
[[nodiscard]] std::string_view limit_kind_name(LimitKind kind);
/// The name in quotes, else the number.
void append_limit_kind(std::string& out, LimitKind kind);
/// A name or a number.
JsonFault take_limit_kind(const JsonValue& value, LimitKind& out);

/// True if the limit is one of a session.
[[nodiscard]] bool is_session_limit(LimitKind kind);

[[nodiscard]] std::span<const VenueKey> limit_keys();

}  // namespace wirebook::node
