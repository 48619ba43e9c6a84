#include "node/memory/near_memory.hpp"

#include <numa.h>
#include <numaif.h>

#include "node/config/config.hpp"
#include "node/stages/thread_plan.hpp"

namespace wirebook::node {

std::optional<int> numa_node_of(std::uint32_t cpu) {
  if (numa_available() < 0)
    return std::nullopt;
  const int node = numa_node_of_cpu(static_cast<int>(cpu));
  return node < 0 ? std::nullopt : std::optional(node);
}

std::optional<int> match_numa_node(const NodeConfig& config) {
  const ThreadPlan plan = plan_threads(config, usable_cpus());
  const std::optional<std::uint32_t> cpu = plan.threads[plan.thread_of(StageName::match)].cpu;
  return cpu ? numa_node_of(*cpu) : std::nullopt;
}

std::optional<int> numa_node_at(const void* address) {
  if (numa_available() < 0)
    return std::nullopt;
  void* page = const_cast<void*>(address);
  int node = -1;
  if (numa_move_pages(0, 1, &page, nullptr, &node, 0) != 0 || node < 0)
    return std::nullopt;
  return node;
}

NearMemory::NearMemory(std::optional<int> node) {
  if (!node || numa_available() < 0 || static_cast<std::size_t>(*node) >= nodes_max ||
      get_mempolicy(&mode_before_, nodes_before_.data(), nodes_max, nullptr, 0) != 0)
    return;
  constexpr std::size_t word_bits = 8 * sizeof(unsigned long);
  std::array<unsigned long, nodes_max / word_bits> nodes{};
  nodes[static_cast<std::size_t>(*node) / word_bits] = 1UL
                                                       << static_cast<unsigned>(*node) % word_bits;
  set_ = set_mempolicy(MPOL_PREFERRED, nodes.data(), nodes_max) == 0;
}

NearMemory::~NearMemory() {
  if (set_)
    (void)set_mempolicy(mode_before_, nodes_before_.data(), nodes_max);
}

}  // namespace wirebook::node
