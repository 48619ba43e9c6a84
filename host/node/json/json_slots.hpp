// A group of slots becomes one line of JSON, in the words of `wirebook replay`.
//
// Shapes: {"sequence":7,"type":"enter","session":1,"time_ns":…,…}: order entry and the venue's side
// with the keys that replay reads, so that a line can be replayed; other kinds with those of their
// bodies. See replay/README.md and journal/README.md. Threads: pure. Errors: none: an appendage
// that is no tags, or has one that the line has already, is there in hex. Cost: appends to a
// string.
#pragma once

#include <string>

#include "wirebook/slot.hpp"

#include "node/json/json_slot_fields.hpp"

namespace wirebook::node {

/// With its line break.
void append_json_group(std::string& out, const SlotGroup& group);

}  // namespace wirebook::node
