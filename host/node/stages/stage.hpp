// A stage as its thread sees it, and how the stages come to an end one after the other.
//
// Shapes: none. Threads: a stage is polled by one thread. Errors: none. Cost: a virtual call a
// poll.
#pragma once

#include <atomic>

namespace wirebook::node {

class Stage {
 public:
  virtual ~Stage() = default;

  /// Does some of what there is to do and never waits; says whether there was anything.
  virtual bool poll() noexcept = 0;
  /// There will be nothing more to do.
  [[nodiscard]] virtual bool finished() const noexcept = 0;
};

/// Each is set once, after the last thing that its stage hands on. Match and the journal end after
/// ingress, wire_out after both.
struct Ending {
  std::atomic<bool> wanted{false};
  std::atomic<bool> ingress{false};
  std::atomic<bool> match{false};
  std::atomic<bool> journal{false};
  std::atomic<bool> wire_out{false};

  /// What is only said again in the end is not said any more.
  std::atomic<bool> hurry{false};
  /// The journal takes nothing more: ingress ends as it stands, without the day's last words.
  std::atomic<bool> cut{false};
  /// The day is not over when the stages have ended: no closing events, no end of session.
  std::atomic<bool> keeps_day{false};
  /// The day's E is in the stream; what is left to say is C.
  std::atomic<bool> day_ended{false};
  /// Not for good: the journal's disk is full, and orders are refused until there is room.
  alignas(64) std::atomic<bool> orders_refused{false};
};

}  // namespace wirebook::node
