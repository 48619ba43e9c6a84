// A thread of this process that stands still for a while, as one does that gets no processor.
//
// Shapes: by its name; the first that has it. Threads: one holds at a time. Errors: `holds` is
// false where there is no such thread. It waits in a signal's handler, wherever it was.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/patience.hpp"

namespace wirebook::node {

class HeldThread {
 public:
  explicit HeldThread(const std::string& name) {
    held() = 0;
    (void)std::signal(SIGUSR2, [](int) {
      int awaited = 0;  // a signal that comes too late holds nobody: nothing would end it
      (void)held().compare_exchange_strong(awaited, 1);
      while (held() == 1)
        (void)::poll(nullptr, 0, 1);
    });
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
      std::string its_name;
      std::getline(std::ifstream(thread.path() / "comm"), its_name);
      if (its_name != name)
        continue;
      (void)syscall(SYS_tgkill, getpid(), std::stoi(thread.path().filename()), SIGUSR2);
      for (int waited_ms = 0; waited_ms < patience_ms && held() == 0; ++waited_ms)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return;
    }
  }
  ~HeldThread() { held() = 2; }
  HeldThread(const HeldThread&) = delete;
  HeldThread& operator=(const HeldThread&) = delete;

  [[nodiscard]] static bool holds() { return held() == 1; }

 private:
  static std::atomic<int>& held() {
    static std::atomic<int> state{0};
    return state;
  }
};

}  // namespace wirebook::node
