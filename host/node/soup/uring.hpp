// An io_uring of one thread: whoever enables it, by its first use, owns it.
//
// Shapes: liburing's. Threads: made by any, used by one. Errors: the constructor throws
// std::system_error where the host refuses. Cost: see io_uring(7).
#pragma once

#include <cerrno>
#include <system_error>

#include <liburing.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "wirebook/assert.hpp"

namespace wirebook::node::soup {

class Uring {
 public:
  Uring(unsigned entries, unsigned completions) {
    io_uring_params params{};
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                   IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_R_DISABLED | IORING_SETUP_CQSIZE;
    params.cq_entries = completions;
    check(io_uring_queue_init_params(entries, &ring_, &params), "io_uring_setup");
    try {
      ask_for_calls();
    } catch (...) {
      io_uring_queue_exit(&ring_);
      throw;
    }
  }
  ~Uring() { io_uring_queue_exit(&ring_); }
  Uring(const Uring&) = delete;
  Uring& operator=(const Uring&) = delete;

  static void check(int result, const char* what) {
    if (result < 0)
      throw std::system_error(-result, std::generic_category(), what);
  }

  [[nodiscard]] io_uring* get() { return &ring_; }

  void enable() noexcept {
    if (enabled_)
      return;
    // liburing 2.3 declares io_uring_enable_rings and does not export it.
    const long enabled =
        syscall(__NR_io_uring_register, ring_.ring_fd, IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
    WIREBOOK_ASSERT(enabled == 0);
    enabled_ = true;
  }

 private:
  /// The other two calls may be refused by themselves: then better now than with bytes in hand.
  void ask_for_calls() {
    io_uring_probe* const probe = io_uring_get_probe_ring(&ring_);
    check(probe == nullptr ? -EPERM : 0, "io_uring_register");
    io_uring_free_probe(probe);
    const long entered = syscall(__NR_io_uring_enter, ring_.ring_fd, 0, 0, 0, nullptr, 0);
    // Of a ring that is not enabled yet.
    check(entered < 0 && errno != EBADFD ? -errno : 0, "io_uring_enter");
  }

  io_uring ring_{};
  bool enabled_ = false;
};

}  // namespace wirebook::node::soup
