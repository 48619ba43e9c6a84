// A directory for a test's journal.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace wirebook::node {

/// On the disk where the program was built, which takes O_DIRECT where a temporary directory may
/// not; goes with the test.
class ScratchDirectory {
 public:
  ScratchDirectory() : path_(WIREBOOK_BINARY_DIR "/journal.XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr)
      ADD_FAILURE() << "no directory " << path_;
  }
  ~ScratchDirectory() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The one day in it.
inline std::string day_of(const ScratchDirectory& directory) {
  for (const auto& entry : std::filesystem::directory_iterator(directory.path()))
    return entry.path();
  return {};
}

}  // namespace wirebook::node
