// Whether somebody writes a journal: its writer has a shared lock on the directory while it lives,
// or its node an exclusive one; and an exclusive one on each segment that is open.
//
// Shapes: flock on the directory or file itself; the kernel drops it with the process, however that
// ends. Threads: any. Errors: std::system_error. Cost: system calls.
#pragma once

#include <string>

namespace wirebook::journal {

/// Until it goes no node begins here.
class JournalLock {
 public:
  explicit JournalLock(const std::string& directory);
  ~JournalLock();
  JournalLock(const JournalLock&) = delete;
  JournalLock& operator=(const JournalLock&) = delete;

  /// False: somebody writes.
  [[nodiscard]] bool held() const { return held_; }

 private:
  int directory_ = -1;
  bool held_ = false;
};

[[nodiscard]] inline bool is_written(const std::string& directory) {
  return !JournalLock(directory).held();
}

/// Whether its writer still has the segment: it is not closed yet, or a write to it is in flight.
[[nodiscard]] bool is_held(const std::string& segment);

}  // namespace wirebook::journal
