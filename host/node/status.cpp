#include "node/status.hpp"

namespace wirebook::node {

double NodeStatus::bytes_copied_per_order() const {
  if (orders == 0)
    return 0;
  const std::uint64_t journal_bytes = journal ? journal->copied_bytes : 0;
  // Once into the inject ring, once out of it.
  const std::uint64_t injected_bytes =
      background ? 2 * (*background)[BackgroundCount::slot_bytes] : 0;
  return static_cast<double>(slot_bytes_written + injected_bytes + pool_bytes_written +
                             wire_bytes_written + journal_bytes) /
         static_cast<double>(orders);
}

}  // namespace wirebook::node
