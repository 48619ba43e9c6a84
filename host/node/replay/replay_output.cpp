#include "node/replay/replay_output.hpp"

#include <cerrno>
#include <cstring>

namespace wirebook::node {

OutputFile::OutputFile(const std::string& path) : path_(path) {
  if (path.empty())
    return;
  file_.reset(std::fopen(path.c_str(), "wb"));
  if (!file_) {
    fail();
    return;
  }
  std::setvbuf(file_.get(), nullptr, _IONBF, 0);  // `buffer_` is the buffer
  buffer_.reserve(buffer_bytes + 4096);
}

bool OutputFile::close() {
  flush();
  if (file_ && std::fclose(file_.release()) != 0)
    fail();
  return error_.empty();
}

void OutputFile::flush() {
  if (file_ && error_.empty() &&
      std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size())
    fail();
  buffer_.clear();
}

void OutputFile::fail() {
  if (error_.empty())
    error_ = path_ + ": " + std::strerror(errno);
}

}  // namespace wirebook::node
