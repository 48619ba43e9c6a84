#include "journal/piece_queue.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "wirebook/assert.hpp"

#include "journal/disk.hpp"

namespace wirebook::journal {

namespace {

constexpr int stalls_max = 100;

constexpr std::size_t up_to_block(std::size_t bytes) {
  return (bytes + block_bytes - 1) & ~(block_bytes - 1);
}

}  // namespace

PieceQueue::~PieceQueue() {
  while (in_flight_ != 0 && io_->take(true))
    --in_flight_;
}

void PieceQueue::read(std::uint32_t buffer, const DataFile& file, std::uint64_t offset,
                      std::size_t bytes) {
  io_->renew(buffer);
  operations_[buffer] = {.file = &file, .offset = offset, .bytes = bytes, .pending = true};
  start(buffer);
}

void PieceQueue::write(std::uint32_t buffer, const DataFile& file, std::uint64_t offset,
                       std::size_t bytes) {
  operations_[buffer] = {
      .file = &file, .offset = offset, .bytes = bytes, .is_write = true, .pending = true};
  start(buffer);
}

/// What is left of it. With O_DIRECT whole blocks: a read rounds up, the last bytes may not be.
void PieceQueue::start(std::uint32_t buffer) {
  Operation& operation = operations_[buffer];
  const std::size_t left = operation.bytes - operation.done;
  const PieceSpan piece{.buffer = buffer,
                        .file = operation.file->get(),
                        .offset = operation.offset + operation.done,
                        .at = operation.done,
                        .bytes = operation.file->direct() ? up_to_block(left) : left};
  ++in_flight_;
  operation.is_write ? io_->write(piece) : io_->read(piece);
}

void PieceQueue::finish(const PieceDone& done) {
  --in_flight_;
  Operation& operation = operations_[done.buffer];
  WIREBOOK_ASSERT(operation.pending);
  const bool again = done.result == -EINTR || done.result == -EAGAIN;
  std::size_t now = operation.done + static_cast<std::size_t>(std::max(done.result, 0));
  const bool whole = now >= operation.bytes;
  if (!whole && operation.file->direct())
    now &= ~(block_bytes - 1);
  operation.stalls = now > operation.done ? 0 : operation.stalls + 1;
  operation.done = now;
  if (whole) {
    operation.pending = false;
  } else if ((again || done.result >= 0) && operation.stalls < stalls_max) {
    start(done.buffer);
  } else {  // what brings nothing and says no error: the file became shorter
    operation.pending = false;
    throw_file_error(done.result < 0 ? -done.result : EIO, operation.file->path());
  }
}

void PieceQueue::reap() {
  while (const auto done = io_->take(false))
    finish(*done);
}

void PieceQueue::wait(std::uint32_t buffer) {
  while (operations_[buffer].pending)
    if (const auto done = io_->take(true))
      finish(*done);
}

void PieceQueue::wait_all() {
  for (std::uint32_t buffer = 0; buffer < operations_.size(); ++buffer)
    wait(buffer);
}

void PieceQueue::sync(const DataFile& file) {
  if (const int result = io_->sync(file.get()); result != 0)
    throw_file_error(-result, file.path());
}

FilePieces::FilePieces(PieceQueue& queue, const DataFile& file, std::uint64_t bytes,
                       std::uint32_t first_buffer, std::uint32_t buffers)
    : queue_(&queue),
      file_(&file),
      bytes_(bytes),
      piece_bytes_(queue.buffer(first_buffer).size()),
      first_buffer_(first_buffer),
      buffers_(buffers),
      count_((bytes + piece_bytes_ - 1) / piece_bytes_) {}

std::size_t FilePieces::bytes_of(std::uint64_t piece) const {
  return std::min<std::uint64_t>(piece_bytes_, bytes_ - piece * piece_bytes_);
}

void FilePieces::read_ahead() {
  while (started_ < count_ && started_ < taken_ + buffers_ && queue_->idle(buffer_of(started_))) {
    queue_->read(buffer_of(started_), *file_, started_ * piece_bytes_, bytes_of(started_));
    ++started_;
  }
}

FilePieces::Piece FilePieces::next() {
  WIREBOOK_ASSERT(!at_end());
  queue_->reap();
  read_ahead();
  const std::uint32_t buffer = buffer_of(taken_);
  queue_->wait(buffer);
  if (started_ == taken_) {  // the buffer was still being written from
    read_ahead();
    queue_->wait(buffer);
  }
  const Piece piece{buffer, taken_ * piece_bytes_, queue_->buffer(buffer).first(bytes_of(taken_))};
  ++taken_;
  return piece;
}

}  // namespace wirebook::journal
