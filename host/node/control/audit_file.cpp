#include "node/control/audit_file.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wirebook::node {

int AuditFile::append(std::string_view line) const {
  if (path_.empty())
    return 0;
  constexpr mode_t mode = S_IRUSR | S_IWUSR | S_IRGRP;
  const int file =
      open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
  if (file < 0)
    return errno;
  const ssize_t written = write(file, line.data(), line.size());
  int error = written < 0 ? errno : 0;
  // A part of a line may stay where the disk is full.
  if (error == 0 && static_cast<std::size_t>(written) != line.size())
    error = ENOSPC;
  if (error == 0 && fdatasync(file) != 0)
    error = errno == EINVAL ? 0 : errno;  // a pipe, or a device
  close(file);
  return error;
}

}  // namespace wirebook::node
