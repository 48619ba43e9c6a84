// Register accesses of hosts, on their way to the model's thread.
//
// Shapes: 32-bit words by byte offset. Threads: any for `read` and `write`, the model's for the
// rest. Errors: none; behind `close` reads give all ones, as a card that is gone, and writes are
// lost. Cost: a write does not wait, unless 256 do already; a read waits for its answer, and for
// all writes before it. Specification: as PCIe orders them.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>

namespace wirebook::hw_sim {

class RegisterQueue {
 public:
  struct Answer {
    std::uint32_t value = ~std::uint32_t{0};
    bool here = false;
  };
  struct Access {
    std::uint32_t offset = 0;
    std::uint32_t value = 0;
    Answer* answer = nullptr;  ///< of a read
  };

  std::uint32_t read(std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);

  /// Cheap to ask every cycle.
  [[nodiscard]] bool empty() const { return waiting_.load(std::memory_order_acquire) == 0; }
  /// The oldest; only if not empty.
  Access take();
  void answer(Answer& answer, std::uint32_t value);
  /// Returns when there is an access, somebody called `wake`, or the time is over.
  void wait(std::chrono::milliseconds at_most);
  void wake();
  void close();

 private:
  static constexpr std::uint32_t writes_max = 256;

  std::mutex mutex_;
  std::condition_variable for_model_;
  std::condition_variable for_hosts_;
  std::deque<Access> queue_;
  std::atomic<std::uint32_t> waiting_ = 0;
  bool woken_ = false;
  bool closed_ = false;
};

}  // namespace wirebook::hw_sim
