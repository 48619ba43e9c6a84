#include "journal/data_file.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/file_calls.hpp"

namespace wirebook::journal {

void throw_file_error(int error, const std::string& path) {
  throw std::system_error(error, std::generic_category(), path);
}

DataFile::DataFile(std::string path, Use use, bool direct) : path_(std::move(path)) {
  const int flags = O_CLOEXEC | (use == Use::read ? O_RDONLY : O_CREAT | O_TRUNC | O_RDWR);
  constexpr mode_t mode = S_IRUSR | S_IWUSR | S_IRGRP;
  if (direct)
    file_ = open(path_.c_str(), flags | O_DIRECT, mode);
  direct_ = file_ >= 0;
  if (file_ < 0 && (!direct || errno == EINVAL))
    file_ = open(path_.c_str(), flags, mode);
  if (file_ < 0)
    throw_file_error(errno, path_);
}

DataFile::~DataFile() { close(file_); }

std::uint64_t DataFile::bytes() const {
  struct stat status {};
  if (fstat(file_, &status) != 0)
    throw_file_error(errno, path_);
  if (!S_ISREG(status.st_mode))
    throw_file_error(EINVAL, path_);
  return static_cast<std::uint64_t>(status.st_size);
}

void DataFile::allocate(std::uint64_t bytes) {
  if (const int error = reserve(file_, bytes); error != 0)
    throw_file_error(error, path_);
}

void DataFile::cut(std::uint64_t bytes) {
  if (ftruncate(file_, static_cast<off_t>(bytes)) != 0)
    throw_file_error(errno, path_);
}

void DataFile::rename(const std::string& path) {
  if (std::rename(path_.c_str(), path.c_str()) != 0)
    throw_file_error(errno, path);
  path_ = path;
}

void sync_directory(const std::string& directory) {
  const int file = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0)
    throw_file_error(errno, directory);
  const int error = fsync(file) == 0 ? 0 : errno;
  close(file);
  if (error != 0)
    throw_file_error(error, directory);
}

void make_directories(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code none;
  if (fs::is_directory(path, none))
    return;
  const fs::path whole(path);
  const fs::path named = whole.has_filename() ? whole : whole.parent_path();
  const std::string parent = named.has_parent_path() ? named.parent_path().string() : ".";
  make_directories(parent);
  const bool made = mkdir(path.c_str(), S_IRWXU | S_IRWXG | S_IRWXO) == 0;
  if (const int error = errno; !made && !(error == EEXIST && fs::is_directory(path, none)))
    throw_file_error(error, path);
  sync_directory(parent);
}

void remove_file(const std::string& path) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT)
    throw_file_error(errno, path);
}

}  // namespace wirebook::journal
