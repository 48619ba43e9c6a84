#include "journal/directory_store.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/bytes.hpp"
#include "journal/disk.hpp"
#include "journal/file_calls.hpp"

namespace wirebook::journal {

namespace {

/// Closes what it holds.
class File {
 public:
  File(int directory, const std::string& name, int flags)
      : number_(openat(directory, name.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP)) {}
  ~File() {
    if (number_ >= 0)
      ::close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

constexpr std::size_t piece_bytes = std::size_t{1} << 18;
using Piece = std::array<std::byte, piece_bytes>;

int zero_piece(int file, std::span<std::byte> piece, std::uint64_t offset) {
  if (const int error = read_all(file, piece, offset); error != 0)
    return error;
  while (!piece.empty()) {
    // By blocks, as long as they are those of the file.
    const std::size_t bytes = std::min(block_bytes - offset % block_bytes, piece.size());
    const auto block = piece.first(bytes);
    if (!is_zero(block)) {
      std::ranges::fill(block, std::byte{});
      if (const int error = write_all(file, block, offset); error != 0)
        return error;
    }
    piece = piece.subspan(bytes);
    offset += bytes;
  }
  return 0;
}

}  // namespace

DirectoryStore::DirectoryStore(std::string directory, std::chrono::milliseconds claim_wait)
    : directory_(std::move(directory)),
      claim_wait_(claim_wait),
      directory_file_(open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (directory_file_ < 0)
    throw std::system_error(errno, std::generic_category(), "journal directory " + directory_);
}

DirectoryStore::~DirectoryStore() {
  for (const auto& [name, file] : claims_)
    ::close(file);
  ::close(directory_file_);
}

int DirectoryStore::list(std::vector<std::string>& names) {
  names.clear();
  std::error_code error;
  std::filesystem::directory_iterator entries(directory_, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error))
    names.push_back(entries->path().filename().string());
  return error.value();
}

int DirectoryStore::map(const std::string& name, std::span<const std::byte>& bytes) {
  try {
    auto found = maps_.find(name);
    if (found == maps_.end())
      found = maps_.emplace(name, FileMap(directory_ + "/" + name)).first;
    bytes = found->second.bytes();
    return 0;
  } catch (const std::system_error& error) {
    return error.code().value();
  }
}

/// The next who asks gets the new file; who has the old one keeps it.
void DirectoryStore::forget_map(const std::string& name) {
  if (const auto found = maps_.find(name); found != maps_.end()) {
    old_maps_.push_back(std::move(found->second));
    maps_.erase(found);
  }
}

int DirectoryStore::claim(const std::string& name) {
  if (claims_.contains(name))
    return 0;
  const int file = openat(directory_file_, name.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return errno;
  const auto until = std::chrono::steady_clock::now() + claim_wait_;
  while (flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    if (error != EINTR && (error != EWOULDBLOCK || std::chrono::steady_clock::now() >= until)) {
      ::close(file);
      return error == EWOULDBLOCK ? EBUSY : error;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  claims_.emplace(name, file);
  return 0;
}

int DirectoryStore::zero_rest(const std::string& name, std::uint64_t from) {
  const File file(directory_file_, name, O_RDWR);
  struct stat status {};
  if (!file.is_open() || fstat(file.number(), &status) != 0)
    return errno;
  const auto end = static_cast<std::uint64_t>(status.st_size);
  const auto piece = std::make_unique<Piece>();
  while (from < end) {
    const std::uint64_t to = std::min(end, (from / piece_bytes + 1) * piece_bytes);
    const int error = zero_piece(file.number(), std::span(*piece).first(to - from), from);
    if (error != 0)
      return error;
    from = to;
  }
  return error_of(fdatasync(file.number()));
}

int DirectoryStore::sync(const std::string& name) {
  const File file(directory_file_, name, O_RDWR);
  return file.is_open() ? error_of(fsync(file.number())) : errno;
}

int DirectoryStore::write_file(const std::string& name,
                               std::span<const std::span<const std::byte>> pieces) {
  const std::string unfinished = name + std::string(unfinished_suffix);
  int error = 0;
  {
    const File file(directory_file_, unfinished, O_CREAT | O_TRUNC | O_RDWR);
    if (!file.is_open())
      return errno;
    std::uint64_t offset = 0;
    for (const auto piece : pieces) {
      if (error == 0)
        error = write_all(file.number(), piece, offset);
      offset += piece.size();
    }
    if (error == 0)
      error = error_of(fsync(file.number()));
  }
  if (error == 0)
    error = error_of(renameat(directory_file_, unfinished.c_str(), directory_file_, name.c_str()));
  if (error == 0) {
    forget_map(name);
    return sync_directory();
  }
  unlinkat(directory_file_, unfinished.c_str(), 0);
  return error;
}

int DirectoryStore::remove(const std::string& name) {
  forget_map(name);
  return error_of(unlinkat(directory_file_, name.c_str(), 0));
}

int DirectoryStore::sync_directory() { return error_of(fsync(directory_file_)); }

}  // namespace wirebook::journal
