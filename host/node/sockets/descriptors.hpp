// So many descriptors as many connections need: the soft limit is often 1,024.
//
// Shapes: counts. Threads: any. Errors: the count that is allowed says whether it is enough.
// Cost: start-up only.
#pragma once

#include <algorithm>

#include <sys/resource.h>

namespace wirebook::node {

/// Raises the soft limit to `connections` and some for everything else, as far as the hard one
/// lets us. Gives how many connections there may be now.
inline rlim_t ask_for_descriptors(rlim_t connections) {
  constexpr rlim_t others = 128;  // files, rings, the feed
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return connections;
  if (limit.rlim_cur < connections + others) {
    limit.rlim_cur = std::min(connections + others, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur - std::min(limit.rlim_cur, others);
}

}  // namespace wirebook::node
