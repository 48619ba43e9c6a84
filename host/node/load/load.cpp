#include "node/load/load.hpp"

#include <algorithm>
#include <thread>

#include "wirebook/assert.hpp"

#include "node/sockets/descriptors.hpp"

namespace wirebook::node {
namespace {

/// The share of thread `i` of `count`: its accounts are those at i, i + count, …
LoadOptions share_of(const LoadOptions& all, std::size_t i, std::size_t count) {
  LoadOptions share = all;
  share.accounts.clear();
  for (std::size_t account = i; account < all.accounts.size(); account += count)
    share.accounts.push_back(all.accounts[account]);
  const auto divisor = static_cast<double>(count);
  share.rate = all.rate / divisor;
  share.cuts = all.cuts / divisor;
  share.messages = all.messages / count + (i < all.messages % count ? 1 : 0);
  share.in_flight_max =
      std::max<std::uint32_t>(all.in_flight_max / static_cast<std::uint32_t>(count), 1);
  share.seed = all.seed + 2 * i;
  return share;
}

}  // namespace

Load::Load(const LoadOptions& options) : options_(options) {
  WIREBOOK_ASSERT(!options.accounts.empty() && options.threads != 0);
  ask_for_descriptors(2 * options.accounts.size());  // a connection that hangs, and the next one
  std::size_t count = std::min<std::size_t>(options.threads, options.accounts.size());
  if (options.messages != 0)
    count = std::min<std::size_t>(count, options.messages);
  for (std::size_t i = 0; i < count; ++i)
    threads_.push_back(std::make_unique<LoadThread>(share_of(options, i, count)));
}

std::string Load::log_in() {
  for (const auto& thread : threads_)
    if (std::string problem = thread->log_in(); !problem.empty())
      return problem;
  return "";
}

LoadResult Load::run(const std::atomic<bool>& stop) {
  std::vector<LoadResult> results(threads_.size());
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads_.size(); ++i)
      others.emplace_back([&, i] { results[i] = threads_[i]->run(stop); });
    results[0] = threads_[0]->run(stop);
  }
  LoadResult result;
  for (const LoadResult& each : results) {
    result.sending_ns = std::max(result.sending_ns, each.sending_ns);
    result.running_ns = std::max(result.running_ns, each.running_ns);
    result.stopped = result.stopped || each.stopped;
  }
  if (threads_.size() > 1)
    for (const auto& thread : threads_)
      all_->merge(thread->records());
  return result;
}

void Load::log_off() {
  for (const auto& thread : threads_)
    thread->log_off();
}

}  // namespace wirebook::node
