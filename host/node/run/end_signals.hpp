// The signals by which a person, or the system, ends a node.
//
// Shapes: none. Threads: made, asked and released by one. Errors: none. Cost: a system call each.
#pragma once

#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>

namespace wirebook::node {

/// SIGINT and SIGTERM, blocked in this thread and in all that it starts from here on.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  ~EndSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

  /// The signal that came, or 0 when the time is over.
  [[nodiscard]] int wait(std::chrono::milliseconds longest) const {
    const timespec time{.tv_sec = longest.count() / 1000,
                        .tv_nsec = longest.count() % 1000 * 1'000'000};
    return std::max(sigtimedwait(&signals_, nullptr, &time), 0);
  }
  /// They do what they did before, as long as this thread lives.
  void release() const { pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr); }

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

}  // namespace wirebook::node
