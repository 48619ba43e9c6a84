// Journals on disk to be archived, and I/O that goes wrong where a test says so.
//
// Shapes: directories of their own, removed at the end. Threads: one. Errors: as test failures.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "journal/archive.hpp"
#include "journal/piece_io.hpp"
#include "tests/journal/journal_image.hpp"

namespace wirebook::journal::test {

using FileBytes = std::map<std::string, std::vector<char>>;

class ArchiveTest : public testing::Test {
 protected:
  ArchiveTest() {
    std::string name = (std::filesystem::path(WIREBOOK_BINARY_DIR) / "archive.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::system_error(errno, std::generic_category(), name);
    root_ = name;
  }
  ~ArchiveTest() override { std::filesystem::remove_all(root_); }

  [[nodiscard]] std::string from() const { return root_ + "/journal"; }
  [[nodiscard]] std::string to() const { return root_ + "/archive"; }
  [[nodiscard]] std::string back() const { return root_ + "/back"; }

  static FileBytes files_in(const std::string& directory) {
    FileBytes files;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      std::ifstream file(entry.path(), std::ios::binary);
      files[entry.path().filename().string()] = {std::istreambuf_iterator<char>(file), {}};
    }
    return files;
  }
  static void flip(const std::string& path, std::uint64_t byte) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(byte));
    const char old = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(byte));
    file.put(static_cast<char>(old ^ 0x10));
  }

  /// Small buffers: many pieces even in a small segment.
  static PieceIoOptions small() { return {.buffers = 6, .buffer_bytes = 8192}; }
  ArchiveReport archive_with(PieceIo& io, ArchiveOptions options) const {
    options.from = from();
    options.to = to();
    return archive(io, options, [](const ArchiveProgress&) {});
  }
  ArchiveReport archive_it(const ArchiveOptions& options = {}) const {
    return archive_with(*open_piece_io(small()), options);
  }
  ArchiveReport restore_it() const {
    return restore(*open_piece_io(small()), {.from = to(), .to = back()},
                   [](const ArchiveProgress&) {});
  }

  std::string root_;
};

/// What a call becomes.
struct Twist {
  std::int32_t error = 0;       ///< negative errno: that, and nothing is done
  std::size_t bytes_max = ~0U;  ///< no more than that
  bool lost = false;            ///< says that all was written, and writes nothing
};

/// Plain I/O, each call as `twist(number, is write)` says.
class TwistedIo final : public PieceIo {
 public:
  using Twister = std::function<Twist(std::uint64_t, bool)>;

  explicit TwistedIo(Twister twist,
                     const PieceIoOptions& options = {.buffers = 6, .buffer_bytes = 8192})
      : plain_(open_plain_piece_io(options)), twist_(std::move(twist)) {}

  std::uint32_t buffer_count() const override { return plain_->buffer_count(); }
  std::span<std::byte> buffer(std::uint32_t buffer) override { return plain_->buffer(buffer); }
  void renew(std::uint32_t buffer) override { plain_->renew(buffer); }
  void read(const PieceSpan& piece) override { start(piece, false); }
  void write(const PieceSpan& piece) override { start(piece, true); }
  std::optional<PieceDone> take(bool wait) override {
    if (!done_.empty()) {
      const PieceDone done = done_.back();
      done_.pop_back();
      return done;
    }
    return plain_->take(wait);
  }
  int sync(int file) override {
    ++syncs;
    return sync_error != 0 ? sync_error : plain_->sync(file);
  }
  std::string describe() const override { return "twisted"; }

  std::uint64_t calls = 0;
  std::uint64_t syncs = 0;
  int sync_error = 0;

 private:
  void start(PieceSpan piece, bool is_write) {
    const Twist twist = twist_(calls++, is_write);
    if (twist.error != 0) {
      done_.push_back({piece.buffer, twist.error});
      return;
    }
    if (twist.lost) {
      done_.push_back({piece.buffer, static_cast<std::int32_t>(piece.bytes)});
      return;
    }
    piece.bytes = std::min(piece.bytes, twist.bytes_max);
    is_write ? plain_->write(piece) : plain_->read(piece);
  }

  std::unique_ptr<PieceIo> plain_;
  Twister twist_;
  std::vector<PieceDone> done_;
};

}  // namespace wirebook::journal::test
