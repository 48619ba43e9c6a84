// An OUCH message to a client becomes one line of JSON.
//
// Shapes: {"session":1,"type":"accepted",…}: fields in the order of the message, then the tags that
// are present; see replay/README.md. Threads: pure. Errors: a message that is none of OUCH 5.0, or
// is cut off, breaks an assertion: it is ours. Cost: appends to a string. Specification:
// replay/README.md; OUCH 5.0 outbound messages; RFC 8259.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace wirebook::node {

/// With its line break.
void append_json_event(std::string& out, std::uint32_t session, std::span<const std::byte> message);

}  // namespace wirebook::node
