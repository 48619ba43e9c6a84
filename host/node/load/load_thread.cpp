#include "node/load/load_thread.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <system_error>

#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "wirebook/assert.hpp"

#include "node/load/load_clock.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {
namespace {

constexpr std::uint64_t tick_every_ns = 1'000'000;
constexpr std::uint64_t seconds_to_ns = 1'000'000'000;
constexpr std::uint64_t quiet_ns = 20'000'000;  // after which nothing more is on its way
constexpr std::size_t sends_at_once_max = 16;   // then replies are taken in, if sends lag behind
constexpr std::size_t polled_max = 64;
constexpr std::uint32_t looks_between_all = 1000;

}  // namespace

LoadThread::LoadThread(LoadOptions options)
    : options_(std::move(options)),
      records_(std::make_unique<LoadRecords>()),
      mix_(options_.seed, options_.symbols.size()),
      timing_(options_.seed + 1, 1) {
  WIREBOOK_ASSERT(!options_.accounts.empty() && options_.rate > 0);
  for (const LoadAccount& account : options_.accounts)
    sessions_.push_back(std::make_unique<LoadSession>(options_, account, *records_));
}

LoadThread::~LoadThread() {
  if (epoll_ >= 0)
    close(epoll_);
}

std::string LoadThread::log_in() {
  const std::uint64_t start_ns = load_clock_ns();
  for (const auto& session : sessions_)
    session->log_in(start_ns);
  for (;;) {
    const std::uint64_t now_ns = load_clock_ns();
    receive_all();
    tick_all(now_ns);
    std::size_t ready = 0;
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      const LoadSession& session = *sessions_[i];
      if (session.client().state() == LoadClient::State::refused)
        return "login of " + std::string(options_.accounts[i].username.view()) + " refused: " +
               (session.client().refusal() == 'A' ? "not authorized" : "no such session");
      if (session.client().state() == LoadClient::State::ended)
        return std::string(options_.accounts[i].username.view()) + " has no connection to " +
               to_string(options_.to) + ": " + session.client().why_ended();
      ready += session.ready() ? 1U : 0U;
    }
    if (ready == sessions_.size())
      return watch_many();
    if (now_ns - start_ns > std::uint64_t{options_.login_timeout_ms} * 1'000'000)
      return std::to_string(sessions_.size() - ready) + " of " + std::to_string(sessions_.size()) +
             " sessions got no answer to their login";
    wait(now_ns + tick_every_ns);
  }
}

void LoadThread::log_off() {
  for (const auto& session : sessions_)
    session->log_off();
}

LoadResult LoadThread::run(const std::atomic<bool>& stop) {
  // Sleeps that end when they are to, not 50 us later.
  prctl(PR_SET_TIMERSLACK, 1);
  LoadResult result;
  start_ns_ = load_clock_ns();
  cut_ns_ = start_ns_;
  due_ns_ = start_ns_ + next_gap_ns();
  while (!schedule_ended() && !stop.load(std::memory_order_relaxed)) {
    const std::uint64_t now_ns = load_clock_ns();
    send_due(now_ns);
    cut_due(now_ns);
    const bool received = receive_all();
    tick_all(now_ns);
    if (!received && due_ns_ > load_clock_ns())
      wait(std::min(due_ns_, tick_ns_ + tick_every_ns));
  }
  result.stopped = !schedule_ended();
  result.sending_ns = load_clock_ns() - start_ns_;
  drain();
  records_->counters.add(LoadCount::unanswered, in_flight());
  result.running_ns = load_clock_ns() - start_ns_;
  return result;
}

/// Takes in what is under way: until all is answered and nothing more comes, or long enough.
void LoadThread::drain() {
  const std::uint64_t until_ns = load_clock_ns() + std::uint64_t{options_.drain_ms} * 1'000'000;
  std::uint64_t now_ns = load_clock_ns();
  std::uint64_t last_ns = now_ns;
  while (now_ns < until_ns && (unsettled() != 0 || now_ns - last_ns < quiet_ns)) {
    const bool received = receive_all();
    tick_all(now_ns);
    now_ns = load_clock_ns();
    if (received)
      last_ns = now_ns;
    else
      wait(now_ns + tick_every_ns);
  }
}

bool LoadThread::schedule_ended() const {
  if (options_.messages != 0)
    return scheduled_ >= options_.messages;
  return due_ns_ > start_ns_ + static_cast<std::uint64_t>(options_.seconds *
                                                          static_cast<double>(seconds_to_ns));
}

std::uint64_t LoadThread::next_gap_ns() {
  const double mean_ns = static_cast<double>(seconds_to_ns) / options_.rate;
  const double gap_ns =
      options_.gaps == LoadGaps::uniform ? mean_ns : -std::log1p(-timing_.share()) * mean_ns;
  // What a whole number of nanoseconds leaves over is carried on: the rate holds exactly.
  due_fraction_ns_ += gap_ns;
  const double whole = std::floor(due_fraction_ns_);
  due_fraction_ns_ -= whole;
  return static_cast<std::uint64_t>(whole);
}

void LoadThread::send_due(std::uint64_t now_ns) {
  for (std::size_t i = 0; i < sends_at_once_max && due_ns_ <= now_ns && !schedule_ended(); ++i) {
    if (in_flight() >= options_.in_flight_max) {
      if (!held_back_)
        records_->counters.add(LoadCount::held_back);
      held_back_ = true;
      return;
    }
    held_back_ = false;
    send_one(due_ns_);
    ++scheduled_;
    due_ns_ += next_gap_ns();
  }
}

/// By turns; not one whose connection was cut, if there is another.
LoadSession* LoadThread::next_session() {
  LoadSession* session = nullptr;
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    session = sessions_[turn_].get();
    turn_ = turn_ + 1 < sessions_.size() ? turn_ + 1 : 0;
    if (session->client().state() == LoadClient::State::up)
      break;
  }
  return session;
}

void LoadThread::cut_due(std::uint64_t now_ns) {
  constexpr std::uint32_t back_ns_max = 20'000'000;
  if (options_.cuts == 0 || now_ns < cut_ns_)
    return;
  cut_ns_ = now_ns + static_cast<std::uint64_t>(static_cast<double>(seconds_to_ns) / options_.cuts);
  // A third of them take the session over from a connection that the server thinks well of.
  LoadSession& session = *sessions_[timing_.below(static_cast<std::uint32_t>(sessions_.size()))];
  const bool hangs = timing_.below(3) == 0;
  session.cut(now_ns + (hangs ? 0 : timing_.below(back_ns_max)), hangs);
}

void LoadThread::send_one(std::uint64_t scheduled_ns) {
  LoadSession& session = *next_session();
  LoadAction action = mix_.action();
  if (action == LoadAction::add && session.idle_orders() >= options_.live_orders_max)
    action = LoadAction::cancel;
  const bool needs_order = action == LoadAction::cancel || action == LoadAction::replace;
  if (needs_order && session.idle_orders() == 0)
    action = LoadAction::add;
  switch (action) {
    case LoadAction::cancel:
      return session.cancel(mix_, scheduled_ns);
    case LoadAction::replace:
      return session.replace(mix_, scheduled_ns);
    default:
      return session.enter(mix_.order(action == LoadAction::ioc), scheduled_ns);
  }
}

/// Many sessions are not asked one by one whether anything came.
std::string LoadThread::watch_many() {
  if (sessions_.size() <= polled_max)
    return "";
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  for (std::size_t i = 0; i < sessions_.size(); ++i)
    if (!watch(i))
      return "epoll: " + std::generic_category().message(errno);
  return "";
}

bool LoadThread::watch(std::size_t session) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = session;
  return epoll_ctl(epoll_, EPOLL_CTL_ADD, sessions_[session]->client().socket(), &event) == 0;
}

bool LoadThread::receive_ready() {
  std::array<epoll_event, 256> events{};
  const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  bool any = false;
  for (int i = 0; i < ready; ++i)
    any = sessions_[events[static_cast<std::size_t>(i)].data.u64]->receive() || any;
  return any;
}

bool LoadThread::receive_all() {
  // Heartbeats go with a look at everybody, now and then.
  if (epoll_ >= 0 && --looks_until_all_ != 0)
    return receive_ready();
  looks_until_all_ = looks_between_all;
  bool any = false;
  for (const auto& session : sessions_)
    any = session->receive() || any;
  return any;
}

void LoadThread::tick_all(std::uint64_t now_ns) {
  if (now_ns - tick_ns_ < tick_every_ns)
    return;
  tick_ns_ = now_ns;
  for (std::size_t i = 0; i < sessions_.size(); ++i)
    if (sessions_[i]->tick(now_ns) && epoll_ >= 0)
      watch(i);
}

std::size_t LoadThread::in_flight() const { return records_->in_flight; }

std::size_t LoadThread::unsettled() const {
  std::size_t sum = 0;
  for (const auto& session : sessions_)
    sum += session->in_flight() + session->open_iocs() +
           (session->client().state() == LoadClient::State::logging_in ? 1U : 0U);
  return sum;
}

void LoadThread::wait(std::uint64_t until_ns) {
  if (options_.wait == LoadWait::spin)
    return;
  if (options_.wait == LoadWait::yield) {
    sched_yield();
    return;
  }
  std::array<pollfd, polled_max> sockets{};
  const std::size_t count = epoll_ >= 0 ? 1 : std::min(sessions_.size(), polled_max);
  for (std::size_t i = 0; i < count; ++i)
    sockets[i] = {.fd = epoll_ >= 0 ? epoll_ : sessions_[i]->client().socket(),
                  .events = POLLIN,
                  .revents = 0};
  const std::uint64_t now_ns = load_clock_ns();
  const std::uint64_t sleep_ns = until_ns > now_ns ? until_ns - now_ns : 0;
  const timespec timeout{.tv_sec = static_cast<time_t>(sleep_ns / seconds_to_ns),
                         .tv_nsec = static_cast<long>(sleep_ns % seconds_to_ns)};
  ppoll(sockets.data(), count, &timeout, nullptr);
}

}  // namespace wirebook::node
