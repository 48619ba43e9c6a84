// Reads and writes of pieces of files, several in flight, each from or to a buffer of the pool.
//
//   read ──► buffer ──► (looked at, in place) ──► write: nothing is copied in user space
//
// Shapes: a buffer is a small number; at most one operation of it is in flight. Buffers are aligned
// to 4 KiB, and so are offsets and lengths where files are open with O_DIRECT. Threads: one.
// Errors: as negative errno in the completion; buffers that cannot be had throw std::bad_alloc.
// Cost: with io_uring a system call for a batch, and no page is pinned or mapped where buffers are
// registered. Where io_uring is refused: pread and pwrite, one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace wirebook::journal {

struct PieceIoOptions {
  std::uint32_t buffers = 16;
  std::size_t buffer_bytes = std::size_t{1} << 20;
  // What is measured against the default, as a ladder.
  bool pooled = true;  ///< false: memory anew for each piece
  bool registered_reads = true;
  bool registered_writes = true;
};

struct PieceDone {
  std::uint32_t buffer = 0;
  std::int32_t result = 0;  ///< bytes, or a negative errno
};

/// Which bytes of a buffer go to or come from where.
struct PieceSpan {
  std::uint32_t buffer = 0;
  int file = -1;
  std::uint64_t offset = 0;  ///< in the file
  std::size_t at = 0;        ///< in the buffer
  std::size_t bytes = 0;
};

class PieceIo {
 public:
  virtual ~PieceIo() = default;

  [[nodiscard]] virtual std::uint32_t buffer_count() const = 0;
  [[nodiscard]] virtual std::span<std::byte> buffer(std::uint32_t buffer) = 0;
  /// A piece begins in it: its memory is made anew if there is no pool.
  virtual void renew(std::uint32_t buffer) = 0;

  virtual void read(const PieceSpan& piece) = 0;
  virtual void write(const PieceSpan& piece) = 0;
  /// Starts what was told. Waits for a completion if `wait`, and gives it.
  virtual std::optional<PieceDone> take(bool wait) = 0;

  /// What was written to the file is on stable storage: 0, or a negative errno.
  virtual int sync(int file) = 0;
  /// For people.
  [[nodiscard]] virtual std::string describe() const = 0;
};

/// io_uring, or where it is refused pread and pwrite.
std::unique_ptr<PieceIo> open_piece_io(const PieceIoOptions& options = {});
/// pread and pwrite.
std::unique_ptr<PieceIo> open_plain_piece_io(const PieceIoOptions& options = {});

}  // namespace wirebook::journal
