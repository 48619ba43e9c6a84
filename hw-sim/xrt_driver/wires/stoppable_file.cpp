#include "hw-sim/xrt_driver/wires/stoppable_file.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wirebook::hw_sim {

StoppableFile::StoppableFile(const std::string& path)
    : descriptor_(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
  const auto refuse = [&path](int error) {
    throw std::invalid_argument(fmt::format("cannot read {}: {}", path, std::strerror(error)));
  };
  if (descriptor_ < 0)
    refuse(errno);
  struct stat status {};
  if (fstat(descriptor_, &status) != 0 || S_ISDIR(status.st_mode)) {
    close(descriptor_);
    refuse(EISDIR);
  }
  is_regular_ = S_ISREG(status.st_mode);
  stop_event_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

StoppableFile::~StoppableFile() {
  close(stop_event_);
  close(descriptor_);
}

FILE* StoppableFile::stream() {
  cookie_io_functions_t functions{};
  functions.read = [](void* cookie, char* buffer, std::size_t bytes) {
    return static_cast<const StoppableFile*>(cookie)->read(buffer, bytes);
  };
  return fopencookie(this, "r", functions);
}

void StoppableFile::stop() {
  stopped_ = true;
  const std::uint64_t one = 1;
  (void)!write(stop_event_, &one, sizeof one);
}

ssize_t StoppableFile::read(char* buffer, std::size_t bytes) const {
  for (;;) {
    std::array<pollfd, 2> waiting{{{descriptor_, POLLIN, 0}, {stop_event_, POLLIN, 0}}};
    if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR)
      return -1;
    if (stopped_)
      return 0;
    if (waiting[0].revents == 0)
      continue;
    const ssize_t got = ::read(descriptor_, buffer, bytes);
    if (got >= 0 || (errno != EAGAIN && errno != EINTR))
      return got;
  }
}

}  // namespace wirebook::hw_sim
