// How far a long command has come: a bar on a terminal, a line a segment elsewhere.
//
// Shapes: to stderr, so that it never mixes with what a command says. Threads: one. Errors: none.
// Cost: at most ten lines a second.
#pragma once

#include <cstdint>
#include <string>

#include "journal/archive.hpp"

namespace wirebook::node {

class JournalProgress {
 public:
  /// `verb`: "archive".
  explicit JournalProgress(std::string verb);
  ~JournalProgress();
  JournalProgress(const JournalProgress&) = delete;
  JournalProgress& operator=(const JournalProgress&) = delete;

  void show(const journal::ArchiveProgress& progress);

 private:
  std::string verb_;
  bool terminal_;
  bool bar_shown_ = false;
  std::uint64_t begin_ns_;
  std::uint64_t shown_ns_ = 0;
  std::string segment_;
};

}  // namespace wirebook::node
