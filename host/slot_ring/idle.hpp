// What a thread does when none of its stages found work: spin, yield, or sleep until a doorbell.
//
//   Idle idle(Wait::park);
//   slots.attach_reader_bell(idle.bell());        // null unless it parks: then nothing is attached
//   events.attach_writer_bell(idle.bell());
//   while (running)
//     idle.wait(step_one_stage() | step_another());
//
// One object drives any number of stages on one thread. Before it sleeps it arms the bell and
// returns once more, so that the stages look again at everything: no work that was published before
// the bell was armed is slept through. Every sleep ends after `sleep_max`, for what goes by time.
//
// Shapes: none. Threads: its own; others only ring the bell. Errors: the constructor throws
// std::system_error if a bell cannot be made. Cost: none while there is work.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "slot_ring/doorbell.hpp"

namespace wirebook::slot_ring {

enum class Wait : std::uint8_t {
  spin,   ///< a core of its own for every thread: the fastest
  yield,  ///< gives the core to whoever else is ready
  park,   ///< sleeps: threads may be more than cores
};

[[nodiscard]] constexpr std::string_view to_string(Wait wait) {
  switch (wait) {
    case Wait::spin:
      return "spin";
    case Wait::yield:
      return "yield";
    case Wait::park:
      return "park";
  }
  return "unknown";
}

[[nodiscard]] constexpr std::optional<Wait> wait_from_string(std::string_view text) {
  for (const Wait wait : {Wait::spin, Wait::yield, Wait::park})
    if (text == to_string(wait))
      return wait;
  return std::nullopt;
}

/// Tells the processor that this is a waiting loop.
inline void pause_processor() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("isb");
#endif
}

struct IdleLimits {
  std::uint32_t polls_before_sleep = 200;  ///< `park`: empty rounds before it arms the bell
  std::chrono::nanoseconds sleep_max = std::chrono::milliseconds(1);
};

class Idle {
 public:
  explicit Idle(Wait wait, IdleLimits limits = {}) : wait_(wait), limits_(limits) {
    if (wait == Wait::park)
      bell_.emplace();
  }

  /// The bell that wakes this thread; null unless it parks.
  [[nodiscard]] Doorbell* bell() { return bell_ ? &*bell_ : nullptr; }
  [[nodiscard]] Wait strategy() const { return wait_; }
  /// How often it slept.
  [[nodiscard]] std::uint64_t sleeps() const { return sleeps_; }

  /// After each round over all the stages of this thread.
  void wait(bool did_work) {
    wait(did_work, [this](std::chrono::nanoseconds longest) { bell_->sleep(longest); });
  }

  /// The same for a thread that sleeps on more than its bell: `sleep(longest)` returns when
  /// `bell()->descriptor()` is readable, when anything else happened, or after `longest`.
  template <class Sleep>
  void wait(bool did_work, Sleep&& sleep) {
    if (did_work) {
      if (armed_)
        disarm();
      empty_rounds_ = 0;
    } else if (wait_ == Wait::spin) {
      pause_processor();
    } else if (wait_ == Wait::yield) {
      std::this_thread::yield();
    } else {
      park(sleep);
    }
  }

 private:
  template <class Sleep>
  void park(Sleep& sleep) {
    if (armed_) {
      ++sleeps_;
      sleep(limits_.sleep_max);
      disarm();
      // Woken by a ring or by time: one look, and back to sleep if it was for nothing.
      empty_rounds_ = limits_.polls_before_sleep;
    } else if (empty_rounds_ < limits_.polls_before_sleep) {
      ++empty_rounds_;
      pause_processor();
    } else {
      armed_ = bell_->arm();
      if (!armed_)
        std::this_thread::yield();
    }
  }

  void disarm() {
    bell_->disarm();
    armed_ = false;
  }

  Wait wait_;
  IdleLimits limits_;
  bool armed_ = false;
  std::uint32_t empty_rounds_ = 0;
  std::uint64_t sleeps_ = 0;
  std::optional<Doorbell> bell_;
};

}  // namespace wirebook::slot_ring
