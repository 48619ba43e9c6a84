// The directory of a demo's journal: made for it, and gone with it.
//
// Shapes: a path, empty without a journal. Threads: one. Errors: the constructor throws
// std::system_error, naming the directory. Cost: what the journal wrote is deleted at the end.
#pragma once

#include <string>

#include "node/config.hpp"

namespace wirebook::node {

class DemoJournal {
 public:
  /// In `parent`, unless `mode` is off.
  DemoJournal(JournalMode mode, const std::string& parent);
  ~DemoJournal();
  DemoJournal(const DemoJournal&) = delete;
  DemoJournal& operator=(const DemoJournal&) = delete;

  void configure(JournalTable& config) const;

 private:
  JournalMode mode_;
  std::string path_;
};

}  // namespace wirebook::node
