// What each segment of a journal has to have: the list that archive and restore work through.
//
// Shapes: a segment's name, where its part of the stream ends, and whether all of that must be
// there. Threads: pure, but for the files that are looked at. Errors: JournalDamage for borders and
// headers, std::system_error for files. Cost: headers; the last segment's slots until one proves.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "journal/fault.hpp"
#include "journal/journal.hpp"

namespace wirebook::journal {

/// Says what, which file, where in it, where in the stream, in one line.
class JournalDamage : public std::runtime_error {
 public:
  JournalDamage(const std::string& text, std::string position)
      : std::runtime_error(text), position_(std::move(position)) {}
  /// `<file> byte <n> sequence <n>`
  [[nodiscard]] const std::string& position() const { return position_; }

 private:
  std::string position_;
};

struct SegmentPart {
  std::string name;
  std::uint64_t first = 0;
  std::uint64_t end = 0;  ///< behind the last sequence that it answers for
  std::uint32_t epoch = 0;
  std::uint64_t file_bytes = 0;
  std::uint32_t trading_day = 0;
  bool all_there = false;     ///< something later is: no slot before `end` may be missing
  bool closes_epoch = false;  ///< a newer epoch follows: zeros behind `end`
};

struct JournalParts {
  std::vector<SegmentPart> sealed;  ///< nothing is written to them any more
  std::vector<SegmentPart> open;    ///< the one that is written, and those made ahead
};

/// `live`: somebody writes; the last segment with slots and all behind it are open. Else all are
/// sealed. Throws JournalDamage for the first fault of a header or border.
[[nodiscard]] JournalParts parts_of(const Journal& journal, bool live);

/// Where each ends, from the names and lengths of sealed segments alone.
void end_parts(std::vector<SegmentPart>& parts);

}  // namespace wirebook::journal
