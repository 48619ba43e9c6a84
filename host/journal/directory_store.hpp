// A Store over a directory of a file system.
//
// Shapes, errors: as `Store`; the constructor throws std::system_error, naming the directory.
// Threads: one. Cost: as `Store`; a map for each file that was asked for, until the end.
// A file that is cut while it is mapped, or a drive that cannot give a page, ends the process with
// SIGBUS.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "journal/journal_files.hpp"
#include "journal/store.hpp"

namespace wirebook::journal {

class DirectoryStore final : public Store {
 public:
  /// `claim_wait`: so long a claim waits for whoever has the file.
  explicit DirectoryStore(std::string directory,
                          std::chrono::milliseconds claim_wait = std::chrono::seconds(5));
  ~DirectoryStore() override;
  DirectoryStore(const DirectoryStore&) = delete;
  DirectoryStore& operator=(const DirectoryStore&) = delete;

  [[nodiscard]] const std::string& directory() const { return directory_; }

  [[nodiscard]] int list(std::vector<std::string>& names) override;
  [[nodiscard]] int map(const std::string& name, std::span<const std::byte>& bytes) override;
  [[nodiscard]] int claim(const std::string& name) override;
  [[nodiscard]] int zero_rest(const std::string& name, std::uint64_t from) override;
  [[nodiscard]] int sync(const std::string& name) override;
  [[nodiscard]] int write_file(const std::string& name,
                               std::span<const std::span<const std::byte>> pieces) override;
  [[nodiscard]] int remove(const std::string& name) override;
  [[nodiscard]] int sync_directory() override;

 private:
  void forget_map(const std::string& name);

  std::string directory_;
  std::chrono::milliseconds claim_wait_;
  int directory_file_ = -1;
  std::map<std::string, FileMap> maps_;
  std::vector<FileMap> old_maps_;  ///< of files that were replaced or removed
  std::map<std::string, int> claims_;
};

}  // namespace wirebook::journal
