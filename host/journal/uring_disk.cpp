#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <liburing.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "wirebook/assert.hpp"

#include "journal/file_disk.hpp"

namespace wirebook::journal {

namespace {

/// The kernel registers memory in pieces of at most this; the core's writes keep within one.
constexpr std::size_t registered_bytes_max = std::size_t{1} << 30;

void check(int result, const char* what) {
  if (result < 0)
    throw UringRefused(-result, std::generic_category(), what);
}

unsigned setup_flags(const DiskOptions& options) {
  unsigned flags = IORING_SETUP_R_DISABLED;
  if (options.iopoll)
    flags |= IORING_SETUP_IOPOLL;
  if (options.sqpoll)
    return flags | IORING_SETUP_SQPOLL;
  flags |= IORING_SETUP_SINGLE_ISSUER;
  if (options.defer_taskrun)
    flags |= IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
  return flags;
}

/// Closed when it goes. Made disabled: the thread that enables it, with its first poll, owns it.
class Uring {
 public:
  explicit Uring(const DiskOptions& options) {
    io_uring_params params{};
    params.flags = setup_flags(options);
    params.sq_thread_idle = 1000;
    check(io_uring_queue_init_params(2 * options.depth, &ring_, &params), "io_uring_setup");
  }
  ~Uring() { io_uring_queue_exit(&ring_); }
  Uring(const Uring&) = delete;
  Uring& operator=(const Uring&) = delete;

  [[nodiscard]] io_uring* get() { return &ring_; }

 private:
  io_uring ring_{};
};

/// Readable when writes have come back. The ring's own descriptor is not as long as that work is
/// deferred, and wakes nobody.
class Wake {
 public:
  explicit Wake(io_uring* ring) : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor_ < 0)
      throw std::system_error(errno, std::generic_category(), "eventfd");
    if (const int result = io_uring_register_eventfd(ring, descriptor_); result < 0) {
      close(descriptor_);
      check(result, "io_uring_register_eventfd");
    }
  }
  ~Wake() { close(descriptor_); }
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// What comes back from now on makes it readable again.
  void reset() const noexcept {
    eventfd_t value = 0;
    eventfd_read(descriptor_, &value);
  }

 private:
  int descriptor_;
};

class UringDisk final : public FileDisk {
 public:
  UringDisk(SegmentPlan plan, const DiskOptions& options, std::span<const std::byte> ring)
      : FileDisk(std::move(plan), options), uring_(options), ring_memory_(ring) {
    std::array<int, open_segments_max> none;
    none.fill(-1);
    check(io_uring_register_files(uring_.get(), none.data(), none.size()),
          "io_uring_register_files");
    register_memory();
    if (!options.iopoll)
      wake_.emplace(uring_.get());
  }

  [[nodiscard]] std::string describe() const override {
    std::string text = "io_uring, " + describe_bytes();
    text += registered_ ? ", registered memory" : ", memory not registered (raise ulimit -l)";
    text += options().sync_by == SyncBy::dsync ? ", RWF_DSYNC" : ", linked fsync";
    if (options().sqpoll)
      text += ", SQPOLL";
    else if (options().defer_taskrun)
      text += ", DEFER_TASKRUN";
    if (options().iopoll)
      text += ", IOPOLL";
    return text + ", " + std::to_string(options().depth) + " in flight";
  }
  /// With IOPOLL nothing is ready before somebody looks for it.
  [[nodiscard]] int descriptor() const override { return wake_ ? wake_->descriptor() : -1; }

 private:
  struct InFlight {
    std::uint32_t bytes = 0;
    std::uint8_t parts = 0;  ///< completions that are still to come; the write's is the first
    std::int32_t result = 0;
  };

  void register_memory() {
    int result = register_buffers();
    // Not for want of locked memory: this memory cannot be pinned, as a card's driver's may not.
    if (result < 0 && result != -ENOMEM && result != -EPERM && bounce_memory() == nullptr) {
      bounce(Bounce::all);
      ring_memory_ = {};
      result = register_buffers();
    }
    registered_ = result == 0;
  }

  /// The ring's pieces, then the bounce buffers.
  int register_buffers() {
    std::vector<iovec> buffers;
    const auto add = [&buffers](const std::byte* data, std::size_t bytes) {
      buffers.push_back({const_cast<std::byte*>(data), bytes});
    };
    for (std::size_t at = 0; at < ring_memory_.size(); at += registered_bytes_max)
      add(ring_memory_.data() + at, std::min(registered_bytes_max, ring_memory_.size() - at));
    bounce_index_ = static_cast<int>(buffers.size());
    if (bounce_memory() != nullptr)
      add(bounce_memory()->data(), bounce_memory()->size_bytes());
    return io_uring_register_buffers(uring_.get(), buffers.data(),
                                     static_cast<unsigned>(buffers.size()));
  }

  void attach(std::uint32_t segment, int file) noexcept override {
    enable();
    register_file(segment, file);
  }
  void detach(std::uint32_t segment) noexcept override { register_file(segment, -1); }
  void register_file(std::uint32_t segment, int file) noexcept {
    WIREBOOK_ASSERT(io_uring_register_files_update(uring_.get(), segment, &file, 1) == 1);
  }

  void enable() noexcept {
    if (enabled_)
      return;
    // liburing 2.3 declares io_uring_enable_rings and does not export it.
    WIREBOOK_ASSERT(syscall(__NR_io_uring_register, uring_.get()->ring_fd,
                            IORING_REGISTER_ENABLE_RINGS, nullptr, 0) == 0);
    enabled_ = true;
  }

  void write(const Request& request) noexcept override {
    const bool bounced = must_bounce(request);
    const std::byte* const data = bounced ? copy(request) : request.data;
    const int index = bounced
                          ? bounce_index_
                          : static_cast<int>(static_cast<std::size_t>(data - ring_memory_.data()) /
                                             registered_bytes_max);
    io_uring_sqe* const entry = next_entry();
    const auto file = static_cast<int>(request.segment);
    if (registered_)
      io_uring_prep_write_fixed(entry, file, data, request.bytes, request.offset, index);
    else
      io_uring_prep_write(entry, file, data, request.bytes, request.offset);
    entry->flags |= IOSQE_FIXED_FILE;
    entry->user_data = std::uint64_t{request.id} << 1;
    in_flight_[request.id] = {request.bytes, 1};
    ++in_flight_count_;
    if (!request.sync)
      return;
    if (options().sync_by == SyncBy::dsync) {
      entry->rw_flags = RWF_DSYNC;
      return;
    }
    entry->flags |= IOSQE_IO_LINK;
    io_uring_sqe* const sync = next_entry();
    io_uring_prep_fsync(sync, file, IORING_FSYNC_DATASYNC);
    sync->flags |= IOSQE_FIXED_FILE;
    sync->user_data = std::uint64_t{request.id} << 1 | 1;
    in_flight_[request.id].parts = 2;
  }

  /// There is one: the queue holds two entries for each write in flight. With SQPOLL the kernel's
  /// thread may not have taken what it was given, and is waited for.
  io_uring_sqe* next_entry() noexcept {
    io_uring_sqe* entry = io_uring_get_sqe(uring_.get());
    while (entry == nullptr) {
      io_uring_submit(uring_.get());
      entry = io_uring_get_sqe(uring_.get());
    }
    return entry;
  }

  /// What the kernel does not take now, all or a part, stays in the queue until the next poll.
  void flush() noexcept override {
    const int result = io_uring_submit(uring_.get());
    const bool later = result >= 0 || result == -EAGAIN || result == -EBUSY || result == -EINTR;
    if (!later)
      ring_error_ = result;
    unsubmitted_ = later && io_uring_sq_ready(uring_.get()) != 0;
  }

  std::size_t poll_writes(std::span<Completion> out) noexcept override {
    if (unsubmitted_)
      flush();
    std::size_t count = 0;
    io_uring_cqe* completion = nullptr;
    while (ring_error_ == 0 && count < out.size() && enabled_ &&
           io_uring_peek_cqe(uring_.get(), &completion) == 0) {
      const std::uint64_t tag = completion->user_data;
      const auto id = static_cast<std::uint32_t>(tag >> 1);
      if (collect(in_flight_[id], (tag & 1) != 0, completion->res)) {
        out[count++] = {RequestKind::write, id, in_flight_[id].result};
        --in_flight_count_;
      }
      io_uring_cqe_seen(uring_.get(), completion);
    }
    if (ring_error_ != 0)
      return count + fail_all(out.subspan(count));
    rest(count != 0);
    if (count == 0 && in_flight_count_ != 0 && options().yield)
      sched_yield();
    return count;
  }

  /// Before a thread may sleep, what woke it is taken back, and the next poll looks once more.
  void rest(bool worked) noexcept {
    if (!worked && worked_ && wake_)
      wake_->reset();
    worked_ = worked;
  }

  /// Of a ring that takes nothing any more nobody can say what it will still do.
  std::size_t fail_all(std::span<Completion> out) noexcept {
    std::size_t count = 0;
    for (std::uint32_t id = 0; id < in_flight_.size() && count < out.size(); ++id)
      if (std::exchange(in_flight_[id].parts, std::uint8_t{0}) != 0) {
        out[count++] = {RequestKind::write, id, ring_error_};
        --in_flight_count_;
      }
    return count;
  }

  /// True when all parts are there. A write that failed or was short cancels its sync, and its own
  /// result tells; a whole one is worth no more than its sync.
  static bool collect(InFlight& write, bool is_sync, std::int32_t result) noexcept {
    WIREBOOK_ASSERT(write.parts != 0);
    const bool counts = !is_sync || (result < 0 && std::cmp_equal(write.result, write.bytes));
    if (counts)
      write.result = result;
    return --write.parts == 0;
  }

  Uring uring_;
  std::span<const std::byte> ring_memory_;
  std::array<InFlight, depth_max> in_flight_{};
  std::uint32_t in_flight_count_ = 0;
  int ring_error_ = 0;  ///< a negative errno, from which on nothing is submitted or waited for
  int bounce_index_ = 0;
  bool registered_ = false;
  bool enabled_ = false;
  bool unsubmitted_ = false;
  bool worked_ = false;  ///< the last poll found something
  std::optional<Wake> wake_;
};

}  // namespace

std::unique_ptr<FileDisk> open_uring_disk(SegmentPlan plan, const DiskOptions& options,
                                          std::span<const std::byte> ring) {
  return std::make_unique<UringDisk>(std::move(plan), options, ring);
}

}  // namespace wirebook::journal
