// The journal's archive: sealed segments in another directory, and back.
//
//   archive   copies, proven slot for slot on the way; removes what is durable there, if asked
//   restore   the same bytes again
//
// Both go on where they were interrupted: what is there under its own name is whole; it is compared
// with the source, byte for byte, and left. What was being written is begun anew.
//
// Shapes: directories. Threads: one. Errors: JournalDamage with the place, ArchiveRefusal for what
// must not be done, std::system_error for files. Cost: see ARCHIVE.md. Specification: ARCHIVE.md.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "journal/column_codec.hpp"
#include "journal/piece_io.hpp"
#include "journal/segment_copy.hpp"

namespace wirebook::journal {

class ArchiveRefusal : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ArchiveProgress {
  std::string_view segment;
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;
};
using ArchiveWatch = std::function<void(const ArchiveProgress&)>;

struct ArchiveOptions {
  std::string from;
  std::string to;
  Compression compression = Compression::none;
  bool remove = false;
  /// yyyymmdd: segments of that day and later ones are not removed. See `earliest_day_today`.
  std::uint32_t today = 0;
  ReadFrom read_from = ReadFrom::automatic;
};

struct ArchiveReport {
  std::uint64_t copied = 0;    ///< segments
  std::uint64_t replaced = 0;  ///< of these, over a copy that differed
  std::uint64_t found = 0;     ///< there already, and the same
  std::uint64_t open = 0;      ///< not sealed, left alone
  std::uint64_t removed = 0;
  std::uint64_t raw_bytes = 0;     ///< of what was copied
  std::uint64_t stored_bytes = 0;  ///< what that takes in the archive
  std::uint64_t proven_slots = 0;
  std::string kept;  ///< `remove`: why the first one that was kept was
};

ArchiveReport archive(PieceIo& io, const ArchiveOptions& options, const ArchiveWatch& watch);

struct RestoreOptions {
  std::string from;
  std::string to;
  ReadFrom read_from = ReadFrom::automatic;
};
ArchiveReport restore(PieceIo& io, const RestoreOptions& options, const ArchiveWatch& watch);

/// Today, where the host is, as yyyymmdd.
[[nodiscard]] std::uint32_t trading_day_today();
/// The earliest date that is today anywhere: a trading day before it is over in any zone.
[[nodiscard]] std::uint32_t earliest_day_today();

/// `segment name` and `.zst` or `.lz4`, or nothing.
[[nodiscard]] std::string archive_name(const std::string& segment, Compression compression);

}  // namespace wirebook::journal
