// How far a recovery has come, for whoever waits for the node: a bar on a terminal, else a line now
// and then.
//
// Shapes: bytes. Threads: one. Errors: none. Cost: a clock read a call, a write ten times a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace wirebook::node {

/// "[##########          ]  50 %, 0.5 of 1.0 GiB of the journal read".
[[nodiscard]] std::string recovery_text(std::uint64_t done, std::uint64_t all, bool bar);

class RecoveryBar {
 public:
  /// To this descriptor; it asks whether that is a terminal.
  explicit RecoveryBar(int descriptor);
  /// Takes the bar away.
  ~RecoveryBar();
  RecoveryBar(const RecoveryBar&) = delete;
  RecoveryBar& operator=(const RecoveryBar&) = delete;

  void show(std::uint64_t done, std::uint64_t all);

 private:
  using Time = std::chrono::steady_clock::time_point;

  void write(const std::string& text) const;

  const int descriptor_;
  const bool terminal_;
  const std::chrono::milliseconds every_;
  Time next_;
  bool shown_ = false;
};

}  // namespace wirebook::node
