// One segment from one directory to another: as it is, compressed, or expanded again.
//
//   read, read, …  ──► prove, in place ──► write, write, …  ──► sync ──► rename
//
// Shapes: what is written has the name `….new` until it is whole and synced; the directory is the
// caller's to sync. Threads: one. Errors: JournalDamage, std::system_error; what was begun is
// removed. Cost: reads and writes both in flight; of a copy as it is no byte is copied in user
// space. Specification: ARCHIVE.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "journal/column_codec.hpp"
#include "journal/piece_queue.hpp"
#include "journal/segment_parts.hpp"
#include "journal/segment_prover.hpp"

namespace wirebook::journal {

/// Where a file's bytes are read from.
enum class ReadFrom : std::uint8_t {
  automatic,  ///< the page cache where it has them, else the disk
  disk,       ///< O_DIRECT
  cache,
};

struct CopyTools {
  PieceQueue& queue;
  SegmentProver& prover;
  ReadFrom read_from = ReadFrom::automatic;
  /// So many bytes of the segment more are done.
  std::function<void(std::uint64_t)> done = [](std::uint64_t) {};
};

/// Each returns the bytes of what was written. `part` is proven on the way.
std::uint64_t copy_raw(CopyTools& tools, const SegmentPart& part, const std::string& from,
                       const std::string& to);
std::uint64_t compress(CopyTools& tools, const SegmentPart& part, const std::string& from,
                       const std::string& to, Compression compression);
std::uint64_t expand(CopyTools& tools, const SegmentPart& part, const std::string& from,
                     const std::string& to);

enum class Comparison : std::uint8_t {
  same,
  differs,        ///< or is damaged
  other_journal,  ///< its header is whole, and another
};
/// A segment against a copy; the segment is proven on the way unless they differ.
Comparison compare_raw(CopyTools& tools, const SegmentPart& part, const std::string& segment,
                       const std::string& copy);
Comparison compare_compressed(CopyTools& tools, const SegmentPart& part, const std::string& segment,
                              const std::string& copy);

/// Whether most of the file's bytes are in the page cache; false where that cannot be told.
[[nodiscard]] bool is_cached(const DataFile& file);

}  // namespace wirebook::journal
