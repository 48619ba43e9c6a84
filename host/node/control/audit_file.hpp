// The append-only file of what the venue's control was asked, by whom, and what became of it.
//
//   {"time":"2026-11-20T14:30:00.123456789Z","act":1,"pid":4711,"uid":0,"gid":0,"request":"halt …"}
//   {"time":…,"act":1,"ok":true,"day":20261120,"slots":1,"sequence":1204,"last":1204}
//
// The first line is on stable storage before anything is done, so whatever was done stands there.
// The file is opened for each line: who moves it away gets a new one. Only a regular file is taken:
// a FIFO would wait for its reader, and a device keeps nothing.
//
// Shapes: JSON lines; one that was cut off, by a disk that was full or a loss of power, stays as it
// is, and the next one begins behind it. Threads: one. Errors: an errno, or `not_regular`. Cost: a
// write and a sync a line.
#pragma once

#include <string>
#include <utility>

namespace wirebook::node {

class AuditFile {
 public:
  /// An empty path keeps no file.
  explicit AuditFile(std::string path) : path_(std::move(path)) {}

  static constexpr int not_regular = -1;
  /// For people.
  [[nodiscard]] static std::string text_of(int error);

  /// Without its line break. 0, or an error: then it is not there, or may not stay.
  [[nodiscard]] int append(const std::string& line) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace wirebook::node
