// What disks over files have in common: segments are made and closed by the worker, and what is
// left to the bodies is to write blocks.
//
// Shapes, threads, errors: as `Disk`. Cost: an atomic load a poll besides the body's own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <system_error>

#include "journal/disk.hpp"
#include "journal/segment_worker.hpp"
#include "slot_ring/memory.hpp"

namespace wirebook::journal {

/// Which bytes go through a buffer of ours on their way out: counted as copied.
enum class Bounce : std::uint8_t {
  automatic,  ///< as the file system and the memory demand
  filling,    ///< the block that still fills; for mirrors in software, which cannot be told
  all,
};

/// How a write becomes durable.
enum class SyncBy : std::uint8_t { dsync, linked_fsync };

struct DiskOptions {
  std::uint32_t depth = 8;           ///< writes in flight, as the core has it
  std::uint32_t write_slots = 1024;  ///< of the largest write, as the core has it
  Bounce bounce = Bounce::automatic;
  SyncBy sync_by = SyncBy::dsync;
  bool defer_taskrun = true;
  bool sqpoll = false;  ///< burns a core; without DEFER_TASKRUN
  bool iopoll = false;  ///< needs a drive with queues for it
  /// A poll that found nothing while writes are in flight gives the core to whoever waits for it.
  /// The kernel syncs a write on a worker that is bound to a core, often this one: behind a thread
  /// that spins it waits for the next clock tick, 4 ms.
  bool yield = true;
};

class FileDisk : public Disk {
 public:
  ~FileDisk() override;
  FileDisk(const FileDisk&) = delete;
  FileDisk& operator=(const FileDisk&) = delete;

  void submit(std::span<const Request> batch) noexcept final;
  std::size_t poll(std::span<Completion> out) noexcept final;
  [[nodiscard]] bool wants_stable_bytes() const noexcept final {
    return bounce_ == Bounce::filling;
  }
  [[nodiscard]] std::uint64_t copied_bytes() const noexcept final { return copied_bytes_; }

  /// For people: "io_uring, O_DIRECT, registered ring memory, RWF_DSYNC, 8 in flight".
  [[nodiscard]] virtual std::string describe() const = 0;
  [[nodiscard]] bool direct() const { return worker_.direct(); }
  /// Readable when a write has come back, for a thread that sleeps; -1: there is no such thing.
  [[nodiscard]] virtual int descriptor() const { return -1; }

 protected:
  FileDisk(SegmentPlan plan, const DiskOptions& options);

  virtual void attach(std::uint32_t segment, int file) noexcept = 0;
  virtual void detach(std::uint32_t segment) noexcept = 0;
  virtual void write(const Request& request) noexcept = 0;
  /// All writes of a batch were told.
  virtual void flush() noexcept = 0;
  virtual std::size_t poll_writes(std::span<Completion> out) noexcept = 0;

  /// From now on bytes of that kind are copied; makes the buffers.
  void bounce(Bounce bounce);
  [[nodiscard]] bool must_bounce(const Request& request) const {
    return bounce_ == Bounce::all ||
           (bounce_ == Bounce::filling && request.used_bytes < request.bytes);
  }
  /// Copies what is used of the write, zeros behind it, and returns where it lies now.
  const std::byte* copy(const Request& request) noexcept;
  [[nodiscard]] const slot_ring::Memory* bounce_memory() const { return bounce_memory_.get(); }
  [[nodiscard]] int file(std::uint32_t segment) const { return files_[segment]; }
  [[nodiscard]] const DiskOptions& options() const { return options_; }
  [[nodiscard]] std::string describe_bytes() const;

 private:
  DiskOptions options_;
  Bounce bounce_ = Bounce::automatic;
  std::size_t bounce_bytes_each_ = 0;
  std::unique_ptr<slot_ring::Memory> bounce_memory_;
  std::uint64_t copied_bytes_ = 0;
  std::array<int, open_segments_max> files_;
  SegmentWorker worker_;
};

class UringRefused : public std::system_error {
  using std::system_error::system_error;
};

/// Over io_uring. `ring` is the memory that writes come from; it is registered, and outlives this.
/// Throws UringRefused where the host refuses io_uring or what `options` ask of it.
std::unique_ptr<FileDisk> open_uring_disk(SegmentPlan plan, const DiskOptions& options,
                                          std::span<const std::byte> ring);

/// Over pwritev2: each write is waited for, one after the other, in `submit`.
std::unique_ptr<FileDisk> open_pwrite_disk(SegmentPlan plan, const DiskOptions& options);

struct OpenedDisk {
  std::unique_ptr<FileDisk> disk;
  std::string line;  ///< for the log: what it is, and why not io_uring if so
};

/// io_uring, or where it is refused pwritev2. Throws std::system_error for the directory.
OpenedDisk open_disk(const SegmentPlan& plan, const DiskOptions& options,
                     std::span<const std::byte> ring);

}  // namespace wirebook::journal
