#include "node/control/venue_control.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "node/control/act_record.hpp"
#include "node/control/control_answers.hpp"
#include "node/control/control_connections.hpp"
#include "node/control/control_request.hpp"
#include "node/control/venue_acts.hpp"

namespace wirebook::node {

namespace {

constexpr int look_every_ms = 100;
constexpr int look_while_busy_ms = 1;

std::uint64_t steady_now() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() /
                                    std::chrono::nanoseconds(1));
}

}  // namespace

class VenueControl::Loop {
 public:
  Loop(const ControlTable& table, Log log, std::chrono::nanoseconds patience)
      : log_(std::move(log)),
        patience_(patience),
        connections_(table),
        record_(table.audit, log_),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_ < 0)
      throw std::system_error(errno, std::generic_category(), "eventfd");
    // Signals are the main thread's.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    thread_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  ~Loop() {
    ends_.store(true);
    ring();
    thread_.join();
    close(wake_);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void attach(Node& node) {
    const std::lock_guard lock(mutex_);
    node_ = &node;
    acts_ = std::make_unique<VenueActs>(node, patience_);
    trading_day_ = node.venue().clock.trading_day();
    said_ = 0;
    over_.store(false);
    ring();
  }

  void detach() {
    const std::lock_guard lock(mutex_);
    if (acts_ != nullptr && acts_->busy())
      end_act({.error = "the day has ended before there was an answer"});
    acts_.reset();
    node_ = nullptr;
  }

  void set_waiting(std::string text) {
    const std::lock_guard lock(mutex_);
    waiting_ = std::move(text);
  }

  [[nodiscard]] bool day_is_over() const { return over_.load(); }

 private:
  void ring() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof one);
  }

  void run() {
    while (!ends_.load()) {
      wait();
      const std::lock_guard lock(mutex_);
      now_ns_ = steady_now();
      connections_.receive(now_ns_);
      if (acts_ != nullptr) {
        if (const std::optional<ActResult> result = acts_->poll(now_ns_))
          end_act(*result);
        keep_schedule();
      }
      connections_.serve(
          [this](ControlConnection& from, const std::string& line) { return on_line(from, line); });
      connections_.send();
    }
  }

  /// Connections come and go in this thread only.
  void wait() {
    std::vector<pollfd> waits{{wake_, POLLIN, 0}};
    int timeout = look_while_busy_ms;
    {
      const std::lock_guard lock(mutex_);
      connections_.add_to(waits);
      if (acts_ == nullptr || !acts_->busy())
        timeout = look_at_schedule_in();
    }
    ::poll(waits.data(), waits.size(), timeout);
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t bytes = read(wake_, &count, sizeof count);
  }

  /// In ms; a clock that is not the host's may run at any speed.
  [[nodiscard]] int look_at_schedule_in() const {
    if (node_ == nullptr)
      return look_every_ms;
    const Node::Venue venue = node_->venue();
    if (!venue.config.schedule.on)
      return look_every_ms;
    if (venue.config.clock.source != nullptr)
      return look_while_busy_ms;
    const std::optional<NextEvent> next = next_event(venue.config.schedule, reached());
    if (!next)
      return look_every_ms;
    const std::uint64_t now = venue.clock.day().raw;
    const std::uint64_t in_ms = next->at.raw > now ? (next->at.raw - now) / ns_per_ms + 1 : 1;
    return static_cast<int>(std::min<std::uint64_t>(in_ms, look_every_ms));
  }

  // --- requests ---

  /// False: an act is under way, and this is another one.
  bool on_line(ControlConnection& from, const std::string& line) {
    ControlRequest request;
    if (const std::string error = parse_control_request(line, request); !error.empty())
      from.answer(error_answer(error));
    else if (!is_act(request))
      from.answer(node_ == nullptr
                      ? waiting_answer(request, waiting_)
                      : query_answer(request, *node_, acts_->system_event(), reached()));
    else if (node_ == nullptr)
      from.answer(error_answer("no day is under way: " + waiting_));
    else if (acts_->busy())
      return false;
    else
      begin_act(request, &from);
    return true;
  }

  /// `owner` null: the schedule.
  void begin_act(const ControlRequest& request, ControlConnection* owner) {
    owner_ = owner;
    if (owner != nullptr)
      owner->begin_act();
    const std::string error = record_.begin(request, owner != nullptr ? &owner->peer() : nullptr);
    // The day goes on without its audit rather than not at all; a person can be told.
    if (!error.empty() && owner != nullptr)
      return end_act({.error = "nothing is done without the audit: " + error});
    if (!error.empty())
      log_("control.audit: " + error);
    if (std::string why = acts_->begin(request, now_ns_); !why.empty())
      end_act({.error = std::move(why)});
  }

  void end_act(const ActResult& result) {
    record_.end(result, trading_day_);
    if (owner_ != nullptr)
      owner_->end_act(act_answer(result, trading_day_), now_ns_);
    else if (result.sent)  // what found no room is due still
      said_ = saying_;
    owner_ = nullptr;
    ring();
  }

  // --- the schedule ---

  /// A day that was opened again by hand does not begin anew.
  [[nodiscard]] char reached() const {
    const char now = acts_->system_event();
    return place_of_event(now) > place_of_event(said_) ? now : said_;
  }

  void keep_schedule() {
    const Node::Venue venue = node_->venue();
    if (!venue.config.schedule.on || acts_->busy())
      return;
    const std::optional<NextEvent> next = next_event(venue.config.schedule, reached());
    if (!next || venue.clock.day() < next->at || !acts_->is_open())
      return;
    if (next->code == 'C')
      return over_.store(true);
    // A node that has failed takes nothing any more.
    if (!node_->failure().empty())
      return;
    saying_ = next->code;
    begin_act({.verb = ControlVerb::event, .code = next->code}, nullptr);
  }

  const Log log_;
  const std::chrono::nanoseconds patience_;
  ControlConnections connections_;
  ActRecord record_;
  const int wake_;
  std::atomic<bool> ends_{false};
  std::atomic<bool> over_{false};

  std::mutex mutex_;  ///< of what follows, and of the record and the connections
  Node* node_ = nullptr;
  std::unique_ptr<VenueActs> acts_;
  std::uint32_t trading_day_ = 0;
  std::string waiting_ = "none has begun";
  std::uint64_t now_ns_ = 0;
  char said_ = 0;    ///< by the schedule, of this day
  char saying_ = 0;  ///< … and what it said, or tries to say, last

  ControlConnection* owner_ = nullptr;  ///< of the act that is under way; null: the schedule
  std::thread thread_;
};

VenueControl::VenueControl(const ControlTable& table, Log log, std::chrono::nanoseconds patience)
    : loop_(std::make_unique<Loop>(table, std::move(log), patience)) {}
VenueControl::~VenueControl() = default;
void VenueControl::attach(Node& node) { loop_->attach(node); }
void VenueControl::detach() { loop_->detach(); }
void VenueControl::set_waiting(std::string text) { loop_->set_waiting(std::move(text)); }
bool VenueControl::day_is_over() const { return loop_->day_is_over(); }

}  // namespace wirebook::node
