// The threads that drive the stages, as thread_plan.hpp says.
//
// Shapes: none. Threads: started and joined by one; they run until their stages have finished.
// Errors: std::system_error if a thread cannot be made; pinning that is refused is a line. Cost:
// none beside the stages' own polls.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "node/stages/stage.hpp"
#include "node/stages/thread_plan.hpp"
#include "slot_ring/idle.hpp"

namespace wirebook::node {

/// What wakes a parked thread besides its bell: -1 is nothing. Of ingress that means that it looks
/// for itself, more often.
struct StageDescriptors {
  int ingress = -1;
  int journal = -1;
};

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
