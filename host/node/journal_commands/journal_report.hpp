// What the journal's commands say, as text.
//
// Shapes: lines, the last one with its line break. Threads: pure. Errors: none. Cost: `stat_text`
// reads every slot, the others what they are given.
#pragma once

#include <string>

#include "journal/journal.hpp"
#include "journal/verify.hpp"

namespace wirebook::node {

/// A line a segment, under a line of headings.
[[nodiscard]] std::string segments_text(const journal::Journal& journal);
/// The last line is `whole`, or `whole, but needs recovery: cut at <file> byte <n> sequence <n>`
/// where a crash left slots behind the tail, or `corrupt at <file> byte <n> sequence <n>`.
[[nodiscard]] std::string verify_text(const journal::Journal& journal,
                                      const journal::VerifyReport& report);

struct JournalSums {
  std::string text;
  bool whole = true;
};
[[nodiscard]] JournalSums stat_text(const journal::Journal& journal);

}  // namespace wirebook::node
