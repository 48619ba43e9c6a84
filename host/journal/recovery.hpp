// What a node does with its journal before it starts: finds the tail, gives every whole group
// before it to who rebuilds the state, and leaves a directory that a new epoch can begin in.
//
//   segments ──► read, proven ──► sink: whole groups in place, from a snapshot's sequence on
//                     │
//                     ├─ damage: refused with the place of it, nothing on disk is changed
//                     └─ else behind the tail: empty segments and unfinished files are deleted, the
//                        rest of the tail's segment is zeros, and what was read is synced
//
// Read is everything from `from_sequence` on; before it only headers and borders are checked. All
// on disk happens after all was read, in an order that a crash anywhere leaves something that
// recovers to the same tail, epoch and groups.
//
// That no other process begins to write there is the caller's to see to: a node locks its day's
// directory. Only writes of one that was killed are waited for.
//
// Shapes: groups point into the store's maps, and stay as they are as long as the store lives.
// Threads: the caller's. Errors: a status and a line for people; nothing throws but what store,
// sink and progress throw. Cost: a CRC a slot; the zeros behind the tail are read twice.
// Specification: README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "wirebook/exit_code.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "journal/fault.hpp"
#include "journal/store.hpp"

namespace wirebook::journal {

struct RecoveryOptions {
  std::uint32_t shard = 0;
  std::uint32_t trading_day = 0;    ///< yyyymmdd; 0: any
  std::uint64_t from_sequence = 0;  ///< of a snapshot: the first group that it does not have
};

enum class RecoveryStatus : std::uint8_t {
  recovered,
  damaged,  ///< see `fault`; nothing was changed
  foreign,  ///< of another shard or trading day; nothing was changed
  gone,     ///< it begins behind `from_sequence`: older segments are gone; nothing was changed
  behind,   ///< it ends before `from_sequence`: what the snapshot has was lost; nothing was changed
  io_error,  ///< see `error`
};

struct Recovery {
  RecoveryStatus status = RecoveryStatus::recovered;
  std::uint64_t sequence = 0;  ///< the tail: the new epoch begins here
  std::uint32_t epoch = 1;     ///< of what is written from now on: the highest that is there, + 1

  std::uint64_t groups = 0;  ///< that the sink was given
  std::uint64_t slots = 0;
  std::uint64_t bytes = 0;
  TimeNs first_time{};  ///< of these groups, if there are any
  TimeNs last_time{};
  /// Sequences behind the tail up to the last slot that was there: what was in flight. 0: none.
  std::uint64_t cut_slots = 0;
  std::vector<std::string> removed;   ///< files
  std::vector<std::string> warnings;  ///< what is odd, but in nobody's way

  std::optional<Fault> fault;  ///< `segment` is that of `fault_file`
  std::string fault_file;
  int error = 0;     ///< an errno
  std::string text;  ///< for people, if it is not recovered: names the file
};

/// Bytes of slots, of how many at most.
using RecoveryProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;
using RecoverySink = std::function<void(const SlotGroup&)>;

/// `sink` may have been given groups though it ends in a refusal: what it built is of no use then.
/// `progress` may be empty.
[[nodiscard]] Recovery recover(Store& store, const RecoveryOptions& options,
                               const RecoverySink& sink, const RecoveryProgress& progress = {});

/// What the program ends with.
[[nodiscard]] ExitCode to_exit_code(RecoveryStatus status);

}  // namespace wirebook::journal
