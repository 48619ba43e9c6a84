// Reads all of a journal and says what is wrong with it, and where.
//
// Shapes: sums, and the faults in the order of the stream; behind them what lies where recovery
// left zeros. Threads: pure. Errors: the report. Cost: a CRC a slot; the first faults are kept,
// all are counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "journal/journal.hpp"

namespace wirebook::journal {

inline constexpr std::size_t faults_kept_max = 10'000;

struct VerifyReport {
  std::uint64_t first_sequence = 0;
  std::uint64_t tail = 0;  ///< the first sequence that is not there
  std::uint32_t epoch = 0;
  std::uint64_t groups = 0;
  std::uint64_t slots = 0;       ///< of these groups
  std::uint64_t cut_slots = 0;   ///< whole ones of groups that are not
  std::uint64_t tail_slots = 0;  ///< whole ones behind the tail, of its group
  /// Behind the last slot that proves itself, if a crash left some behind the tail that nobody was
  /// told of; else the tail.
  std::uint64_t crash_end = 0;
  std::vector<Fault> faults;
  std::uint64_t fault_count = 0;

  [[nodiscard]] bool whole() const { return fault_count == 0; }
};

[[nodiscard]] VerifyReport verify(const Journal& journal);

/// What is not zeros behind the end of an epoch, where recovery left zeros.
[[nodiscard]] std::vector<Fault> find_rests(const Journal& journal);

/// For people, in one line: what, which file, where in it, where in the stream.
[[nodiscard]] std::string describe(const Journal& journal, const Fault& fault);
/// The same, for scripts: `<file> byte <n> sequence <n>`.
[[nodiscard]] std::string position(const Journal& journal, const Fault& fault);

}  // namespace wirebook::journal
