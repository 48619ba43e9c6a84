// Runs the kernel for `xrt::run` and OpenCL: arguments, ap_start, ap_done.
//
// Shapes: ERT's start packets, in buffers that the caller keeps until they are done. Threads: one
// of its own, which carries out one command after the other; all here may be called by any. Errors:
// a packet that starts no kernel ends in the state `error`. Cost: a register access each word.
// Specification: <ert.h>; AP_CTRL_HS in UG1393.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "hw-sim/xrt_driver/card_link.hpp"

namespace wirebook::hw_sim {

class CommandQueue {
 public:
  explicit CommandQueue(CardLink& card) : card_(card) {}
  /// Leaves what is not done.
  ~CommandQueue();
  CommandQueue(const CommandQueue&) = delete;
  CommandQueue& operator=(const CommandQueue&) = delete;

  void push(std::shared_ptr<SharedMemory> packet);
  int wait(int milliseconds);

 private:
  void run();
  void carry_out(std::span<std::byte> packet);

  CardLink& card_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<SharedMemory>> queue_;
  int completed_ = 0;
  bool stop_ = false;
  std::thread thread_;  // from the first command on
};

}  // namespace wirebook::hw_sim
