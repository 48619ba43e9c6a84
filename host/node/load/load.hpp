// A load run: sessions that send at scheduled times, whatever the replies do, on one thread or on
// several that each have their share of the sessions and of the rate.
//
// Shapes: options in; counters and latencies out. Threads: one calls. `records` is for any: with
// one thread also while the run goes on, with several it has all of it when `run` has returned.
// Errors: the constructor throws std::system_error without sockets; `log_in` says what went wrong.
// Cost: so many threads' time. Specification: see load_thread.hpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node/load/load_thread.hpp"

namespace wirebook::node {

class Load {
 public:
  explicit Load(const LoadOptions& options);
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  /// Logs every session in and learns its next UserRefNum. An empty text, or what went wrong.
  [[nodiscard]] std::string log_in();
  /// Sends until the schedule ends or `stop` becomes true, then waits for the last answers.
  LoadResult run(const std::atomic<bool>& stop);
  void log_off();

  [[nodiscard]] const LoadOptions& options() const { return options_; }
  [[nodiscard]] const LoadRecords& records() const {
    return threads_.size() == 1 ? threads_[0]->records() : *all_;
  }
  /// What the session of this account was told, over TCP.
  [[nodiscard]] const LoadStream& stream(std::size_t account) const {
    return threads_[account % threads_.size()]->stream(account / threads_.size());
  }

 private:
  LoadOptions options_;
  std::vector<std::unique_ptr<LoadThread>> threads_;
  std::unique_ptr<LoadRecords> all_ = std::make_unique<LoadRecords>();
};

}  // namespace wirebook::node
