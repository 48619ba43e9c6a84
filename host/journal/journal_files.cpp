#include "journal/journal_files.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wirebook::journal {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_error(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

/// Returns an errno, or 0.
int map_file(int file, std::span<const std::byte>& out) {
  struct stat status {};
  if (fstat(file, &status) != 0)
    return errno;
  if (!S_ISREG(status.st_mode))
    return EINVAL;
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (bytes == 0)
    return 0;  // nothing can be mapped, and nothing is there
  void* const address = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, 0);
  if (address == MAP_FAILED)
    return errno;
  madvise(address, bytes, MADV_SEQUENTIAL);
  out = {static_cast<const std::byte*>(address), bytes};
  return 0;
}

}  // namespace

FileMap::FileMap(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    throw_error(errno, path);
  const int error = map_file(file, bytes_);
  close(file);
  if (error != 0)
    throw_error(error, path);
}

FileMap::~FileMap() {
  if (!bytes_.empty())
    munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

FileMap::FileMap(FileMap&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

JournalFiles::JournalFiles(std::string directory) : directory_(std::move(directory)) {
  std::error_code error;
  fs::directory_iterator entries(directory_, error);
  std::vector<Segment> segments;
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    if (!parse_segment_name(name))
      continue;
    try {
      maps_.emplace_back(entries->path().string());
    } catch (const std::system_error& refusal) {
      // A writer that ends deletes what it made ahead: gone since it was listed, it is none. (It
      // may be back by now, as another file; a link that leads nowhere never was gone.)
      if (refusal.code().value() == ENOENT && !fs::is_symlink(fs::symlink_status(entries->path())))
        continue;
      throw;
    }
    segments.emplace_back(name, maps_.back().bytes());
  }
  if (error)
    throw_error(error.value(), "journal directory " + directory_);
  journal_ = Journal(std::move(segments));
}

}  // namespace wirebook::journal
