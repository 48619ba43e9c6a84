// Groups of slots become a fresh journal, by the journal's own writer.
//
// Shapes: groups one after the other; they get sequences and seals here. Threads: one, that also
// polls the writer. Errors: std::system_error: the directory, the disk. Cost: a copy into the ring.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "wirebook/slot.hpp"

namespace wirebook::journal {

struct ImportPlan {
  std::string directory;  ///< there, and without a segment
  std::uint64_t first_sequence = 0;
  std::uint64_t segment_slots = std::uint64_t{4} << 20;
  std::uint32_t epoch = 1;
  std::uint32_t shard = 0;
  std::uint32_t trading_day = 0;
};

class JournalImport {
 public:
  explicit JournalImport(const ImportPlan& plan);
  ~JournalImport();
  JournalImport(const JournalImport&) = delete;
  JournalImport& operator=(const JournalImport&) = delete;

  /// The tail of `head` says how many of `extensions` follow.
  void add(const Slot& head, std::span<const Slot> extensions);
  /// All is durable when it returns.
  void finish();
  /// That the next group gets.
  [[nodiscard]] std::uint64_t sequence() const;

 private:
  struct Parts;
  void poll();

  std::unique_ptr<Parts> parts_;
};

}  // namespace wirebook::journal
