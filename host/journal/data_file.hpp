// A file that is read or written in pieces, or made whole under another name and then renamed.
//
// Shapes: a descriptor and its path. Threads: one. Errors: std::system_error that names the path.
// Cost: system calls. Crash: what has the final name is whole and synced; a `.new` is left over.
#pragma once

#include <cstdint>
#include <string>

namespace wirebook::journal {

class DataFile {
 public:
  enum class Use : std::uint8_t { read, create };

  /// O_DIRECT if asked for and the file system takes it.
  DataFile(std::string path, Use use, bool direct);
  ~DataFile();
  DataFile(const DataFile&) = delete;
  DataFile& operator=(const DataFile&) = delete;

  [[nodiscard]] int get() const { return file_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool direct() const { return direct_; }
  [[nodiscard]] std::uint64_t bytes() const;

  /// Room for so many bytes, in one piece if it can be had. News of a full disk comes here.
  void allocate(std::uint64_t bytes);
  void cut(std::uint64_t bytes);
  /// Its name from now on; durable once the directory is synced.
  void rename(const std::string& path);

 private:
  std::string path_;
  int file_ = -1;
  bool direct_ = false;
};

[[noreturn]] void throw_file_error(int error, const std::string& path);
/// Names in it are on stable storage.
void sync_directory(const std::string& directory);
/// As `mkdir -p`, but what is made is there after a loss of power.
void make_directories(const std::string& path);
/// Gone, if it was there.
void remove_file(const std::string& path);

}  // namespace wirebook::journal
