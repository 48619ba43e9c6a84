#include "node/market/market_servers.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <poll.h>
#include <pthread.h>

#include "node/config/sizes.hpp"

namespace wirebook::node {

namespace {

std::unique_ptr<wire_out::MarketLog> log_or_new(std::unique_ptr<wire_out::MarketLog> log,
                                                const NodeConfig& config) {
  return log ? std::move(log) : std::make_unique<wire_out::MarketLog>(*market_log_size(config));
}

std::uint64_t random_seed() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

}  // namespace

MarketServers::MarketServers(const NodeConfig& config, const Clock& clock,
                             std::unique_ptr<wire_out::MarketLog> log, const Ending& ending)
    : tap_(config.market_data.behind_bytes_max),
      stage_({.config = config,
              .clock = clock,
              .tap = tap_,
              .log = log_or_new(std::move(log), config),
              .ending = ending,
              .seed = random_seed()}) {
  tap_.attach_bell(idle_.bell());
}

MarketServers::~MarketServers() { join(); }

void MarketServers::start() {
  thread_ = std::thread([this] { run(); });
}

void MarketServers::join() {
  if (thread_.joinable())
    thread_.join();
}

void MarketServers::read(NodeStatus& status) const {
  MarketStatus& market = status.market.emplace();
  market.addresses = stage_.addresses();
  market.messages_kept = stage_.kept();
  market.datagrams_lost = tap_.lost();
  for (std::size_t i = 0; i != MarketCounters::size; ++i)
    market.counts[i] = stage_.counters()[static_cast<MarketCount>(i)];
}

void MarketServers::take_notices(std::vector<std::string>& lines) {
  stage_.notices().consume_all(
      [&](const FeedNotice& notice) { lines.push_back(to_string(notice)); });
}

void MarketServers::run() noexcept {
  (void)pthread_setname_np(pthread_self(), "market");
  std::vector<pollfd> waits{{idle_.bell()->descriptor(), POLLIN, 0}};
  for (const int descriptor : stage_.descriptors())
    waits.push_back({descriptor, POLLIN, 0});
  const auto sleep = [&waits](std::chrono::nanoseconds longest) {
    const auto ns = std::max<std::chrono::nanoseconds::rep>(longest.count(), 0);
    const timespec timeout{.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
    ppoll(waits.data(), waits.size(), &timeout, nullptr);
  };
  while (!stage_.finished())
    idle_.wait(stage_.poll(), sleep);
}

}  // namespace wirebook::node
