// The doorbell: wakes the one thread that sleeps on it, and costs next to nothing while none does.
//
// A ring's writer publishes, then looks whether the reader sleeps; a reader says that it will
// sleep, then looks at the ring once more. Each stores first and loads second, and one of the two
// has to see the other: that needs a full barrier on both sides. A barrier behind each publish
// would wait until the entry has left the store buffer, about one cache miss an entry. So the side
// that goes to sleep pays for both: membarrier(2) puts a barrier into every running thread of the
// process. Where the host refuses membarrier, the ringing side has a fence of its own.
//
// Shapes: an eventfd behind a flag, so that a thread may sleep on sockets and on its doorbell at
// once. Threads: one sleeps (`arm`, `disarm`, `sleep`), any rings. Errors: the constructor throws
// std::system_error where there is no descriptor left. Cost: `ring` is one load of a line that
// changes only when somebody goes to sleep; a wake-up is one system call.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace wirebook::slot_ring {

class Doorbell {
 public:
  enum class Barrier : std::uint8_t {
    automatic,  ///< by the sleeper where the host can, else by the ringer
    by_ringer,
  };

  explicit Doorbell(Barrier barrier = Barrier::automatic);
  ~Doorbell();
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  /// After work was made visible: wakes the sleeper, if there is one.
  void ring() noexcept {
    if (ringer_fences_)
      std::atomic_thread_fence(std::memory_order_seq_cst);
    else
      std::atomic_signal_fence(std::memory_order_seq_cst);
    if (armed_.load(std::memory_order_relaxed))
      wake();
  }

  /// From here on the bell rings. Look for work once more before you sleep. False if the host
  /// cannot promise it: then do not sleep.
  [[nodiscard]] bool arm() noexcept;
  /// There was work after all, or the sleep is over. Always the end of what `arm` began.
  void disarm() noexcept;
  /// Between the two: sleeps until the bell rings or the time is over. True if it rang.
  bool sleep(std::chrono::nanoseconds longest) noexcept;

  /// Readable when the bell rang while armed, until `disarm`: for sleeping on it and on sockets.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// True if each `ring` has a fence.
  [[nodiscard]] bool ringer_fences() const { return ringer_fences_; }

 private:
  void wake() noexcept;

  alignas(64) std::atomic<bool> armed_{false};
  bool ringer_fences_;
  int descriptor_;
  std::uint64_t owed_ = 0;  ///< rings that were promised and not taken back yet
};

}  // namespace wirebook::slot_ring
