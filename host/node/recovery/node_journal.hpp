// The journal of a node: its disk, its stage and its shadow, made from the configuration.
//
// Shapes: see config.hpp. Threads: made by one, before the threads start; the stage is its
// thread's, the shadow has one of its own. Errors: the constructor throws std::system_error with a
// text that names the key where the directory, or what `[journal]` insists on, is refused; what it
// leaves open falls back, and the line says so. Cost: start-up only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "journal/file_disk.hpp"
#include "journal/journal_writer.hpp"
#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/recovery/journal_stage.hpp"
#include "node/recovery/shadow.hpp"
#include "node/status.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::node {

class NodeJournal {
 public:
  struct Parts {
    const NodeConfig& config;
    const Clock& clock;
    const std::string& directory;  ///< of the day
    slot_ring::Ring<Slot>& slots;
    Ending& ending;
    std::unique_ptr<Replica> shadow;  ///< where the shadow begins; null: there is none
  };

  /// Joins the ring as one of its readers.
  explicit NodeJournal(Parts parts);

  [[nodiscard]] JournalStage& stage() { return stage_; }
  [[nodiscard]] journal::JournalWriter& writer() { return writer_; }
  /// What is to be durable before it is told; null in `async`.
  [[nodiscard]] const journal::JournalWriter* gate() const {
    return mode_ == JournalMode::durable ? &writer_ : nullptr;
  }
  /// Once the stages run. Waits until there is a segment that slots go to, so that nobody's first
  /// order waits for it; or until it is known that there will be none.
  void start();
  /// When the stages have ended.
  void stop();
  /// What wakes a thread when a write has come back; -1: nothing does.
  [[nodiscard]] int descriptor() const { return disk_.disk->descriptor(); }
  /// Which way the bytes go.
  [[nodiscard]] std::string line() const;
  void read(NodeStatus& status, const slot_ring::Ring<Slot>& slots) const;
  /// Why it ended by itself; empty if it did not.
  [[nodiscard]] std::string failure() const;

 private:
  const JournalMode mode_;
  const std::string directory_;
  journal::OpenedDisk disk_;
  journal::JournalWriter writer_;
  JournalStage stage_;
  std::unique_ptr<Shadow> shadow_;  ///< asks the writer
};

}  // namespace wirebook::node
