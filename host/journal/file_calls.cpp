#include "journal/file_calls.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace wirebook::journal {

namespace {

/// `call(bytes, offset)` until nothing is left.
template <class Byte, class Call>
int go_on(std::span<Byte> bytes, std::uint64_t offset, Call call) {
  while (!bytes.empty()) {
    const ssize_t done = call(bytes, static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      return done < 0 ? errno : EIO;
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
  return 0;
}

}  // namespace

int error_of(int result) { return result < 0 ? errno : 0; }

int write_all(int file, std::span<const std::byte> bytes, std::uint64_t offset) {
  return go_on(bytes, offset, [file](std::span<const std::byte> left, off_t at) {
    return pwrite(file, left.data(), left.size(), at);
  });
}

int read_all(int file, std::span<std::byte> bytes, std::uint64_t offset) {
  return go_on(bytes, offset, [file](std::span<std::byte> left, off_t at) {
    return pread(file, left.data(), left.size(), at);
  });
}

int reserve(int file, std::uint64_t bytes) {
  if (bytes == 0)
    return 0;
  int error = EINTR;
  while (error == EINTR)
    error = error_of(fallocate(file, 0, 0, static_cast<off_t>(bytes)));
  return error == EOPNOTSUPP || error == ENOSYS ? 0 : error;
}

}  // namespace wirebook::journal
