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
      open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
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

/// A line that a full disk or a loss of power cut off would swallow the next one.
bool ends_within_a_line(int file) {
  struct stat found {};
  char last = '\n';
  return fstat(file, &found) == 0 && found.st_size > 0 &&
         pread(file, &last, 1, found.st_size - 1) == 1 && last != '\n';
}

}  // namespace

std::string AuditFile::text_of(int error) {
  return error == not_regular ? "is no regular file" : std::strerror(error);
}

int AuditFile::append(const std::string& line) const {
  if (path_.empty())
    return 0;
  int error = 0;
  const int file = open_regular(path_, error);
  if (file < 0)
    return error;
  const std::string text = (ends_within_a_line(file) ? "\n" : "") + line + '\n';
  const ssize_t written = write(file, text.data(), text.size());
  error = written < 0 ? errno : 0;
  // A part of a line may stay where the disk is full.
  if (error == 0 && static_cast<std::size_t>(written) != text.size())
    error = ENOSPC;
  if (error == 0 && fdatasync(file) != 0)
    error = errno;
  close(file);
  return error;
}

}  // namespace wirebook::node
