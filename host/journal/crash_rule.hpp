// Is what lies behind the tail what a crash of the writer leaves, or is it damage?
//
// A drive keeps sectors of 512 bytes whole, old or new. Before use a sector is zeros; what is
// written to it is the ring's memory, and there each slot is one that was published, or still the
// one of a ring before (at first: nothing but a phase), or one that its writer was at, whose tail,
// or else its first half, is still the old one. So behind the tail, within the window that the
// header names, a sector is
//
//   slots that prove themselves, then zeros         never written, a copy, or cut by a recovery
//   slots that prove themselves or are old ones     written while its block still filled
//
// and the first slot of a block proves itself, if anything of its sector was written. Anything else
// was whole once: damage. A slot that was durable is never taken for one that was not written, but
// where all of what the drive kept of its sector, and of those behind it, is zeros.
//
// Shapes: places in the journal's last epoch. Threads: one. Errors: none. Cost: once, back from the
// journal's end over its zeros; each question at most the window. Specification: README.md.
#pragma once

#include <cstdint>
#include <optional>

#include "journal/journal.hpp"

namespace wirebook::journal {

/// What the drive writes whole or not at all.
inline constexpr std::uint64_t sector_slots = 512 / slot_bytes;

class CrashRule {
 public:
  /// `journal` outlives it.
  explicit CrashRule(const Journal& journal) : journal_(&journal) {}

  /// Slots of one segment, and before `owed_end` everything had to be there.
  struct Damage {
    Place first;
    std::uint64_t end = 0;
    Place owed_end;
  };
  /// If the tail cannot be at `tail`, whose group lacks the slot at `missing`: the first slots that
  /// no crash leaves so.
  [[nodiscard]] std::optional<Damage> damage(const Place& tail, const Place& missing);
  /// Behind the last slot of the last epoch that proves itself, if there is one.
  [[nodiscard]] std::optional<Place> proven_end();

 private:
  [[nodiscard]] Damage run_of(const Place& missing) const;
  [[nodiscard]] std::optional<Damage> damage_behind(const Place& tail) const;
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t end = 0;
  };
  [[nodiscard]] std::optional<Range> check_sector(const Part& part, const Range& slots,
                                                  std::uint64_t tail) const;
  [[nodiscard]] bool is_old(const Segment& segment, std::uint64_t sequence,
                            std::uint64_t tail) const;
  [[nodiscard]] const Slot* find_old(const Segment& segment, std::uint64_t sequence) const;
  void look_back();

  const Journal* journal_;
  bool looked_ = false;
  std::optional<Place> proven_end_;
  std::optional<Place> written_end_;  ///< behind the last slot that is not zeros
};

}  // namespace wirebook::journal
