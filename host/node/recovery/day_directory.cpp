#include "node/recovery/day_directory.hpp"

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wirebook::node {

namespace {

[[noreturn]] void refuse(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), "journal.directory: " + what);
}

int open_directory(const std::string& path) {
  return open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/// Its name is durable when this is over.
void make(const std::string& parent, const std::string& path) {
  const int file = open_directory(parent);
  if (file < 0)
    refuse(errno, fmt::format("{} cannot be opened; make it, or mount its disk", parent));
  constexpr mode_t mode = S_IRWXU | S_IRGRP | S_IXGRP;
  const bool made = mkdir(path.c_str(), mode) == 0 || errno == EEXIST;
  const int error = made && fsync(file) == 0 ? 0 : errno;
  close(file);
  if (error != 0)
    refuse(error, fmt::format("{} cannot be made", path));
}

/// Returns an errno. `wirebook journal archive` takes the lock for a moment, to see whether
/// somebody has it: that is waited out.
int lock(int file) {
  constexpr int tries = 100;
  constexpr auto pause = std::chrono::milliseconds(10);
  for (int i = 1; flock(file, LOCK_EX | LOCK_NB) != 0; ++i) {
    if (const int error = errno; i == tries || (error != EWOULDBLOCK && error != EINTR))
      return error;
    std::this_thread::sleep_for(pause);
  }
  return 0;
}

}  // namespace

std::string day_directory_name(std::uint32_t trading_day, std::uint16_t shard) {
  return fmt::format("{:08}-{:04}", trading_day, shard);
}

DayDirectory::DayDirectory(const std::string& parent, std::uint32_t trading_day,
                           std::uint16_t shard)
    : path_(parent + "/" + day_directory_name(trading_day, shard)) {
  make(parent, path_);
  file_ = open_directory(path_);
  if (file_ < 0)
    refuse(errno, fmt::format("{} cannot be opened", path_));
  const int error = lock(file_);
  if (error == 0)
    return;
  close(file_);
  refuse(
      error,
      error == EWOULDBLOCK
          ? fmt::format(
                "{} belongs to another node that runs, or to a journal command that writes there; "
                "one shard is one node's",
                path_)
          : fmt::format("{} cannot be locked", path_));
}

DayDirectory::~DayDirectory() { close(file_); }

}  // namespace wirebook::node
