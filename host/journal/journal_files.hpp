// A journal's directory, its segments mapped read-only.
//
// Shapes: a Journal over the maps; files with other names are left alone. Threads: immutable.
// Errors: the constructor throws std::system_error and names what could not be read. A file that
// is cut while it is mapped, or a drive that cannot give a page, ends the process with SIGBUS.
// Cost: a map a segment; pages come from the page cache as they are read.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "journal/journal.hpp"

namespace wirebook::journal {

class FileMap {
 public:
  /// Throws std::system_error.
  explicit FileMap(const std::string& path);
  ~FileMap();
  FileMap(FileMap&& other) noexcept;
  FileMap& operator=(FileMap&&) = delete;

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

class JournalFiles {
 public:
  explicit JournalFiles(std::string directory);

  [[nodiscard]] const std::string& directory() const { return directory_; }
  [[nodiscard]] const Journal& journal() const { return journal_; }

 private:
  std::string directory_;
  std::vector<FileMap> maps_;
  Journal journal_;
};

}  // namespace wirebook::journal
