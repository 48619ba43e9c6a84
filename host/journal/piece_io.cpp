#include "journal/piece_io.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <system_error>
#include <vector>

#include <liburing.h>
#include <unistd.h>

#include "wirebook/assert.hpp"

#include "journal/piece_buffers.hpp"

namespace wirebook::journal {

namespace {

int sync_file(int file) { return fdatasync(file) == 0 ? 0 : -errno; }

class PlainPieceIo final : public PieceIo {
 public:
  explicit PlainPieceIo(const PieceIoOptions& options) : buffers_(options) {}

  std::uint32_t buffer_count() const override { return buffers_.count(); }
  std::span<std::byte> buffer(std::uint32_t buffer) override { return buffers_.get(buffer); }
  void renew(std::uint32_t buffer) override { buffers_.renew(buffer); }
  void read(const PieceSpan& piece) override {
    finish(piece,
           pread(piece.file, bytes_of(piece), piece.bytes, static_cast<off_t>(piece.offset)));
  }
  void write(const PieceSpan& piece) override {
    finish(piece,
           pwrite(piece.file, bytes_of(piece), piece.bytes, static_cast<off_t>(piece.offset)));
  }
  std::optional<PieceDone> take(bool) override {
    if (done_.empty())
      return std::nullopt;
    const PieceDone done = done_.front();
    done_.pop_front();
    return done;
  }
  int sync(int file) override { return sync_file(file); }
  std::string describe() const override { return "pread and pwrite"; }

 private:
  std::byte* bytes_of(const PieceSpan& piece) {
    return buffers_.get(piece.buffer).data() + piece.at;
  }
  void finish(const PieceSpan& piece, ssize_t result) {
    done_.push_back({piece.buffer, result < 0 ? -errno : static_cast<std::int32_t>(result)});
  }

  PieceBuffers buffers_;
  std::deque<PieceDone> done_;
};

class UringPieceIo final : public PieceIo {
 public:
  explicit UringPieceIo(const PieceIoOptions& options) : options_(options), buffers_(options) {
    io_uring_params params{};
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
    const int result =
        io_uring_queue_init_params(std::max(2 * options.buffers, 8U), &ring_, &params);
    if (result < 0)
      throw std::system_error(-result, std::generic_category(), "io_uring_setup");
    registered_ = options.pooled && (options.registered_reads || options.registered_writes) &&
                  register_buffers();
  }
  ~UringPieceIo() override { io_uring_queue_exit(&ring_); }
  UringPieceIo(const UringPieceIo&) = delete;
  UringPieceIo& operator=(const UringPieceIo&) = delete;

  std::uint32_t buffer_count() const override { return buffers_.count(); }
  std::span<std::byte> buffer(std::uint32_t buffer) override { return buffers_.get(buffer); }
  void renew(std::uint32_t buffer) override { buffers_.renew(buffer); }

  void read(const PieceSpan& piece) override {
    io_uring_sqe* const entry = next_entry(piece);
    std::byte* const to = buffers_.get(piece.buffer).data() + piece.at;
    const auto bytes = static_cast<unsigned>(piece.bytes);
    if (registered_ && options_.registered_reads)
      io_uring_prep_read_fixed(entry, piece.file, to, bytes, piece.offset,
                               static_cast<int>(piece.buffer));
    else
      io_uring_prep_read(entry, piece.file, to, bytes, piece.offset);
    entry->user_data = piece.buffer;
  }
  void write(const PieceSpan& piece) override {
    io_uring_sqe* const entry = next_entry(piece);
    const std::byte* const from = buffers_.get(piece.buffer).data() + piece.at;
    const auto bytes = static_cast<unsigned>(piece.bytes);
    if (registered_ && options_.registered_writes)
      io_uring_prep_write_fixed(entry, piece.file, from, bytes, piece.offset,
                                static_cast<int>(piece.buffer));
    else
      io_uring_prep_write(entry, piece.file, from, bytes, piece.offset);
    entry->user_data = piece.buffer;
  }

  std::optional<PieceDone> take(bool wait) override {
    io_uring_cqe* completion = nullptr;
    for (;;) {
      if (unsubmitted_ != 0)
        submit();
      if (io_uring_peek_cqe(&ring_, &completion) == 0)
        break;
      if (!wait)
        return std::nullopt;
      const int result = io_uring_wait_cqe(&ring_, &completion);
      if (result == 0)
        break;
      WIREBOOK_ASSERT(result == -EINTR || result == -EAGAIN);
    }
    const PieceDone done{static_cast<std::uint32_t>(completion->user_data), completion->res};
    io_uring_cqe_seen(&ring_, completion);
    return done;
  }

  int sync(int file) override { return sync_file(file); }
  std::string describe() const override {
    return registered_ ? "io_uring, registered buffers"
                       : "io_uring, buffers not registered (raise ulimit -l)";
  }

 private:
  bool register_buffers() {
    std::vector<iovec> vectors;
    for (std::uint32_t i = 0; i < buffers_.count(); ++i)
      vectors.push_back({buffers_.get(i).data(), buffers_.get(i).size()});
    return io_uring_register_buffers(&ring_, vectors.data(),
                                     static_cast<unsigned>(vectors.size())) == 0;
  }
  /// There is one: a buffer has at most one operation in flight.
  io_uring_sqe* next_entry(const PieceSpan&) {
    io_uring_sqe* const entry = io_uring_get_sqe(&ring_);
    WIREBOOK_ASSERT(entry != nullptr);
    ++unsubmitted_;
    return entry;
  }
  /// What the kernel does not take now (EAGAIN, EBUSY) stays until the next time.
  void submit() {
    const int result = io_uring_submit(&ring_);
    if (result > 0)
      unsubmitted_ -= std::min(unsubmitted_, static_cast<unsigned>(result));
  }

  PieceIoOptions options_;
  PieceBuffers buffers_;
  io_uring ring_{};
  unsigned unsubmitted_ = 0;
  bool registered_ = false;
};

}  // namespace

std::unique_ptr<PieceIo> open_plain_piece_io(const PieceIoOptions& options) {
  return std::make_unique<PlainPieceIo>(options);
}

std::unique_ptr<PieceIo> open_piece_io(const PieceIoOptions& options) {
  try {
    return std::make_unique<UringPieceIo>(options);
  } catch (const std::system_error&) {
    return open_plain_piece_io(options);
  }
}

}  // namespace wirebook::journal
