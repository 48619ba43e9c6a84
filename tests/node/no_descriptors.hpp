// A process that can have no descriptor more, and how busy it is meanwhile.
#pragma once

#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace wirebook::test {

/// While it lives, whoever asks for a descriptor is refused.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit none = before_;
    const int lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);
    none.rlim_cur = static_cast<rlim_t>(lowest);
    close(lowest);
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

/// Of this process, in half a second in which the caller sleeps: a thread that spins takes all of
/// it.
inline std::chrono::microseconds processor_time_of_a_while() {
  const auto used = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           std::chrono::microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  };
  const auto before = used();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  return used() - before;
}

/// Whether it takes little more than `idle` did. What else goes on in the machine may cost a while,
/// but not each: a thread that spins does.
inline bool nobody_spins(std::chrono::microseconds idle) {
  for (int whiles = 0; whiles < 20; ++whiles)
    if (processor_time_of_a_while() < idle + std::chrono::milliseconds(150))
      return true;
  return false;
}

}  // namespace wirebook::test
