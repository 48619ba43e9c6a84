#include <algorithm>

#include <fmt/format.h>

#include "wirebook/assert.hpp"

#include "node/stage_threads.hpp"

namespace wirebook::node {

namespace {

constexpr std::array<std::string_view, stage_count> stage_names{"ingress", "match", "wire_out"};
constexpr std::size_t cpus_for_three_threads = 4;
constexpr std::size_t cpus_for_spinning = 8;

std::vector<ThreadPlan::Thread> automatic_threads(const std::vector<std::uint32_t>& usable,
                                                  bool pin) {
  using enum StageName;
  if (usable.size() >= cpus_for_three_threads) {
    // The first processor is left to the system, which takes its interrupts there.
    std::vector<ThreadPlan::Thread> threads{
        {{ingress}, usable[1]}, {{match}, usable[2]}, {{wire_out}, usable[3]}};
    if (!pin)
      for (ThreadPlan::Thread& thread : threads)
        thread.cpu.reset();
    return threads;
  }
  // Sending costs most: with one processor for two threads to spare, it gets its own.
  if (usable.size() == cpus_for_three_threads - 1)
    return {{{ingress, match}, std::nullopt}, {{wire_out}, std::nullopt}};
  return {{{ingress, match, wire_out}, std::nullopt}};
}

std::vector<ThreadPlan::Thread> configured_threads(const ThreadConfig& config) {
  const std::array<std::uint32_t, stage_count> cpus{config.ingress, config.match, config.wire_out};
  std::vector<ThreadPlan::Thread> threads;
  std::vector<std::uint32_t> seen;
  for (std::size_t i = 0; i < stage_count; ++i) {
    const auto place =
        static_cast<std::size_t>(std::find(seen.begin(), seen.end(), cpus[i]) - seen.begin());
    if (place == seen.size()) {
      seen.push_back(cpus[i]);
      threads.push_back({{}, config.pin ? std::optional(cpus[i]) : std::nullopt});
    }
    threads[place].stages.push_back(static_cast<StageName>(i));
  }
  return threads;
}

slot_ring::Wait wait_of(WaitMode mode, std::size_t cpus) {
  switch (mode) {
    case WaitMode::spin:
      return slot_ring::Wait::spin;
    case WaitMode::yield:
      return slot_ring::Wait::yield;
    case WaitMode::park:
      return slot_ring::Wait::park;
    case WaitMode::automatic:
      break;
  }
  // Without cores to spare a thread sleeps: one that yields in a loop makes the others wait.
  return cpus >= cpus_for_spinning ? slot_ring::Wait::spin : slot_ring::Wait::park;
}

}  // namespace

std::vector<std::uint32_t> usable_cpus() {
  cpu_set_t set;
  std::vector<std::uint32_t> cpus;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    for (std::uint32_t cpu = 0; cpu < CPU_SETSIZE; ++cpu)
      if (CPU_ISSET(cpu, &set))
        cpus.push_back(cpu);
  return cpus;
}

ThreadPlan plan_threads(const NodeConfig& config, const std::vector<std::uint32_t>& usable) {
  return {.threads = config.threads.automatic ? automatic_threads(usable, config.threads.pin)
                                              : configured_threads(config.threads),
          .wait = wait_of(config.rings.wait, usable.size())};
}

std::size_t ThreadPlan::thread_of(StageName stage) const {
  const auto drives = [stage](const Thread& thread) {
    return std::find(thread.stages.begin(), thread.stages.end(), stage) != thread.stages.end();
  };
  const auto found = std::find_if(threads.begin(), threads.end(), drives);
  WIREBOOK_ASSERT(found != threads.end());  // every stage has a thread
  return static_cast<std::size_t>(found - threads.begin());
}

std::string to_string(const ThreadPlan& plan) {
  std::string text;
  for (const ThreadPlan::Thread& thread : plan.threads) {
    text += text.empty() ? "" : " | ";
    for (const StageName stage : thread.stages)
      text += fmt::format("{}{}", stage == thread.stages.front() ? "" : " + ",
                          stage_names[static_cast<std::size_t>(stage)]);
    if (thread.cpu)
      text += fmt::format(" on cpu {}", *thread.cpu);
  }
  return fmt::format("{}, waiting: {}", text, slot_ring::to_string(plan.wait));
}

}  // namespace wirebook::node
