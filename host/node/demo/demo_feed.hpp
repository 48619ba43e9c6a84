// A listener of the node's ITCH feed that rebuilds the books from nothing else.
//
// Shapes: MoldUDP64 datagrams on a UDP port of 127.0.0.1, followed by wirebook::feed as anybody
// would; there is nobody to ask for what is missing. Threads: one of its own between `start` and
// `stop`; `state` from any. Errors: the constructor throws std::system_error where the host gives
// no socket; what never comes is counted. Cost: two system calls for up to 64 datagrams.
// Specification: MoldUDP64 1.00, ITCH 5.0.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "match/capacity.hpp"
#include "node/feed/feed_receiver.hpp"
#include "node/status.hpp"

namespace wirebook::node {

struct FeedState {
  std::uint64_t datagrams = 0;
  std::uint64_t messages = 0;
  std::uint64_t missing = 0;    ///< messages that never came
  std::uint64_t anomalies = 0;  ///< messages that do not fit the books, and malformed ones
  std::uint64_t trades = 0;
  bool ended = false;
  std::vector<BookTop> books;  ///< displayed orders; `live_orders` counts only those
};

class DemoFeed {
 public:
  /// Follows the instruments with locates 1 to `instruments`.
  DemoFeed(const match::Capacity& capacity, std::uint16_t instruments);
  ~DemoFeed();
  DemoFeed(const DemoFeed&) = delete;
  DemoFeed& operator=(const DemoFeed&) = delete;

  [[nodiscard]] Endpoint endpoint() const;
  void start();
  void stop();

  /// As of some milliseconds ago; after `stop`, of the end.
  [[nodiscard]] FeedState state() const;

 private:
  void listen();
  void publish();

  feed::FeedReceiver receiver_;  ///< the thread's own, while it runs
  std::uint16_t instruments_;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  FeedState state_;  ///< guarded by `mutex_`
  std::thread thread_;
};

}  // namespace wirebook::node
