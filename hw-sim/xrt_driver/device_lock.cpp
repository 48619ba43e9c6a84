#include "hw-sim/xrt_driver/device_lock.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wirebook::hw_sim {
namespace {

std::string lock_directory() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && access(runtime, W_OK) == 0)
    return runtime;
  return access("/run/lock", W_OK) == 0 ? "/run/lock" : "/tmp";
}

std::string holder(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t count = pread(descriptor, text.data(), text.size(), 0);
  return count > 0 ? fmt::format("process {}", std::atoi(text.data())) : "another process";
}

}  // namespace

DeviceLock::DeviceLock(unsigned index) {
  const std::string path =
      fmt::format("{}/wirebook-simulated-card-{}.{}", lock_directory(), index, getuid());
  descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor_ < 0)
    throw std::system_error(errno, std::generic_category(), path);
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int why = errno == EWOULDBLOCK ? EBUSY : errno;
    const std::string who = holder(descriptor_);
    close(descriptor_);
    throw std::system_error(why, std::generic_category(),
                            fmt::format("device {} is in use by {} ({})", index, who, path));
  }
  const std::string me = fmt::format("{}\n", getpid());
  if (ftruncate(descriptor_, 0) == 0)
    static_cast<void>(!pwrite(descriptor_, me.data(), me.size(), 0));
}

DeviceLock::~DeviceLock() { close(descriptor_); }

}  // namespace wirebook::hw_sim
