#include "wire_in/mapped_file.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wirebook::wire_in {
namespace {

std::string text_of(const std::string& path, int error) {
  return path + ": " + std::generic_category().message(error);
}

}  // namespace

MappedFile::MappedFile(const std::string& path) {
  const bool standard_input = path == "-";
  const int file = standard_input ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    error_ = text_of(path, errno);
    return;
  }
  if (const int error = standard_input ? read_all(file) : load(file); error != 0)
    error_ = text_of(path, error);
  if (!standard_input)
    close(file);
}

/// Maps a regular file and reads anything else. Returns an errno, or 0.
int MappedFile::load(int file) {
  struct stat status {};
  if (fstat(file, &status) != 0)
    return errno;
  if (!S_ISREG(status.st_mode) || status.st_size == 0)
    return read_all(file);
  const auto bytes = static_cast<std::size_t>(status.st_size);
  void* const address = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file, 0);
  if (address == MAP_FAILED)
    return errno;
  madvise(address, bytes, MADV_SEQUENTIAL);
  bytes_ = {static_cast<const std::byte*>(address), bytes};
  mapped_ = true;
  return 0;
}

int MappedFile::read_all(int file) {
  constexpr std::size_t step_bytes = std::size_t{1} << 20;
  std::size_t filled = 0;
  for (;;) {
    read_.resize(filled + step_bytes);
    const ssize_t got = read(file, read_.data() + filled, step_bytes);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return errno;
    if (got == 0)
      break;
    filled += static_cast<std::size_t>(got);
  }
  read_.resize(filled);
  bytes_ = read_;
  return 0;
}

MappedFile::~MappedFile() {
  if (mapped_)
    munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})),
      read_(std::move(other.read_)),
      mapped_(std::exchange(other.mapped_, false)),
      error_(std::move(other.error_)) {}

}  // namespace wirebook::wire_in
