// The thread that makes segments before they are needed, and closes those that are full.
//
// A segment that is only allocated costs the disk a change of its extents at every first write:
// each is written with zeros from end to end, synced, given its header as the last block, synced,
// and only then given its name, in a directory that is synced. So what has a segment's name is one.
//
// Shapes: a segment is the number that the writer gave it and a file descriptor.
// Threads: its own; the calls come from the one that polls the writer, and wait for nobody.
// Errors: a negative errno in `Done`; a file that could not be made is deleted. Out of space is
// told after a pause, so that who asks again at once does not spin.
// Cost: each byte of a segment is written once more.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "journal/disk.hpp"
#include "slot_ring/memory.hpp"

namespace wirebook::journal {

/// What all segments of a journal have in common.
struct SegmentPlan {
  std::string directory;
  std::uint64_t capacity_slots = 0;
  std::uint32_t epoch = 1;
  std::uint32_t shard = 0;
  std::uint32_t trading_day = 0;  ///< yyyymmdd
  bool direct = true;             ///< O_DIRECT, where the file system takes it
  std::chrono::milliseconds full_pause{1000};
};

class SegmentWorker {
 public:
  struct Done {
    RequestKind kind = RequestKind::prepare;
    std::uint32_t segment = 0;
    int result = 0;
    int file = -1;  ///< `prepare`: open for writing
  };

  /// Throws std::system_error, naming the directory, if it cannot be opened.
  explicit SegmentWorker(SegmentPlan plan);
  /// Ends what it has begun. Files that are open stay open: they are not its own.
  ~SegmentWorker();
  SegmentWorker(const SegmentWorker&) = delete;
  SegmentWorker& operator=(const SegmentWorker&) = delete;

  void prepare(const Request& request) noexcept;
  void close(std::uint32_t segment, int file, bool sync, bool remove) noexcept;
  [[nodiscard]] std::optional<Done> poll() noexcept;

  [[nodiscard]] const SegmentPlan& plan() const { return plan_; }
  /// Whether files are opened with O_DIRECT: asked of the directory's file system at the start.
  [[nodiscard]] bool direct() const { return direct_; }

 private:
  struct Job {
    RequestKind kind = RequestKind::prepare;
    std::uint32_t segment = 0;
    std::uint64_t first_sequence = 0;
    std::uint64_t window_slots = 0;
    std::uint64_t ring_slots = 0;
    int file = -1;
    bool sync = false;
    bool remove = false;
  };
  template <class Entry>
  struct Queue {
    std::array<Entry, 2 * open_segments_max> entries{};
    std::size_t first = 0;
    std::size_t count = 0;

    void push(const Entry& entry);
    Entry pop();
  };

  void push(const Job& job) noexcept;
  void run();
  Done do_prepare(const Job& job);
  Done do_close(const Job& job);
  int make_file(const std::string& path, const Job& job);
  int write_zeros(int file, const Job& job);
  [[nodiscard]] bool probe_direct() const;
  void pause_when_full(int error);

  SegmentPlan plan_;
  slot_ring::Memory zeros_;
  int directory_ = -1;
  bool direct_ = false;
  std::array<std::string, open_segments_max> paths_;  ///< the worker's own
  std::mutex mutex_;
  std::condition_variable wake_;
  Queue<Job> jobs_;
  Queue<Done> done_;
  std::atomic<std::size_t> done_count_{0};  ///< so that a poll takes no lock for nothing
  bool stopping_ = false;
  std::thread thread_;  // the last: it uses all of the above
};

}  // namespace wirebook::journal
