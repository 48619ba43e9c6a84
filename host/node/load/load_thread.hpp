// One thread of a load run: its sessions send at scheduled times, whatever the replies do.
//
// Shapes: options in; counters and latencies out, which any thread may read while the run goes on.
// The schedule is an open loop: a message that goes out late, because the client or its limit of
// unanswered messages held it back, still counts from the time at which it was due.
// Where `cuts` are asked for, sessions over TCP lose their connection at random, and come back at
// their next number; the others send meanwhile.
// Threads: one at a time; `records` is for any. Errors: the constructor throws
// std::system_error without sockets; `log_in` says what went wrong. Cost: one thread's time.
// Specification: UFO 1.0, OUCH 5.0.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "node/load/load_mix.hpp"
#include "node/load/load_options.hpp"
#include "node/load/load_session.hpp"

namespace wirebook::node {

/// What came of a run.
struct LoadResult {
  std::uint64_t sending_ns = 0;  ///< from the first scheduled time to the last send
  std::uint64_t running_ns = 0;  ///< to the last reply
  bool stopped = false;          ///< before the end of its schedule
};

class LoadThread {
 public:
  explicit LoadThread(LoadOptions options);
  ~LoadThread();
  LoadThread(const LoadThread&) = delete;
  LoadThread& operator=(const LoadThread&) = delete;

  /// Logs every session in and learns its next UserRefNum. An empty text, or what went wrong.
  [[nodiscard]] std::string log_in();
  /// Sends until the schedule ends or `stop` becomes true, then waits for the last answers.
  LoadResult run(const std::atomic<bool>& stop);
  void log_off();

  [[nodiscard]] const LoadRecords& records() const { return *records_; }
  [[nodiscard]] const LoadStream& stream(std::size_t session) const {
    return sessions_[session]->client().stream();
  }

 private:
  void send_due(std::uint64_t now_ns);
  void send_one(std::uint64_t scheduled_ns);
  LoadSession* next_session();
  void cut_due(std::uint64_t now_ns);
  bool receive_all();
  bool receive_ready();
  [[nodiscard]] std::string watch_many();
  bool watch(std::size_t session);
  void tick_all(std::uint64_t now_ns);
  void wait(std::uint64_t until_ns);
  void drain();
  [[nodiscard]] std::uint64_t next_gap_ns();
  [[nodiscard]] std::size_t in_flight() const;
  [[nodiscard]] std::size_t unsettled() const;
  [[nodiscard]] bool schedule_ended() const;

  LoadOptions options_;
  std::unique_ptr<LoadRecords> records_;
  std::vector<std::unique_ptr<LoadSession>> sessions_;
  LoadMix mix_;
  LoadMix timing_;  ///< apart, and of cuts too, so that the orders are the same at every rate
  std::uint64_t start_ns_ = 0;
  std::uint64_t due_ns_ = 0;
  double due_fraction_ns_ = 0;
  std::uint64_t cut_ns_ = 0;  ///< when the next connection is to be cut
  std::uint64_t scheduled_ = 0;
  std::uint64_t tick_ns_ = 0;
  std::size_t turn_ = 0;
  bool held_back_ = false;
  int epoll_ = -1;  ///< -1: there are so few sessions that each is asked
  std::uint32_t looks_until_all_ = 1;
};

}  // namespace wirebook::node
