// `wirebook run` as a child process that goes on while the test trades with it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.hpp"

namespace wirebook::node {

class RunningProgram {
 public:
  explicit RunningProgram(std::vector<std::string> arguments) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
      return;
    child_ = fork();
    if (child_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      arguments.insert(arguments.begin(), WIREBOOK_PROGRAM);
      std::vector<char*> pointers;
      for (std::string& argument : arguments)
        pointers.push_back(argument.data());
      pointers.push_back(nullptr);
      execv(WIREBOOK_PROGRAM, pointers.data());
      _exit(127);
    }
    close(ends[1]);
    reader_ = std::thread([this, end = ends[0]] { read_all(end); });
  }
  ~RunningProgram() { end(SIGKILL); }
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  /// What stands behind `text` on its line, once that whole line was printed; nothing if the
  /// program ends, or a minute goes by, without it.
  std::optional<std::string> wait_for(const std::string& text) {
    std::unique_lock lock(mutex_);
    std::size_t begin = std::string::npos;
    std::size_t end = std::string::npos;
    const auto found = [&] {
      begin = output_.find(text);
      end = begin == std::string::npos ? begin : output_.find('\n', begin);
      return end != std::string::npos || ended_;
    };
    news_.wait_for(lock, std::chrono::minutes(1), found);
    if (end == std::string::npos)
      return std::nullopt;
    return output_.substr(begin + text.size(), end - begin - text.size());
  }

  /// Sends the signal, and does not wait.
  void signal(int signal) const {
    if (child_ > 0)  // -1 would be everybody
      kill(child_, signal);
  }
  /// Sends the signal and waits until the program is gone; its exit code, or 1000 and the signal
  /// that ended it. 0 only waits.
  int end(int signal) {
    if (child_ <= 0)
      return code_;
    kill(child_, signal);
    int status = 0;
    waitpid(child_, &status, 0);
    child_ = -1;
    reader_.join();
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    return code_;
  }

  [[nodiscard]] pid_t pid() const { return child_; }
  [[nodiscard]] std::string output() {
    const std::lock_guard lock(mutex_);
    return output_;
  }

 private:
  void read_all(int descriptor) {
    std::array<char, 4096> buffer{};
    for (ssize_t bytes = 0; (bytes = read(descriptor, buffer.data(), buffer.size())) > 0;) {
      const std::lock_guard lock(mutex_);
      output_.append(buffer.data(), static_cast<std::size_t>(bytes));
      news_.notify_all();
    }
    close(descriptor);
    const std::lock_guard lock(mutex_);
    ended_ = true;
    news_.notify_all();
  }

  pid_t child_ = -1;
  int code_ = -1;
  std::thread reader_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::string output_;
  bool ended_ = false;
};

}  // namespace wirebook::node
