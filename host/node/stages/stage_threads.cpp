#include "node/stages/stage_threads.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <span>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "metrics/allocation_counter.hpp"

namespace wirebook::node {

namespace {

/// How long a thread sleeps that nothing wakes.
constexpr auto look_every = std::chrono::microseconds(100);

}  // namespace

struct StageThreads::Worker {
  Worker(const ThreadPlan::Thread& thread_plan, slot_ring::Wait wait, slot_ring::IdleLimits limits)
      : plan(thread_plan), idle(wait, limits) {}

  const ThreadPlan::Thread plan;
  slot_ring::Idle idle;
  std::array<Stage*, stage_count> stages{};
  std::size_t stage_total = 0;
  std::array<int, 2> descriptors{};  ///< what wakes it besides its bell
  std::size_t descriptor_total = 0;
  int pin_error = 0;
  std::atomic<bool> running{false};
  std::atomic<int> thread_id{0};
  std::atomic<std::uint64_t> allocations_before{0};
  std::thread thread;
};

StageThreads::StageThreads(ThreadPlan plan, const std::array<Stage*, stage_count>& stages,
                           StageDescriptors descriptors)
    : plan_(std::move(plan)), stages_(stages) {
  for (const ThreadPlan::Thread& thread : plan_.threads) {
    const auto drives = [&thread](StageName stage) {
      return std::find(thread.stages.begin(), thread.stages.end(), stage) != thread.stages.end();
    };
    slot_ring::IdleLimits limits;
    if (drives(StageName::ingress) && descriptors.ingress < 0)
      limits.sleep_max = look_every;
    auto worker = std::make_unique<Worker>(thread, plan_.wait, limits);
    for (const auto& [stage, descriptor] : {std::pair(StageName::ingress, descriptors.ingress),
                                            std::pair(StageName::journal, descriptors.journal)})
      if (drives(stage) && descriptor >= 0)
        worker->descriptors[worker->descriptor_total++] = descriptor;
    for (const StageName stage : thread.stages)
      worker->stages[worker->stage_total++] = stages_[static_cast<std::size_t>(stage)];
    workers_.push_back(std::move(worker));
  }
}

StageThreads::~StageThreads() { join(); }

slot_ring::Doorbell* StageThreads::bell_for(StageName stage, StageName by) {
  return plan_.thread_of(stage) == plan_.thread_of(by) ? nullptr : bell_for(stage);
}

slot_ring::Doorbell* StageThreads::bell_for(StageName stage) {
  return workers_[plan_.thread_of(stage)]->idle.bell();
}

std::vector<std::string> StageThreads::start(const std::function<void()>& first) {
  for (const auto& worker : workers_)
    worker->thread = std::thread([this, target = worker.get(), &first] { run(*target, first); });
  std::vector<std::string> lines;
  for (const auto& worker : workers_) {
    worker->running.wait(false, std::memory_order_acquire);
    if (worker->pin_error != 0)
      lines.push_back(fmt::format("pinning: cpu {} is refused ({}); the system places that thread",
                                  *worker->plan.cpu, std::strerror(worker->pin_error)));
  }
  return lines;
}

void StageThreads::join() {
  for (const auto& worker : workers_)
    if (worker->thread.joinable())
      worker->thread.join();
}

std::uint64_t StageThreads::heap_allocations() const {
  std::uint64_t sum = 0;
  for (const auto& worker : workers_) {
    const std::uint64_t now =
        metrics::allocations_of_thread(worker->thread_id.load(std::memory_order_relaxed));
    sum += now - std::min(now, worker->allocations_before.load(std::memory_order_relaxed));
  }
  return sum;
}

void StageThreads::run(Worker& worker, const std::function<void()>& first) noexcept {
  if (worker.plan.cpu)
    worker.pin_error = keep_to(std::span(&*worker.plan.cpu, 1));
  if (first)
    first();
  worker.thread_id.store(gettid(), std::memory_order_relaxed);
  worker.allocations_before.store(metrics::allocations_of_this_thread(), std::memory_order_relaxed);
  worker.running.store(true, std::memory_order_release);
  worker.running.notify_one();

  const std::span<Stage* const> stages(worker.stages.data(), worker.stage_total);
  const auto finished = [](const Stage* stage) { return stage->finished(); };
  while (!std::all_of(stages.begin(), stages.end(), finished)) {
    bool worked = false;
    for (Stage* const stage : stages)
      worked |= stage->poll();
    worker.idle.wait(worked, [&](std::chrono::nanoseconds longest) { sleep(worker, longest); });
  }
}

void StageThreads::sleep(Worker& worker, std::chrono::nanoseconds longest) const noexcept {
  if (worker.descriptor_total == 0) {
    worker.idle.bell()->sleep(longest);
    return;
  }
  std::array<pollfd, 3> waits{pollfd{worker.idle.bell()->descriptor(), POLLIN, 0}};
  for (std::size_t i = 0; i < worker.descriptor_total; ++i)
    waits[1 + i] = {worker.descriptors[i], POLLIN, 0};
  const auto ns = std::max<std::chrono::nanoseconds::rep>(longest.count(), 0);
  const timespec timeout{.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
  ppoll(waits.data(), 1 + worker.descriptor_total, &timeout, nullptr);
}

}  // namespace wirebook::node
