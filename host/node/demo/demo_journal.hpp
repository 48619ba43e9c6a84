// The demo's journal: in a directory of its own, read back once the node has ended, and held
// against what the node was.
//
// Shapes: see config.hpp. Threads: one. Errors: std::system_error where there is no room for it.
// Cost: the slots once more through an engine and the encoders.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/config/config.hpp"
#include "node/status.hpp"

namespace wirebook::node {

struct JournalFindings {
  JournalMode mode = JournalMode::off;
  std::uint64_t slots = 0;
  std::uint64_t digests_agreed = 0;  ///< that the node itself had put into the stream
  double replay_s = 0;
  /// Where the journal does not give what the node was; empty: it does.
  std::vector<std::string> different;
};

class DemoJournal {
 public:
  /// Makes a directory in `parent`, or where the system has such, which goes with this; none if
  /// `mode` is off.
  DemoJournal(JournalMode mode, const std::string& parent);
  ~DemoJournal();
  DemoJournal(const DemoJournal&) = delete;
  DemoJournal& operator=(const DemoJournal&) = delete;

  /// The journal's part of the configuration.
  [[nodiscard]] JournalTable table() const;

  /// When the node is no more; `status` is its last.
  [[nodiscard]] JournalFindings check(const NodeConfig& config, const NodeStatus& status) const;

 private:
  JournalMode mode_;
  std::string directory_;
};

}  // namespace wirebook::node
