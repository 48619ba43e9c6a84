#include "journal/journal_lock.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "journal/data_file.hpp"

namespace wirebook::journal {

JournalLock::JournalLock(const std::string& directory)
    : directory_(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (directory_ < 0)
    throw_file_error(errno, "journal directory " + directory);
  held_ = flock(directory_, LOCK_EX | LOCK_NB) == 0;
}

JournalLock::~JournalLock() { close(directory_); }

bool is_held(const std::string& segment) {
  const int file = open(segment.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    throw_file_error(errno, segment);
  const bool held = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(file);
  return held;
}

}  // namespace wirebook::journal
