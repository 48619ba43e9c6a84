#include "node/background/background_player.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <pthread.h>

#include "node/background/background_instruments.hpp"
#include "node/config/sizes.hpp"
#include "node/host_slots.hpp"
#include "node/stages/thread_plan.hpp"

namespace wirebook::node {

namespace {

/// Of the rings, so many parts are left to others.
constexpr std::size_t share = 4;
constexpr auto wait_for_room = std::chrono::microseconds(50);
constexpr std::uint64_t sleep_max_ns = ns_per_ms;
constexpr auto idle_look = std::chrono::milliseconds(2);
constexpr int goodbye_looks = 500;

std::uint64_t malformed_of(const OutcomeCounters& outcomes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < outcome_count; ++i)
    if (outcome_class(static_cast<Outcome>(i)) == OutcomeClass::malformed)
      sum += outcomes.count[i];
  return sum;
}

}  // namespace

BackgroundPlayer::BackgroundPlayer(const Parts& parts)
    : config_(&parts.config),
      clock_(&parts.clock),
      inject_(&parts.inject),
      slots_(&parts.slots),
      cpus_(parts.cpus),
      session_(background_session(parts.config)),
      tap_(session_),
      orders_(session_),
      pace_(parts.config.background.speed) {}

void BackgroundPlayer::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void BackgroundPlayer::stop() {
  thread_.request_stop();
  if (thread_.joinable())
    thread_.join();
}

void BackgroundPlayer::run(const std::stop_token& stop) {
  (void)keep_to(cpus_);  // a wish
  if (open_session(stop))
    play(stop);
  while (!stop.stop_requested()) {
    take_reports();
    push_leftovers(stop);
    std::this_thread::sleep_for(idle_look);
  }
  take_reports();
  close_session();
}

/// What number its first order may have is the engine's to say: in a day that goes on, the session
/// may have been there before.
bool BackgroundPlayer::open_session(const std::stop_token& stop) {
  const Slot up{
      .session =
          SessionBody{.cancel_on_disconnect = 1, .session = session_, .firm = Firm::from("ITCH")},
      .tail = {.kind = SlotKind::session_up}};
  const Slot query{
      .account =
          AccountBody{.session = session_, .symbol = Symbol::from(""), .firm = Firm::from("")},
      .tail = {.kind = SlotKind::account_query}};
  if (!push({&up, 1}, stop) || !push({&query, 1}, stop))
    return false;
  while (!has_number_ && !stop.stop_requested()) {
    take_reports();
    std::this_thread::sleep_for(wait_for_room);
  }
  orders_.begin_at(first_number_);
  return has_number_;
}

void BackgroundPlayer::play(const std::stop_token& stop) {
  RecordedFeed feed(config_->background.file, background_port(*config_));
  end(BackgroundState::playing);
  while (!stop.stop_requested() && !orders_.exhausted()) {
    const Slot* const message = feed.next();
    if (message == nullptr) {
      malformed_.store(malformed_of(feed.outcomes()), std::memory_order_relaxed);
      error_ = feed.error();
      return end(error_.empty() ? BackgroundState::played : BackgroundState::failed);
    }
    std::uint64_t now = clock_->steady_ns();
    const std::uint64_t due = pace_.due(message->feed.time(), is_add(message->tail.kind), now);
    for (; now < due && !stop.stop_requested(); now = clock_->steady_ns()) {
      take_reports();
      push_leftovers(stop);
      std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(due - now, sleep_max_ns)));
    }
    take_reports();
    push_leftovers(stop);
    if (stop.stop_requested())
      return;
    const BackgroundGroup group = orders_.on_message(*message);
    tell(*message, due, feed);
    if (group.count != 0 && !push(group.group(), stop))
      return;
  }
  if (orders_.exhausted())
    end(BackgroundState::exhausted);
}

void BackgroundPlayer::tell(const Slot& message, std::uint64_t due_ns, const RecordedFeed& feed) {
  const std::uint64_t now = clock_->steady_ns();
  live_orders_.store(orders_.live_orders(), std::memory_order_relaxed);
  recorded_time_.store(message.feed.time().raw, std::memory_order_relaxed);
  behind_ns_.store(now > due_ns ? now - due_ns : 0, std::memory_order_relaxed);
  malformed_.store(malformed_of(feed.outcomes()), std::memory_order_relaxed);
}

bool BackgroundPlayer::has_room(std::size_t slots) const {
  return inject_->used() + slots <= inject_->slots() / share &&
         slots_->used() <= slots_->slots() / share;
}

bool BackgroundPlayer::push(std::span<const Slot> group, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (has_room(group.size()) && inject_->push(group))
      return true;
    take_reports();
    std::this_thread::sleep_for(wait_for_room);
  }
  return false;
}

void BackgroundPlayer::take_reports() {
  BackgroundReport report;
  while (tap_.take(report)) {
    if (report.news == BackgroundNews::next_number) {
      has_number_ = true;
      first_number_ = report.number;
    }
    orders_.on_report(report);
  }
  if (const std::uint64_t lost = tap_.lost(); lost != reports_lost_) {
    reports_lost_ = lost;
    orders_.forget_awaited();
  }
}

void BackgroundPlayer::push_leftovers(const std::stop_token& stop) {
  for (;;) {
    const BackgroundGroup group = orders_.take_leftover();
    if (group.count == 0 || !push(group.group(), stop))
      return;
  }
}

/// A node that has come to an end by itself takes nothing more, and is not waited for long: its
/// next start ends the session.
void BackgroundPlayer::close_session() {
  const Slot down = session_down_slot(session_);
  for (int look = 0; look < goodbye_looks && !inject_->push(down); ++look)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

BackgroundStatus BackgroundPlayer::status() const {
  BackgroundStatus status;
  status.state = state_.load(std::memory_order_acquire);
  if (status.state == BackgroundState::failed)
    status.error = error_;
  status.speed = config_->background.speed;
  for (std::size_t i = 0; i < status.counts.size(); ++i)
    status.counts[i] = orders_.counters()[static_cast<BackgroundCount>(i)];
  status.live_orders = live_orders_.load(std::memory_order_relaxed);
  status.recorded_time = {recorded_time_.load(std::memory_order_relaxed)};
  status.behind_ns = behind_ns_.load(std::memory_order_relaxed);
  status.malformed = malformed_.load(std::memory_order_relaxed);
  status.reports_lost = tap_.lost();
  return status;
}

std::string BackgroundPlayer::line() const {
  const BackgroundConfig& config = config_->background;
  return fmt::format("background: {}, {}, as session {}", config.file,
                     config.speed > 0 ? fmt::format("{} times as fast as recorded", config.speed)
                                      : "as fast as it goes",
                     session_);
}

}  // namespace wirebook::node
