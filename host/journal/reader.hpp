// Reads a journal from its beginning, or from a sequence on: groups, in place, and all damage.
//
//   group  an order and its extensions, each slot proven, where they lie in the segments' bytes
//   fault  something is wrong here; go on, and what is whole behind it follows
//   end    the tail: the first sequence that the journal does not have
//
// The tail is the first group that is not all there, if what lies behind it is what a crash of the
// writer leaves (crash_rule.hpp). Anything else there, or a newer epoch, makes it a fault instead:
// nothing is passed over in silence. Of a group that damage cut, no slot is given out: see
// `cut_slots`.
//
// Shapes: pointers into the segments, valid as long as they are. Threads: one; several readers may
// read one journal. Errors: steps of their own. Cost: a CRC a slot; at the tail, one pass over the
// zeros behind it. Specification: README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "wirebook/slot.hpp"

#include "journal/crash_rule.hpp"
#include "journal/journal.hpp"

namespace wirebook::journal {

class Reader {
 public:
  enum class Step : std::uint8_t { group, fault, end };

  /// `journal` outlives the reader.
  explicit Reader(const Journal& journal);

  /// Goes on at this sequence, the head of a group; faults of segments before it are left out.
  /// False, and nothing changes, if no segment answers for it.
  bool seek(std::uint64_t sequence);

  [[nodiscard]] Step next();
  /// After `group`.
  [[nodiscard]] const SlotGroup& group() const { return group_; }
  /// After `fault`.
  [[nodiscard]] const Fault& fault() const { return fault_; }

  /// The first sequence behind all that was given out or found damaged; after `end`, the tail.
  [[nodiscard]] std::uint64_t sequence() const { return at_; }
  /// Of the last group, or of the tail's segment.
  [[nodiscard]] std::uint32_t epoch() const { return epoch_; }
  /// In `Journal::parts()`: where `sequence()` lies, or the last.
  [[nodiscard]] std::size_t part() const { return part_; }

  /// Slots that are whole but were not given out: the rest of their group is damaged or was before
  /// the journal's first sequence.
  [[nodiscard]] std::uint64_t cut_slots() const { return cut_slots_; }
  /// After `end`: slots behind the tail that are whole, of a group that is not.
  [[nodiscard]] std::uint64_t tail_slots() const { return tail_slots_; }
  /// After `end`: behind the last slot that proves itself, if a crash left any behind the tail
  /// that are not of its group; else the tail. Nobody was told of them.
  [[nodiscard]] std::uint64_t crash_end() const { return crash_end_; }

 private:
  enum class Link : std::uint8_t { joined, parted, newer_epoch, none };

  void set_place(const Place& place);
  bool take_journal_fault();
  bool take_damage();
  [[nodiscard]] Fault slots_fault(const Place& first, std::uint64_t end) const;
  bool enter_part();
  std::optional<Step> read_slot();
  std::optional<Step> read_group(const Slot& head);
  Step read_hole();
  std::optional<Step> pass_cut(const Place& to);
  Step report_group(const Place& to);
  void finish(const Place& seen);
  Link step_over(Place& place) const;
  bool is_owed(const Place& place);
  [[nodiscard]] const Part& part_at(std::size_t index) const { return journal_->parts()[index]; }
  [[nodiscard]] const Segment& segment_at(std::size_t index) const {
    return journal_->segment_of(part_at(index));
  }

  const Journal* journal_;
  std::size_t part_ = 0;
  std::uint64_t at_ = 0;
  std::uint32_t epoch_ = 0;
  std::size_t journal_faults_taken_ = 0;
  CrashRule crash_rule_;
  std::optional<CrashRule::Damage> damage_;
  Place owed_end_{};                ///< everything before it must be there
  std::uint64_t orphans_left_ = 0;  ///< extensions that may come without their head
  std::uint64_t cut_slots_ = 0;
  std::uint64_t tail_slots_ = 0;
  std::uint64_t crash_end_ = 0;
  bool ended_ = false;
  SlotGroup group_;
  Fault fault_;
};

}  // namespace wirebook::journal
