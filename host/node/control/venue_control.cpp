#include "node/control/venue_control.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <list>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/control/audit_file.hpp"
#include "node/control/control_answers.hpp"
#include "node/control/control_lines.hpp"
#include "node/control/control_request.hpp"
#include "node/control/control_socket.hpp"
#include "node/control/venue_acts.hpp"
#include "node/json/json_text.hpp"
#include "node/recovery/recovered_day.hpp"

namespace wirebook::node {

namespace {

constexpr int look_every_ms = 100;
constexpr int look_while_busy_ms = 1;
constexpr std::uint64_t idle_max_ns = 60'000 * ns_per_ms;

std::uint64_t steady_now() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() /
                                    std::chrono::nanoseconds(1));
}
std::int64_t unix_now() {
  return std::chrono::system_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

}  // namespace

class VenueControl::Loop {
 public:
  Loop(const ControlTable& table, Log log, std::chrono::nanoseconds patience)
      : log_(std::move(log)),
        patience_(patience),
        connections_max_(table.connections),
        audit_(table.audit),
        socket_(table.socket.empty() ? nullptr : std::make_unique<ControlSocket>(table)),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_ < 0)
      throw std::system_error(errno, std::generic_category(), "eventfd");
    check_audit();
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
    for (Connection& connection : connections_)
      send_answers(connection);
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
  /// Somebody at the socket. What he sends is not read while he has answers to take.
  struct Connection {
    Connection(int descriptor, const ControlPeer& who, std::uint64_t now)
        : file(descriptor), peer(who), used_at_ns(now) {}
    ~Connection() { close(file); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int file;
    ControlPeer peer;
    std::uint64_t used_at_ns;
    ControlLines lines;
    std::string answers;              ///< not sent yet
    bool waits = false;               ///< for its act
    bool ends = false;                ///< when its answers are sent
    std::optional<std::string> held;  ///< a line whose turn has not come: another act is under way
  };

  /// Whoever cannot keep an audit finds out before the first act.
  void check_audit() {
    if (audit_.path().empty())
      return;
    const int error = audit_.append(fmt::format(R"({{"time":"{}","start":{}}})"
                                                "\n",
                                                utc_text(unix_now()), getpid()));
    if (error == AuditFile::not_regular)
      throw StartRefused(
          ExitCode::configuration,
          fmt::format("control.audit: {}: {}", audit_.path(), AuditFile::text_of(error)));
    if (error != 0)
      throw std::system_error(error, std::generic_category(), "control.audit: " + audit_.path());
  }

  void ring() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof one);
  }

  void run() {
    while (!ends_.load()) {
      wait();
      const std::lock_guard lock(mutex_);
      now_ns_ = steady_now();
      accept_all();
      for (Connection& connection : connections_)
        receive(connection);
      if (acts_ != nullptr) {
        if (const std::optional<ActResult> result = acts_->poll(now_ns_))
          end_act(*result);
        keep_schedule();
      }
      for (Connection& connection : connections_)
        serve(connection);
      for (Connection& connection : connections_)
        send_answers(connection);
      connections_.remove_if([this](const Connection& connection) { return is_done(connection); });
    }
  }

  /// Connections come and go in this thread only.
  void wait() {
    std::vector<pollfd> waits{{wake_, POLLIN, 0}};
    int timeout = look_every_ms;
    {
      const std::lock_guard lock(mutex_);
      if (socket_ != nullptr && now_ns_ >= accept_at_ns_)
        waits.push_back({socket_->descriptor(), POLLIN, 0});
      const bool busy = acts_ != nullptr && acts_->busy();
      for (const Connection& connection : connections_) {
        const bool reads = connection.answers.empty() && !connection.waits && !connection.held;
        const int events = (reads ? POLLIN : 0) | (connection.answers.empty() ? 0 : POLLOUT);
        // Who waits for his act may hang up: that would wake us for nothing.
        waits.push_back({events == 0 ? -1 : connection.file, static_cast<short>(events), 0});
      }
      timeout = busy ? look_while_busy_ms : look_at_schedule_in();
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

  // --- the socket ---

  void accept_all() {
    if (socket_ == nullptr)
      return;
    ControlPeer peer;
    for (int file = socket_->accept(peer); file >= 0; file = socket_->accept(peer)) {
      Connection& connection = connections_.emplace_back(file, peer, now_ns_);
      if (connections_.size() <= connections_max_)
        continue;
      answer(connection, error_answer("too many connections"));
      connection.ends = true;
    }
    // A host without descriptors: whoever waits there would wake us all the time.
    if (errno != EAGAIN)
      accept_at_ns_ = now_ns_ + look_every_ms * ns_per_ms;
  }

  void receive(Connection& connection) {
    if (!connection.answers.empty() || connection.waits || connection.held || connection.ends)
      return;
    const std::span<char> room = connection.lines.room();
    const ssize_t bytes = room.empty() ? 0 : recv(connection.file, room.data(), room.size(), 0);
    if (bytes > 0) {
      connection.lines.filled(static_cast<std::size_t>(bytes));
      return;
    }
    if (!room.empty() && (bytes == 0 || (errno != EAGAIN && errno != EINTR)))
      connection.ends = true;  // what was asked whole is still answered
  }

  void serve(Connection& connection) {
    while (connection.answers.size() < answers_bytes_max && !connection.waits) {
      std::string line;
      if (connection.held) {
        line = *std::exchange(connection.held, std::nullopt);
      } else if (const std::optional<std::string_view> next = connection.lines.next()) {
        line = *next;
      } else {
        break;
      }
      connection.used_at_ns = now_ns_;
      if (!on_line(connection, line)) {
        connection.held = std::move(line);
        return;
      }
    }
    if (connection.lines.spoilt() && !connection.ends) {
      answer(connection,
             error_answer(fmt::format("a line is longer than {} bytes", control_line_bytes_max)));
      connection.ends = true;
    }
  }

  static void answer(Connection& connection, const std::string& text) {
    connection.answers += text;
    connection.answers += '\n';
  }

  void send_answers(Connection& connection) const {
    if (connection.answers.empty())
      return;
    const ssize_t bytes = send(connection.file, connection.answers.data(),
                               connection.answers.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (bytes > 0) {
      connection.answers.erase(0, static_cast<std::size_t>(bytes));
      connection.used_at_ns = now_ns_;
    } else if (errno != EAGAIN && errno != EINTR) {
      connection.answers.clear();
      connection.ends = true;
    }
  }

  [[nodiscard]] bool is_done(const Connection& connection) const {
    if (connection.waits)
      return false;  // its act goes on, whether it listens or not
    const bool idle = now_ns_ - connection.used_at_ns > idle_max_ns;
    return idle || (connection.ends && connection.answers.empty() && !connection.held);
  }

  // --- requests ---

  /// False: an act is under way, and this is another one.
  bool on_line(Connection& connection, const std::string& line) {
    ControlRequest request;
    if (const std::string error = parse_control_request(line, request); !error.empty()) {
      answer(connection, error_answer(error));
      return true;
    }
    if (!is_act(request)) {
      answer(connection, query_answer(request));
      return true;
    }
    if (node_ == nullptr) {
      answer(connection, error_answer("no day is under way: " + waiting_));
      return true;
    }
    if (acts_->busy())
      return false;
    begin_act(request, &connection);
    return true;
  }

  [[nodiscard]] std::string query_answer(const ControlRequest& request) const {
    if (request.verb == ControlVerb::help)
      return help_answer();
    if (node_ == nullptr)
      return fmt::format(R"({{"ok":true,"day":null,"waiting":{}}})", quoted(waiting_));
    switch (request.verb) {
      case ControlVerb::sessions:
        return sessions_answer(*node_);
      case ControlVerb::instruments:
        return instruments_answer(*node_);
      case ControlVerb::schedule:
        return schedule_answer(node_->venue().config.schedule, acts_->system_event());
      default:
        return status_answer(*node_, acts_->system_event());
    }
  }

  static std::string quoted(const std::string& text) {
    std::string out;
    append_json_string(out, text);
    return out;
  }

  /// `owner` null: the schedule.
  void begin_act(const ControlRequest& request, Connection* owner) {
    ++act_;
    act_line_ = to_line(request);
    const ControlPeer peer = owner == nullptr ? ControlPeer{.pid = getpid()} : owner->peer;
    act_peer_ = owner == nullptr ? "schedule" : fmt::format("pid {} uid {}", peer.pid, peer.uid);
    owner_ = owner;
    if (owner != nullptr)
      owner->waits = true;
    const std::string by = owner == nullptr ? R"("by":"schedule")"
                                            : fmt::format(R"("pid":{},"uid":{},"gid":{})", peer.pid,
                                                          peer.uid, peer.gid);
    const int error = audit_.append(fmt::format(R"({{"time":"{}","act":{},{},"request":{}}})"
                                                "\n",
                                                utc_text(unix_now()), act_, by, quoted(act_line_)));
    // The day goes on without its audit rather than not at all; a person can be told.
    if (error != 0 && owner != nullptr)
      return end_act({.error = fmt::format("nothing is done without the audit: {}: {}",
                                           audit_.path(), AuditFile::text_of(error))});
    if (error != 0)
      log_(fmt::format("control.audit: {}: {}", audit_.path(), AuditFile::text_of(error)));
    if (std::string why = acts_->begin(request, now_ns_); !why.empty())
      end_act({.error = std::move(why)});
  }

  void end_act(const ActResult& result) {
    const std::string outcome =
        result.ok()
            ? (result.first == result.last ? fmt::format("sequence {}", result.first)
                                           : fmt::format("{} slots, sequences {} to {}",
                                                         result.slots, result.first, result.last))
            : result.error;
    log_(fmt::format("control: {}: {}: {}{}{}", act_peer_, act_line_, outcome,
                     result.note.empty() ? "" : "; ", result.note));
    if (const int error = audit_.append(fmt::format(R"({{"time":"{}","act":{},{}}})"
                                                    "\n",
                                                    utc_text(unix_now()), act_,
                                                    act_fields(result, trading_day_)));
        error != 0)
      log_(fmt::format("control.audit: {}: {}", audit_.path(), AuditFile::text_of(error)));
    if (owner_ != nullptr) {
      owner_->waits = false;
      owner_->used_at_ns = now_ns_;
      answer(*owner_, act_answer(result, trading_day_));
    }
    // What found no room is due still.
    if (owner_ == nullptr && result.sent)
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

  static constexpr std::size_t answers_bytes_max = std::size_t{1} << 16;

  const Log log_;
  const std::chrono::nanoseconds patience_;
  const std::size_t connections_max_;
  const AuditFile audit_;
  const std::unique_ptr<ControlSocket> socket_;
  const int wake_;
  std::atomic<bool> ends_{false};
  std::atomic<bool> over_{false};

  std::mutex mutex_;  ///< of what follows
  Node* node_ = nullptr;
  std::unique_ptr<VenueActs> acts_;
  std::uint32_t trading_day_ = 0;
  std::string waiting_ = "none has begun";
  std::list<Connection> connections_;
  std::uint64_t now_ns_ = 0;
  std::uint64_t accept_at_ns_ = 0;
  char said_ = 0;    ///< by the schedule, of this day
  char saying_ = 0;  ///< … and what it said, or tries to say, last

  std::uint64_t act_ = 0;
  std::string act_line_;
  std::string act_peer_;
  Connection* owner_ = nullptr;
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
