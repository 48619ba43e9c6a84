// A file's bytes, read-only: mapped where it can be, read where it is a pipe.
//
// Shapes: one span. Threads: immutable. Errors: by value, `error()` has the text. Cost: page
// faults.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace wirebook::wire_in {

class MappedFile {
 public:
  /// `-` is standard input.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  /// Empty, or why the file could not be read.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  int load(int file);
  int read_all(int file);

  std::span<const std::byte> bytes_;
  std::vector<std::byte> read_;  ///< what could not be mapped
  bool mapped_ = false;
  std::string error_;
};

}  // namespace wirebook::wire_in
