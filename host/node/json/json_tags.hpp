// The tags of an appendage become keys of a JSON line.
//
// Shapes: `,"firm":"ACME"` a tag, in the order of the appendage. Threads: pure. Errors: false, and
// nothing is appended, if the bytes are no run of OUCH 5.0 tags. Cost: appends to a string.
// Specification: replay/README.md; OUCH 5.0 tag-value elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace wirebook::node {

bool append_json_tags(std::string& out, std::span<const std::byte> appendage);

/// An alpha field without its padding.
void append_json_alpha(std::string& out, std::span<const std::byte> bytes);
void append_json_price(std::string& out, std::uint64_t raw);
/// `,"name":`
void append_json_key(std::string& out, std::string_view name);

}  // namespace wirebook::node
