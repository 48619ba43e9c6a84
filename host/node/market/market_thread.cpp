#include "node/market/market_thread.hpp"

#include <algorithm>
#include <vector>

#include <poll.h>
#include <pthread.h>

namespace wirebook::node {

MarketThread::MarketThread(MarketStage& stage, MarketTap& tap) : stage_(&stage) {
  tap.attach_bell(idle_.bell());
}

MarketThread::~MarketThread() { join(); }

void MarketThread::start() {
  thread_ = std::thread([this] { run(); });
}

void MarketThread::join() {
  if (thread_.joinable())
    thread_.join();
}

void MarketThread::run() noexcept {
  (void)pthread_setname_np(pthread_self(), "market");
  std::vector<pollfd> waits{{idle_.bell()->descriptor(), POLLIN, 0}};
  for (const int descriptor : stage_->descriptors())
    waits.push_back({descriptor, POLLIN, 0});
  const auto sleep = [&waits](std::chrono::nanoseconds longest) {
    const auto ns = std::max<std::chrono::nanoseconds::rep>(longest.count(), 0);
    const timespec timeout{.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
    ppoll(waits.data(), waits.size(), &timeout, nullptr);
  };
  while (!stage_->finished())
    idle_.wait(stage_->poll(), sleep);
}

}  // namespace wirebook::node
