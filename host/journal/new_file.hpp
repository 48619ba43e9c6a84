// A file that has another name until it is whole and synced, and is gone if it never is.
//
// Shapes: `path.new`, then `path`. Threads: one. Errors: std::system_error. Cost: system calls; the
// directory is the caller's to sync.
#pragma once

#include <string>
#include <utility>

#include <unistd.h>

#include "journal/data_file.hpp"
#include "journal/file_names.hpp"
#include "journal/piece_queue.hpp"

namespace wirebook::journal {

class NewFile {
 public:
  explicit NewFile(std::string path)
      : path_(std::move(path)),
        file_(path_ + std::string(unfinished_suffix), DataFile::Use::create, true) {}
  ~NewFile() {
    if (!named_)
      unlink(file_.path().c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  [[nodiscard]] DataFile& file() { return file_; }
  /// All writes are done and on stable storage.
  void sync(PieceQueue& queue) {
    queue.wait_all();
    queue.sync(file_);
  }
  void name() {
    file_.rename(path_);
    named_ = true;
  }

 private:
  std::string path_;
  DataFile file_;
  bool named_ = false;
};

}  // namespace wirebook::journal
