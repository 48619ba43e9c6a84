#include "node/demo/demo_host.hpp"

#include <fstream>

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

namespace wirebook::node {
namespace {

constexpr unsigned cores_wanted = 5;  // ingress, match, wire out; clients; feed

template <class Number = long>
Number number_in(const char* file) {
  std::ifstream in(file);
  Number number = 0;
  in >> number;
  return in ? number : 0;
}

}  // namespace

unsigned usable_cores() {
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) != 0)
    return 1;
  return static_cast<unsigned>(CPU_COUNT(&cores));
}

std::vector<std::string> host_advice() {
  std::vector<std::string> lines;
  if (const unsigned cores = usable_cores(); cores < cores_wanted)
    lines.push_back(fmt::format(
        "cores: {} here. With {} or more each stage has a core to itself, and no latency is "
        "waiting for one.",
        cores, cores_wanted));
  // The load of the last minute, which the demo itself has no part in yet.
  if (const auto load = number_in<double>("/proc/loadavg"); load > usable_cores() / 2.0)
    lines.push_back(fmt::format(
        "other work: a load of {:.1f} on {} cores. Latencies will tell of waiting for a core.",
        load, usable_cores()));
  if (number_in("/proc/sys/vm/nr_hugepages") == 0)
    lines.emplace_back(
        "huge pages: none reserved. As root: echo 64 > /proc/sys/vm/nr_hugepages; then the rings "
        "need fewer TLB entries.");
  if (geteuid() != 0)
    lines.push_back(fmt::format(
        "root: not here. With it socket buffers may exceed net.core.rmem_max ({} bytes), so that "
        "bursts and pauses lose less.",
        number_in("/proc/sys/net/core/rmem_max")));
  return lines;
}

}  // namespace wirebook::node
