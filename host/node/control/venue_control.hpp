// The venue's control: a thread of its own beside the stages. It answers on the control socket,
// carries out what is asked for, keeps the audit, and says the system events of the schedule when
// their time has come.
//
//   wirebook ctl ══► socket ─► request ─► act ─► slots … ─► answer, audit, log
//                        schedule ────────┘
//
// It lives as long as the program, over the days: a node is attached while its day lasts. Between
// the days it answers queries, and refuses acts.
//
// Shapes: see control_request.hpp and README.md of this folder. Threads: its own; `attach`,
// `detach`, `set_waiting` and `day_is_over` any. Errors: the constructor throws std::system_error
// where the socket or the audit is refused, StartRefused where the audit is no regular file. Cost:
// nothing while nobody asks but a look each 100 ms.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "node/config/config.hpp"
#include "node/node.hpp"

namespace wirebook::node {

class VenueControl {
 public:
  /// A line for the log of the program.
  using Log = std::function<void(const std::string& line)>;

  /// The socket is that of `table`, if it names one. An act that gets nowhere for `patience` is
  /// given up.
  VenueControl(const ControlTable& table, Log log,
               std::chrono::nanoseconds patience = std::chrono::seconds(10));
  ~VenueControl();
  VenueControl(const VenueControl&) = delete;
  VenueControl& operator=(const VenueControl&) = delete;

  /// From now on `node`, which has been started, is what it works on, by the node's schedule.
  void attach(Node& node);
  /// Before the node is stopped: who waits for an answer is told that the day has ended.
  void detach();
  /// What a status says while there is no node.
  void set_waiting(std::string text);

  /// The schedule's last time has come: the node is to be stopped.
  [[nodiscard]] bool day_is_over() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace wirebook::node
