// SIGINT and SIGTERM as a flag, for as long as an object of this class lives.
//
// Threads: one object at a time; the flag may be read by any. Errors: none. Cost: start-up only.
#pragma once

#include <atomic>
#include <csignal>

namespace wirebook::node {

class LoadInterrupt {
 public:
  LoadInterrupt();
  ~LoadInterrupt();
  LoadInterrupt(const LoadInterrupt&) = delete;
  LoadInterrupt& operator=(const LoadInterrupt&) = delete;

  [[nodiscard]] const std::atomic<bool>& flag() const;

 private:
  struct sigaction before_int_ {};
  struct sigaction before_term_ {};
};

}  // namespace wirebook::node
