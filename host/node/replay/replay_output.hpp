// Output files of a replay: buffered, and honest about what could not be written.
//
// Shapes: bytes; a file that nobody wants is closed and takes nothing. Threads: one. Errors:
// sticky, in `error()`. Cost: a copy into a buffer of 1 MiB; one write(2) for each that is full.
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace wirebook::node {

class OutputFile {
 public:
  /// An empty path makes a closed one.
  explicit OutputFile(const std::string& path);

  [[nodiscard]] bool wanted() const { return !path_.empty(); }
  /// Where text can be appended; `commit` afterwards.
  [[nodiscard]] std::string& buffer() { return buffer_; }
  void commit() {
    if (buffer_.size() >= buffer_bytes)
      flush();
  }
  void write(std::span<const std::byte> bytes) {
    buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    commit();
  }

  /// Writes what is left. True if all of the file arrived.
  bool close();
  /// Empty, or what went wrong.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  static constexpr std::size_t buffer_bytes = std::size_t{1} << 20;

  void flush();
  void fail();

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string buffer_;
  std::string error_;
};

}  // namespace wirebook::node
