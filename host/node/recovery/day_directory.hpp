// The directory of one trading day of one shard, and the right to write there.
//
//   <journal.directory>/<yyyymmdd>-<shard, 4 digits>/…        one node at a time: flock(2)
//
// Shapes: a path and a lock. Threads: one. Errors: the constructor throws std::system_error with a
// text that names the key, the path and what to do. Cost: start-up only.
#pragma once

#include <cstdint>
#include <string>

namespace wirebook::node {

[[nodiscard]] std::string day_directory_name(std::uint32_t trading_day, std::uint16_t shard);

class DayDirectory {
 public:
  /// `parent` must be there: what is missing may be a disk that is not mounted.
  DayDirectory(const std::string& parent, std::uint32_t trading_day, std::uint16_t shard);
  ~DayDirectory();
  DayDirectory(const DayDirectory&) = delete;
  DayDirectory& operator=(const DayDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  int file_ = -1;
};

}  // namespace wirebook::node
