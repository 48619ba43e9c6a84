// Which threads drive the stages, on which processors, and how they wait.
//
//   auto, by usable processors:   8 and more   ingress | match | journal | wire_out, pinned
//                                 4 to 7       ingress + match + wire_out | journal, pinned
//                                 3            the same, not pinned
//                                 1 and 2      all on one
//   a node without a journal has no thread for it
//   auto waits: spin from 8 processors on, else park
//
// By measurement (README.md, "Round trips"): with the client on one of two physical cores, a thread
// for each stage takes an order through later than one for all, and fewer orders too.
//
// Shapes: a plan is a value; the threads run until their stages have finished. Threads: started and
// joined by one. Errors: std::system_error if a thread cannot be made; pinning that is refused is a
// line. Cost: none beside the stages' own polls.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sched.h>

#include "node/config/config.hpp"
#include "node/stage.hpp"
#include "slot_ring/idle.hpp"

namespace wirebook::node {

/// In flow order; also their order within a thread.
enum class StageName : std::uint8_t { ingress, match, journal, wire_out };
inline constexpr std::size_t stage_count = 4;

/// What wakes a parked thread besides its bell: -1 is nothing. Of ingress that means that it looks
/// for itself, more often.
struct StageDescriptors {
  int ingress = -1;
  int journal = -1;
};

struct ThreadPlan {
  struct Thread {
    std::vector<StageName> stages;
    std::optional<std::uint32_t> cpu;  ///< pinned to it
  };
  std::vector<Thread> threads;
  slot_ring::Wait wait = slot_ring::Wait::yield;

  [[nodiscard]] std::size_t thread_of(StageName stage) const;
  /// A lone datagram is to be answered soon: its thread spins, or has to answer it itself. Then it
  /// asks the socket, by which it hears of a datagram sooner than by io_uring.
  [[nodiscard]] bool asks_sockets() const;
};

/// The processors that this process may use.
[[nodiscard]] std::vector<std::uint32_t> usable_cpus();

[[nodiscard]] ThreadPlan plan_threads(const NodeConfig& config,
                                      const std::vector<std::uint32_t>& usable);
[[nodiscard]] std::string to_string(const ThreadPlan& plan);

class StageThreads {
 public:
  /// `stages` in the order of `StageName`; null where the plan has none.
  StageThreads(ThreadPlan plan, const std::array<Stage*, stage_count>& stages,
               StageDescriptors descriptors);
  ~StageThreads();
  StageThreads(const StageThreads&) = delete;
  StageThreads& operator=(const StageThreads&) = delete;

  /// The bell that wakes the thread of `stage`, for those on other threads; null unless it parks,
  /// and null if `by` is on the same thread, which is awake when it has something to tell.
  [[nodiscard]] slot_ring::Doorbell* bell_for(StageName stage, StageName by);
  /// The same for whoever is no stage.
  [[nodiscard]] slot_ring::Doorbell* bell_for(StageName stage);

  /// Starts them and waits until each runs, which does `first` before anything else; gives a line
  /// for each that could not be pinned.
  [[nodiscard]] std::vector<std::string> start(const std::function<void()>& first = {});
  /// Waits until all stages have finished.
  void join();

  [[nodiscard]] const ThreadPlan& plan() const { return plan_; }
  /// Heap allocations of the threads since they took up work, where the program counts them.
  [[nodiscard]] std::uint64_t heap_allocations() const;

 private:
  struct Worker;

  void run(Worker& worker, const std::function<void()>& first) noexcept;
  void sleep(Worker& worker, std::chrono::nanoseconds longest) const noexcept;

  ThreadPlan plan_;
  std::array<Stage*, stage_count> stages_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace wirebook::node
