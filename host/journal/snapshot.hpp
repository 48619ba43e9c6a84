// The snapshots of a journal's directory: written, found again, and not too many of them.
//
//   newest first: name ──► file whole? ──► wanted? ──► taken ─ done
//                   ▲          │ no            │ no       │ no
//                   └──────────┴───────────────┴──────────┴── passed over, with the reason
//
// Shapes: opaque content under a sequence and an epoch. Threads: as the Store's. Errors: an errno
// where files cannot be listed, written or removed; a snapshot that is no good is passed over and
// the next older one is tried, down to none. Cost: a whole file at once, in memory.
// Specification: README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "journal/journal.hpp"
#include "journal/snapshot_format.hpp"
#include "journal/store.hpp"

namespace wirebook::journal {

/// Newest first. Returns an errno.
[[nodiscard]] int list_snapshots(Store& store, std::vector<SnapshotName>& names);

/// Each function gives a reason against the snapshot, or nothing.
struct SnapshotSearch {
  std::uint32_t shard = 0;
  std::uint32_t trading_day = 0;
  /// By its name alone, before the file is looked at. May be empty.
  std::function<std::string(const SnapshotName&)> refuse;
  /// Goes on with the content, which is whole.
  std::function<std::string(const SnapshotHeader&, std::span<const std::byte> content)> take;
};

struct SnapshotFound {
  int error = 0;  ///< the directory cannot be listed
  std::optional<SnapshotHeader> taken;
  std::vector<std::string> passed_over;  ///< a line each, for people
};

[[nodiscard]] SnapshotFound take_newest_snapshot(Store& store, const SnapshotSearch& search);

/// True if the journal still has the last slot that the snapshot covers, in the snapshot's epoch: a
/// snapshot without it may tell of a history that was lost, and that another one followed.
[[nodiscard]] bool has_last_slot(const Journal& journal, const SnapshotName& name);

/// `file` is what `encode_snapshot` made. Returns an errno, and then there is no such file.
[[nodiscard]] int write_snapshot(Store& store, const SnapshotName& name,
                                 std::span<const std::byte> file);

/// Removes all but the newest `count`. Returns an errno.
[[nodiscard]] int keep_snapshots(Store& store, std::size_t count);

/// Removes those of more than the slots before `tail`, for recovery: what they tell of is gone.
/// Returns an errno.
[[nodiscard]] int remove_snapshots_beyond(Store& store, std::uint64_t tail);

}  // namespace wirebook::journal
