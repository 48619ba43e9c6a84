#include "node/control/audit_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wirebook::node {

namespace {

constexpr mode_t mode = S_IRUSR | S_IWUSR | S_IRGRP;

/// Below 0: `error` says why.
int open_regular(const std::string& path, int& error) {
  // A FIFO without a reader is refused instead of waited for.
  const int file =
      open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
  struct stat found {};
  if (file < 0) {
    error = errno;
    if (lstat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode))
      error = AuditFile::not_regular;
    return -1;
  }
  if (fstat(file, &found) == 0 && S_ISREG(found.st_mode))
    return file;
  error = AuditFile::not_regular;
  close(file);
  return -1;
}

}  // namespace

std::string AuditFile::text_of(int error) {
  return error == not_regular ? "is no regular file" : std::strerror(error);
}

int AuditFile::append(std::string_view line) const {
  if (path_.empty())
    return 0;
  int error = 0;
  const int file = open_regular(path_, error);
  if (file < 0)
    return error;
  const ssize_t written = write(file, line.data(), line.size());
  error = written < 0 ? errno : 0;
  // A part of a line may stay where the disk is full.
  if (error == 0 && static_cast<std::size_t>(written) != line.size())
    error = ENOSPC;
  if (error == 0 && fdatasync(file) != 0)
    error = errno;
  close(file);
  return error;
}

}  // namespace wirebook::node
