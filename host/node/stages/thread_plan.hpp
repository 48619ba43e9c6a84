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
// Shapes: a plan is a value. Threads: pure. Errors: none; the parser has checked what is
// configured. Cost: start-up only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "node/config/config.hpp"
#include "slot_ring/idle.hpp"

namespace wirebook::node {

/// In flow order; also their order within a thread.
enum class StageName : std::uint8_t { ingress, match, journal, wire_out };
inline constexpr std::size_t stage_count = 4;

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
  /// Where what is not to disturb `stage` may run: `usable` without its processor, if others are
  /// left.
  [[nodiscard]] std::vector<std::uint32_t> cpus_beside(StageName stage,
                                                       std::vector<std::uint32_t> usable) const;
};

/// The processors that this process may use.
[[nodiscard]] std::vector<std::uint32_t> usable_cpus();
/// Has this thread run there only, if there are any; the errno where that is refused.
[[nodiscard]] int keep_to(std::span<const std::uint32_t> cpus);

[[nodiscard]] ThreadPlan plan_threads(const NodeConfig& config,
                                      const std::vector<std::uint32_t>& usable);
[[nodiscard]] std::string to_string(const ThreadPlan& plan);

}  // namespace wirebook::node
