// A FILE that a thread can be called away from while it waits for bytes: for FIFOs.
//
// Shapes: bytes, read in order. Threads: one reads, another may stop it. Errors: `open` throws
// `std::invalid_argument`; once stopped, the file is at its end. Cost: a poll and a read a buffer.
#pragma once

#include <atomic>
#include <cstdio>
#include <string>

namespace wirebook::hw_sim {

class StoppableFile {
 public:
  /// Returns at once, be it a FIFO that nobody writes to yet.
  explicit StoppableFile(const std::string& path);
  StoppableFile(const StoppableFile&) = delete;
  StoppableFile& operator=(const StoppableFile&) = delete;
  ~StoppableFile();

  /// For whoever reads; closed by `fclose` while this object lives.
  FILE* stream();
  void stop();
  [[nodiscard]] bool stopped() const { return stopped_; }
  /// Its bytes are all there.
  [[nodiscard]] bool is_regular() const { return is_regular_; }

 private:
  ssize_t read(char* buffer, std::size_t bytes) const;

  int descriptor_ = -1;
  int stop_event_ = -1;
  bool is_regular_ = false;
  std::atomic<bool> stopped_ = false;
};

}  // namespace wirebook::hw_sim
