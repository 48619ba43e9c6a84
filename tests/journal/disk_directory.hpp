// A directory for a disk over files, and the small segments that tests write there.
//
// Shapes: removed at the end. Threads: one. Errors: std::system_error.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "journal/file_disk.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::journal::test {

namespace fs = std::filesystem;

class Directory {
 public:
  Directory() {
    std::string name = (fs::path(WIREBOOK_BINARY_DIR) / "journal_test.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
  }
  ~Directory() { fs::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }
  [[nodiscard]] std::vector<char> read(const std::string& name) const {
    std::ifstream file(path_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string path_;
};

inline constexpr std::uint64_t segment_slots = 8 * block_slots;
inline constexpr std::uint32_t disk_epoch = 3;

inline SegmentPlan plan_in(const Directory& directory, bool direct = true) {
  return {.directory = directory.path(),
          .capacity_slots = segment_slots,
          .epoch = disk_epoch,
          .shard = 2,
          .trading_day = 20'260'102,
          .direct = direct};
}

inline std::span<const std::byte> bytes_of(const slot_ring::Ring<Slot>& ring) {
  return {ring.memory().data(), ring.slots() * slot_bytes};
}

}  // namespace wirebook::journal::test
