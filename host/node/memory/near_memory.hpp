// Memory on the NUMA node of the processor that will use it.
//
// Linux puts a page where the thread that first touches it wants it. While a `NearMemory` stands,
// its thread wants one node, as long as that has room: rings, pools and whatever else is made
// meanwhile lie there, and nothing that makes them has to know. (A policy on each range would need
// every maker of memory to know the node.) On a host with one node nothing is different.
//
// Shapes: none. Threads: the policy is that of the thread that made it, which also ends it; threads
// started meanwhile inherit it. Errors: a host without NUMA, or that refuses, leaves all as it was.
// Cost: two system calls, at the start.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace wirebook::node {

struct NodeConfig;

/// The NUMA node of a processor; none where the host does not say.
[[nodiscard]] std::optional<int> numa_node_of(std::uint32_t cpu);
/// That of the processor that match will be pinned to; none if it is not.
[[nodiscard]] std::optional<int> match_numa_node(const NodeConfig& config);
/// Where the page at `address` lies; none if it is not in memory, or the host does not say.
[[nodiscard]] std::optional<int> numa_node_at(const void* address);

class NearMemory {
 public:
  /// None: does nothing.
  explicit NearMemory(std::optional<int> node);
  ~NearMemory();
  NearMemory(const NearMemory&) = delete;
  NearMemory& operator=(const NearMemory&) = delete;

 private:
  static constexpr std::size_t nodes_max = 1024;  // the kernel's own limit

  bool set_ = false;
  int mode_before_ = 0;
  std::array<unsigned long, nodes_max / (8 * sizeof(unsigned long))> nodes_before_{};
};

}  // namespace wirebook::node
