// What came of following a feed, for people and for programs.
//
// Shapes: lines of text, or one of JSON. Threads: that of the receiver. Errors: none. Cost: a walk
// over every order, for the digest. Specification: README.md of this folder, "What it prints".
#pragma once

#include <string>

#include "node/feed/feed_receiver.hpp"

namespace wirebook::node {

[[nodiscard]] std::string feed_summary_text(const feed::FeedReceiver& receiver);
[[nodiscard]] std::string feed_summary_json(const feed::FeedReceiver& receiver);

}  // namespace wirebook::node
