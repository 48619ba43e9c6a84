// Pieces in flight: whole ones, whatever the kernel makes of each call; and a file read in order.
//
// Shapes: as PieceIo. A read may reach beyond the file's end with what O_DIRECT rounds up.
// Threads: one. Errors: std::system_error that names the file; what is short, interrupted or to be
// tried again is gone on with. Cost: none beside the calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "journal/data_file.hpp"
#include "journal/piece_io.hpp"

namespace wirebook::journal {

class PieceQueue {
 public:
  explicit PieceQueue(PieceIo& io) : io_(&io), operations_(io.buffer_count()) {}
  /// Waits for what is in flight: the buffers belong to the kernel until then.
  ~PieceQueue();
  PieceQueue(const PieceQueue&) = delete;
  PieceQueue& operator=(const PieceQueue&) = delete;

  [[nodiscard]] std::span<std::byte> buffer(std::uint32_t buffer) { return io_->buffer(buffer); }
  [[nodiscard]] std::uint32_t buffer_count() const { return io_->buffer_count(); }
  [[nodiscard]] bool idle(std::uint32_t buffer) const { return !operations_[buffer].pending; }

  void read(std::uint32_t buffer, const DataFile& file, std::uint64_t offset, std::size_t bytes);
  void write(std::uint32_t buffer, const DataFile& file, std::uint64_t offset, std::size_t bytes);
  /// Takes what has ended, waits for nothing.
  void reap();
  void wait(std::uint32_t buffer);
  void wait_all();
  void sync(const DataFile& file);

 private:
  struct Operation {
    const DataFile* file = nullptr;
    std::uint64_t offset = 0;
    std::size_t bytes = 0;  ///< wanted
    std::size_t done = 0;
    int stalls = 0;  ///< calls in a row that brought it no further
    bool is_write = false;
    bool pending = false;
  };

  void start(std::uint32_t buffer);
  void finish(const PieceDone& done);

  PieceIo* io_;
  std::vector<Operation> operations_;
  std::size_t in_flight_ = 0;
};

/// A file's bytes in order, read ahead into some of the buffers.
class FilePieces {
 public:
  struct Piece {
    std::uint32_t buffer = 0;
    std::uint64_t offset = 0;
    std::span<std::byte> bytes;
  };

  FilePieces(PieceQueue& queue, const DataFile& file, std::uint64_t bytes,
             std::uint32_t first_buffer, std::uint32_t buffers);

  [[nodiscard]] bool at_end() const { return taken_ == count_; }
  /// The bytes stay until the next call, or as long as a write from this buffer is in flight.
  Piece next();

 private:
  void read_ahead();
  [[nodiscard]] std::uint32_t buffer_of(std::uint64_t piece) const {
    return first_buffer_ + static_cast<std::uint32_t>(piece % buffers_);
  }
  [[nodiscard]] std::size_t bytes_of(std::uint64_t piece) const;

  PieceQueue* queue_;
  const DataFile* file_;
  std::uint64_t bytes_;
  std::size_t piece_bytes_;
  std::uint32_t first_buffer_;
  std::uint32_t buffers_;
  std::uint64_t count_;
  std::uint64_t started_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace wirebook::journal
