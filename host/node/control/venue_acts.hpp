// Carries out what the venue's control asks of a running node, and finds out what became of it.
//
//   request ──► slots ──► inject ring ──► … ──► match ──► reports ──► result: sequence, refusal
//          └──► session desk ──► ingress ──► slots ──────────┘
//
// One act at a time; none waits inside a call. A result is told when its slots may be: in `durable`
// mode when they are on stable storage.
//
// Shapes: see control_request.hpp. Threads: one. Errors: `ActResult::error`, for people.
// Cost: whatever a slot costs; nobody of the stages waits for this.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "wirebook/slot.hpp"

#include "node/control/act_plan.hpp"
#include "node/control/control_request.hpp"
#include "node/control/match_reports.hpp"
#include "node/node.hpp"

namespace wirebook::node {

struct ActResult {
  std::string error;        ///< empty: it was done
  std::string note;         ///< what to know besides
  std::size_t slots = 0;    ///< so many of its slots have their place in the stream
  std::uint64_t first = 0;  ///< the sequence of the first of them …
  std::uint64_t last = 0;   ///< … and of the last
  bool sent = true;         ///< false: there was no room for any of it, so it may be asked again
  [[nodiscard]] bool ok() const { return error.empty(); }
};

class VenueActs {
 public:
  /// `node` has been started and outlives this. An act that gets nowhere for `patience` is given
  /// up.
  VenueActs(Node& node, std::chrono::nanoseconds patience);

  [[nodiscard]] bool busy() const { return under_way_; }
  /// Acts are taken: the day's opening is over.
  [[nodiscard]] bool is_open() const { return open_; }
  /// Not busy. An empty text, or why it is not even begun.
  [[nodiscard]] std::string begin(const ControlRequest& request, std::uint64_t steady_ns);
  /// Does what there is to do; the result, when there is one. Also while nothing is under way: then
  /// it follows what others do.
  [[nodiscard]] std::optional<ActResult> poll(std::uint64_t steady_ns);

  /// The system event that the day has come to.
  [[nodiscard]] char system_event() const { return venue_.system_event; }

 private:
  /// A slot that match will report.
  struct Expected {
    Slot slot;
    bool abandoned = false;
  };

  void take_steps();
  bool take_slot(const Slot& slot);
  bool take_request(SessionDesk::Request request);
  void take_answer();
  void take_reports();
  bool introduces(const MatchReport& report);
  void on_expected(const MatchReport& report);
  void follow(const MatchReport& report);
  std::optional<ActResult> finish();
  void give_up(const std::string& why);

  Node* node_;
  std::chrono::nanoseconds patience_;
  Node::Venue venue_;  ///< as reports have changed it since
  bool open_ = false;

  bool under_way_ = false;
  ControlRequest request_;
  ActPlan plan_;
  std::size_t next_step_ = 0;
  std::size_t sent_ = 0;  ///< slots and requests of the act that others have, or had
  std::deque<Expected> expected_;
  bool at_desk_ = false;  ///< a request lies there
  std::uint64_t changed_at_ns_ = 0;
  ActResult result_;
};

}  // namespace wirebook::node
