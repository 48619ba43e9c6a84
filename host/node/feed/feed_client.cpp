#include "node/feed/feed_client.hpp"

#include <algorithm>

namespace wirebook::feed {

std::string_view to_text(FeedState state) {
  switch (state) {
    case FeedState::waiting:
      return "waiting";
    case FeedState::backfill:
      return "backfill";
    case FeedState::synchronized:
      return "synchronized";
    case FeedState::gap_fill:
      return "gap fill";
    case FeedState::ended:
      return "ended";
  }
  return "unknown";
}

FeedClient::FeedClient(const FeedClientOptions& options, FeedClientSink& sink)
    : options_(options),
      sink_(&sink),
      lines_(options.lines, *this),
      requests_(options.requests),
      glimpse_(options.glimpse, *this) {}

// ── What comes in ───────────────────────────────────────────────────────────────────────────────

void FeedClient::on_datagram(Line line, Bytes payload, std::uint64_t now_ns) noexcept {
  now_ns_ = now_ns;
  (void)lines_.on_datagram(line, payload, now_ns);  // counted there
}

void FeedClient::on_glimpse_connected(std::uint64_t now_ns) noexcept {
  now_ns_ = now_ns;
  glimpse_.on_connected(now_ns);
}

void FeedClient::on_glimpse_bytes(Bytes bytes, std::uint64_t now_ns) noexcept {
  now_ns_ = now_ns;
  glimpse_.on_bytes(bytes, now_ns);
}

void FeedClient::on_glimpse_closed(std::uint64_t now_ns) noexcept {
  now_ns_ = now_ns;
  glimpse_.on_closed();
}

void FeedClient::poll(std::uint64_t now_ns) noexcept {
  now_ns_ = now_ns;
  if (lines_.session()) {
    settle();
    drive_snapshot();
    mend();
  }
  update_state();
}

// ── Sessions and messages ───────────────────────────────────────────────────────────────────────

void FeedClient::on_session(const Alpha<10>& session, std::uint64_t number) noexcept {
  if (glimpse_.active()) {
    glimpse_.stop();
    sink_->close_glimpse();
  }
  requests_.reset();
  forget_settled();
  snapshot_wanted_ = false;
  avoid_snapshot_ = false;
  books_void_ = false;
  snapshot_failures_ = 0;
  ++status_.sessions;
  status_.complete = true;
  backfill_to_ = number;
  sink_->on_session(session);
  if (number == 1)
    return;
  if (wants_snapshot(number - 1)) {
    want_snapshot(1);
  } else if (options_.has_rerequest) {
    lines_.start_at(1);
  } else {
    pass_over(1, number - 1);
  }
}

void FeedClient::on_message(std::uint64_t number, Bytes message) noexcept {
  sink_->on_message(number, message);
}

// ── What is missing ─────────────────────────────────────────────────────────────────────────────

/// What was known a whole patience ago has had its time.
void FeedClient::settle() noexcept {
  if (now_ns_ - mark_ns_ < options_.patience_ns)
    return;
  settled_end_ = mark_end_;
  mark_end_ = lines_.known_end();
  mark_ns_ = now_ns_;
}

void FeedClient::mend() noexcept {
  if (lines_.holding())
    return;
  const std::uint64_t expected = lines_.expected();
  const bool missing = expected < std::min(settled_end_, lines_.known_end());
  if (missing && wants_snapshot(missing_count()))
    return want_snapshot(expected);
  if (missing && !options_.has_rerequest)
    return give_up();
  if (missing || requests_.under_way() != 0)
    ask();
  if (missing && requests_.unserved(expected, now_ns_))
    give_up();
  if (lines_.expected() >= lines_.known_end())
    avoid_snapshot_ = false;
}

std::uint64_t FeedClient::missing_count() const {
  const std::uint64_t behind = lines_.known_end() - lines_.expected();
  return behind - std::min<std::uint64_t>(behind, lines_.window().held());
}

void FeedClient::ask() noexcept {
  requests_.look(lines_.window(), settled_end_, now_ns_);
  while (const auto run = requests_.next_due(lines_.expected(), now_ns_)) {
    ++status_.requests;
    sink_->send_request(
        {.session = *lines_.session(), .sequence_number = run->first, .message_count = run->count});
  }
}

/// Nobody serves what is wanted next.
void FeedClient::give_up() noexcept {
  avoid_snapshot_ = false;
  const std::uint64_t first = lines_.expected();
  if (options_.has_glimpse)
    return want_snapshot(first);
  const std::uint64_t next = lines_.window().first_held(first, settled_end_);
  pass_over(first, next - first);
  lines_.start_at(next);
}

void FeedClient::pass_over(std::uint64_t first, std::uint64_t count) noexcept {
  status_.complete = false;
  ++status_.holes;
  status_.lost += count;
  sink_->on_hole(first, count);
}

// ── Snapshots ───────────────────────────────────────────────────────────────────────────────────

/// Half of the window keeps what came, the other half waits for what will.
void FeedClient::want_snapshot(std::uint64_t resume_at) noexcept {
  resume_at_ = resume_at;
  const std::uint64_t half = lines_.window().capacity() / 2;
  const std::uint64_t end = lines_.known_end();
  lines_.hold(std::max(lines_.expected(), end > half ? end - half : 1));
  requests_.reset();
  snapshot_wanted_ = true;
}

void FeedClient::drive_snapshot() noexcept {
  if (glimpse_.active())
    return glimpse_.poll(now_ns_);
  if (!snapshot_wanted_ || now_ns_ < snapshot_at_ns_)
    return;
  snapshot_at_ns_ = now_ns_ + options_.snapshot_retry_ns;
  glimpse_.start(now_ns_);
  sink_->connect_glimpse();
}

void FeedClient::on_snapshot_begin() noexcept {
  books_void_ = true;
  sink_->on_snapshot_begin();
}

void FeedClient::on_snapshot_message(Bytes message) noexcept {
  sink_->on_snapshot_message(message);
}

void FeedClient::on_snapshot_end(std::uint64_t next_number) noexcept {
  sink_->close_glimpse();
  snapshot_wanted_ = false;
  snapshot_failures_ = 0;
  books_void_ = false;
  ++status_.snapshots;
  status_.complete = true;
  forget_settled();
  sink_->on_snapshot_end(next_number);
  lines_.release(next_number);
  backfill_to_ = lines_.known_end();
}

void FeedClient::on_snapshot_failed(GlimpseFailure why) noexcept {
  sink_->close_glimpse();
  ++status_.snapshot_failures;
  status_.last_failure = why;
  const std::uint32_t doublings = std::min(snapshot_failures_++, 20U);
  snapshot_at_ns_ =
      now_ns_ + std::min(options_.snapshot_retry_ns << doublings, options_.snapshot_retry_max_ns);
  if (snapshot_failures_ >= options_.snapshot_attempts && options_.has_rerequest)
    do_without_snapshot();
}

/// Asks for all that is missing instead, as much as that is, until it is not served either.
void FeedClient::do_without_snapshot() noexcept {
  snapshot_wanted_ = false;
  avoid_snapshot_ = true;
  forget_settled();
  if (books_void_) {
    books_void_ = false;
    resume_at_ = 1;
    status_.complete = true;
    sink_->on_session(*lines_.session());
  }
  backfill_to_ = std::max(backfill_to_, lines_.known_end());
  lines_.release(resume_at_);
}

void FeedClient::send_to_glimpse(Bytes bytes) noexcept { sink_->send_to_glimpse(bytes); }

// ── State ───────────────────────────────────────────────────────────────────────────────────────

void FeedClient::update_state() noexcept {
  FeedState now = FeedState::synchronized;
  if (!lines_.session())
    now = FeedState::waiting;
  else if (lines_.ended())
    now = FeedState::ended;
  else if (lines_.holding() || lines_.expected() < backfill_to_)
    now = FeedState::backfill;
  else if (lines_.expected() < settled_end_)
    now = FeedState::gap_fill;
  if (now == status_.state)
    return;
  if (now == FeedState::gap_fill ||
      (now == FeedState::backfill && status_.state != FeedState::waiting))
    ++status_.gaps;
  status_.state = now;
  sink_->on_state(now);
}

FeedStatus FeedClient::status() const {
  FeedStatus status = status_;
  status.session = lines_.session();
  status.next_number = lines_.expected();
  status.known_end = lines_.known_end();
  status.held = lines_.window().held();
  const bool has_start = status.state != FeedState::waiting && status.state != FeedState::backfill;
  status.complete = status_.complete && has_start;
  return status;
}

}  // namespace wirebook::feed
