// What a load run counts.
//
// Shapes: names for metrics::Counters. Threads: the client's thread adds, any thread reads.
// Errors: none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "metrics/counters.hpp"

namespace wirebook::node {

enum class LoadCount : std::uint8_t {
  sent,        ///< messages, each once however often it was sent again
  adds,        ///< of these: day orders
  iocs,        ///< of these: immediate-or-cancel orders
  cancels,     ///< of these
  replaces,    ///< of these
  answered,    ///< got the reply that they asked for, or a reject
  overtaken,   ///< cancels and replaces whose order was executed before they arrived
  unanswered,  ///< given up: no reply after all repetitions, or at the end
  accepted,    ///< replies: order accepted
  replaced,    ///< replies: order replaced
  canceled,    ///< replies: order canceled, the rest of an IOC too
  rejected,    ///< replies: order rejected
  executions,  ///< reports of an execution: two for a trade between two of our orders
  shares,      ///< shares of these reports
  other,       ///< other replies
  unexpected,  ///< replies to a number that we do not know
  resent,      ///< messages sent again after the timeout
  renumbered,  ///< of these: under a new number, because a later one had overtaken them
  held_back,   ///< sends that waited because too many messages were unanswered
  unsent,      ///< datagrams that the socket had no room for
  datagrams,   ///< received
  malformed,   ///< of these: not a UFO packet
  messages,    ///< sequenced messages received, each once
  gaps,        ///< times that numbers were missing
  requests,    ///< retransmission requests
  missed,      ///< sequenced messages that never came
  cuts,        ///< connections that the client cut
  resumed,     ///< back in the same session, at the next number
  count_,
};

constexpr std::string_view to_string(LoadCount id) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(LoadCount::count_)> names = {
      "sent",       "adds",       "iocs",     "cancels",    "replaces",  "answered",   "overtaken",
      "unanswered", "accepted",   "replaced", "canceled",   "rejected",  "executions", "shares",
      "other",      "unexpected", "resent",   "renumbered", "held_back", "unsent",     "datagrams",
      "malformed",  "messages",   "gaps",     "requests",   "missed",    "cuts",       "resumed"};
  return names[static_cast<std::size_t>(id)];
}

using LoadCounters = metrics::Counters<LoadCount>;

}  // namespace wirebook::node
