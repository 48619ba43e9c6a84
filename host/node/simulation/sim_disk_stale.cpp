// The plant `stale-rewrite`: what two writes of one block in flight come to.
#include <cstring>

#include "node/simulation/sim_disk.hpp"

namespace wirebook::simulation {

namespace {

constexpr std::uint32_t stale_steps = 12;

}  // namespace

void SimDisk::keep_stale(const Job& job) {
  const journal::Request& request = job.request;
  if (request.used_bytes == request.bytes || random_->below(4) != 0)
    return;
  Stale stale{.file = segments_[request.segment].file,
              .offset = request.offset + request.bytes - journal::block_bytes,
              .bytes = {},
              .wait = stale_steps};
  std::memcpy(stale.bytes.data(), drive_->view(stale.file).data() + stale.offset,
              journal::block_bytes);
  stale_.push_back(stale);
}

bool SimDisk::step_stale() {
  Stale& stale = stale_.front();
  if (--stale.wait != 0)
    return false;
  drive_->write(stale.file, stale.offset, stale.bytes);
  drive_->sync(stale.file, stale.offset, stale.bytes.size());
  stale_.erase(stale_.begin());
  return true;
}

}  // namespace wirebook::simulation
