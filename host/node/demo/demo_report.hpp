// The table at the end of the demo.
//
// Threads: any. Errors: none. Cost: some string work.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/demo/demo_card.hpp"
#include "node/demo/demo_feed.hpp"
#include "node/demo/demo_journal.hpp"
#include "node/load/load.hpp"
#include "node/status.hpp"

namespace wirebook::node {

struct DemoFindings {
  NodeStatus status;
  FeedState feed;
  JournalFindings journal;
  LoadResult result;
  /// By the stages' threads since their start; nothing where this build does not count them.
  std::optional<std::uint64_t> allocations;
  /// Of a simulated card.
  std::optional<SimulatedKernel> kernel;
};

/// Empty if the books of the feed equal the node's and nothing is missing; else what differs.
[[nodiscard]] std::vector<std::string> differences(const NodeStatus& status, const FeedState& feed);

[[nodiscard]] std::string demo_table(const DemoFindings& findings, const Load& load);
[[nodiscard]] std::string demo_json(const DemoFindings& findings, const Load& load);

}  // namespace wirebook::node
