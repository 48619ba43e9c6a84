// Text becomes a journal: lines, groups, sequences that follow one another.
//
//   a line's `sequence` is kept: the first one's is the journal's first [0], and each other has to
//   be the next; up to two more than that are extensions of the line before, without content.
//
// Shapes: the whole text. Threads: one. Errors: MalformedLine, with the line's number from 1;
// std::system_error of the journal. Cost: two parses a line. Specification: ARCHIVE.md, "import".
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "journal/journal_import.hpp"

namespace wirebook::node {

class MalformedLine : public std::runtime_error {
 public:
  MalformedLine(std::uint64_t line, const std::string& text)
      : std::runtime_error(text), line_(line) {}
  [[nodiscard]] std::uint64_t line() const { return line_; }

 private:
  std::uint64_t line_;
};

struct ImportSums {
  std::uint64_t lines = 0;  ///< that became groups
  std::uint64_t first = 0;
  std::uint64_t tail = 0;
};

/// `plan.first_sequence` is set by the first line.
ImportSums import_lines(std::string_view text, journal::ImportPlan plan);

}  // namespace wirebook::node
