// Where a bench of the journal writes: a directory of its own, which goes with it.
//
// `--directory DIR` names the disk; without it, it lies beside the program. Threads: one. Errors:
// throws std::filesystem::filesystem_error, which names the directory.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <unistd.h>

namespace wirebook::bench {

class Place {
 public:
  Place(int argc, char** argv) {
    namespace fs = std::filesystem;
    fs::path chosen = fs::read_symlink("/proc/self/exe").parent_path();
    for (int i = 1; i + 1 < argc; ++i)
      if (std::string_view(argv[i]) == "--directory")
        chosen = argv[i + 1];
    path_ = (chosen / ("journal_bench." + std::to_string(getpid()))).string();
    fs::create_directories(path_);
  }
  ~Place() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// A directory in it, empty.
  [[nodiscard]] std::string empty(const std::string& name) const {
    const std::string path = path_ + "/" + name;
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    return path;
  }

 private:
  std::string path_;
};

}  // namespace wirebook::bench
