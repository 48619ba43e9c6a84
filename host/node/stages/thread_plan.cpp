#include "node/stages/thread_plan.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <pthread.h>
#include <sched.h>

#include "wirebook/assert.hpp"

namespace wirebook::node {

namespace {

constexpr std::array<std::string_view, stage_count> stage_names{"ingress", "match", "journal",
                                                                "wire_out"};
constexpr std::size_t cpus_for_own_threads = 8;
constexpr std::size_t cpus_for_pinning = 4;
constexpr std::size_t cpus_for_a_journal_thread = 3;

/// The first processor is left to the system, which takes its interrupts there.
std::vector<ThreadPlan::Thread> automatic_threads(const std::vector<std::uint32_t>& usable,
                                                  bool pin) {
  using enum StageName;
  if (usable.size() < cpus_for_a_journal_thread)
    return {{{ingress, match, journal, wire_out}, std::nullopt}};
  std::vector<ThreadPlan::Thread> threads;
  if (usable.size() >= cpus_for_own_threads) {
    threads = {{{ingress}, usable[1]},
               {{match}, usable[2]},
               {{journal}, usable[4]},
               {{wire_out}, usable[3]}};
  } else {
    // So few are often the halves of physical cores. One thread that does all but wait for the disk
    // answers sooner there, and takes more orders, than three that hand them on. It has the third
    // processor: the second may be the first one's other half.
    threads = {{{ingress, match, wire_out}, usable[2]}, {{journal}, usable[0]}};
    pin = pin && usable.size() >= cpus_for_pinning;
  }
  if (!pin)
    for (ThreadPlan::Thread& thread : threads)
      thread.cpu.reset();
  return threads;
}

/// The same for a node that keeps no journal.
std::vector<ThreadPlan::Thread> without_journal(std::vector<ThreadPlan::Thread> threads) {
  for (ThreadPlan::Thread& thread : threads)
    std::erase(thread.stages, StageName::journal);
  std::erase_if(threads, [](const ThreadPlan::Thread& thread) { return thread.stages.empty(); });
  return threads;
}

std::vector<ThreadPlan::Thread> configured_threads(const ThreadConfig& config) {
  const std::array<std::uint32_t, stage_count> cpus{config.ingress, config.match, config.journal,
                                                    config.wire_out};
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
  return cpus >= cpus_for_own_threads ? slot_ring::Wait::spin : slot_ring::Wait::park;
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

int keep_to(std::span<const std::uint32_t> cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const std::uint32_t cpu : cpus)
    CPU_SET(cpu, &set);
  return cpus.empty() ? 0 : pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

ThreadPlan plan_threads(const NodeConfig& config, const std::vector<std::uint32_t>& usable) {
  std::vector<ThreadPlan::Thread> threads = config.threads.automatic
                                                ? automatic_threads(usable, config.threads.pin)
                                                : configured_threads(config.threads);
  if (config.journal.mode == JournalMode::off)
    threads = without_journal(std::move(threads));
  return {.threads = std::move(threads), .wait = wait_of(config.rings.wait, usable.size())};
}

bool ThreadPlan::asks_sockets() const {
  return wait == slot_ring::Wait::spin ||
         thread_of(StageName::ingress) == thread_of(StageName::wire_out);
}

std::size_t ThreadPlan::thread_of(StageName stage) const {
  const auto drives = [stage](const Thread& thread) {
    return std::find(thread.stages.begin(), thread.stages.end(), stage) != thread.stages.end();
  };
  const auto found = std::find_if(threads.begin(), threads.end(), drives);
  WIREBOOK_ASSERT(found != threads.end());  // every stage has a thread
  return static_cast<std::size_t>(found - threads.begin());
}

std::vector<std::uint32_t> ThreadPlan::cpus_beside(StageName stage,
                                                   std::vector<std::uint32_t> usable) const {
  if (const auto cpu = threads[thread_of(stage)].cpu; cpu && usable.size() > 1)
    std::erase(usable, *cpu);
  return usable;
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
