// Segments of older format versions become segments of this one.
//
//   version 0 ──► proven, sealed anew ──► `….new`, synced, read back, proven ──► its name
//
// Shapes: a directory, in place or into another one; the names stay. All versions are looked at
// before anything is changed. Threads: one. Errors: JournalDamage, ArchiveRefusal (a version that
// is not known, a writer at work), std::system_error. A crash leaves each segment in one version or
// the other, whole; the next run goes on. Cost: each older segment is read, written and read once.
// Specification: ARCHIVE.md.
#pragma once

#include <cstdint>
#include <string>

#include "journal/archive.hpp"
#include "journal/piece_io.hpp"

namespace wirebook::journal {

struct MigrateOptions {
  std::string directory;
  std::string to;  ///< empty: in place
};

struct MigrateReport {
  std::uint64_t migrated = 0;  ///< segments
  std::uint64_t current = 0;   ///< of this version already; with `to` copied
  std::uint64_t slots = 0;     ///< sealed anew
};

MigrateReport migrate(PieceIo& io, const MigrateOptions& options, const ArchiveWatch& watch);

}  // namespace wirebook::journal
