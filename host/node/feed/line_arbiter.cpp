#include "node/feed/line_arbiter.hpp"

#include <algorithm>
#include <limits>

#include "wire_in/message_blocks.hpp"

namespace wirebook::feed {
namespace {

namespace mold = wire::mold;

}  // namespace

LineArbiter::LineArbiter(const ArbiterOptions& options, ArbiterSink& sink)
    : options_(options), sink_(&sink), window_(options.window_messages) {}

Outcome LineArbiter::on_datagram(Line line, Bytes payload, std::uint64_t now_ns) noexcept {
  LineCounters& counters = counters_[static_cast<std::size_t>(line)];
  ++counters.datagrams;
  const Outcome outcome = judge(line, payload, now_ns);
  counters.outcomes.add(outcome);
  return outcome;
}

Outcome LineArbiter::judge(Line line, Bytes payload, std::uint64_t now_ns) noexcept {
  if (payload.size() < sizeof(mold::Header))
    return Outcome::mold_truncated;
  const auto& header = wire::view<mold::Header>(payload.data());
  const std::uint64_t first = header.sequence_number;
  const bool at_end = header.message_count == mold::count_end_of_session;
  std::uint16_t count = header.message_count;
  if (at_end)
    count = 0;
  if (first == 0 || first > std::numeric_limits<std::uint64_t>::max() - count)
    return Outcome::mold_sequence;

  const bool is_line = line != Line::answer;
  if (session_ != header.session) {
    if (!is_line || !may_enter(header.session, now_ns))
      return Outcome::mold_other_session;
    enter(header.session, first, now_ns);
  } else if (is_line && is_rewound(first + count, now_ns)) {
    enter(header.session, first, now_ns);
  }
  if (end_heard_ && first + count > known_end_) {
    // A publisher that starts again within its day goes on where it had ended.
    if (!is_line || now_ns - end_heard_at_ns_ < options_.grace_ns)
      return Outcome::mold_after_end;
    end_heard_ = false;
  }

  LineCounters& counters = counters_[static_cast<std::size_t>(line)];
  counters.heard_at_ns = now_ns;
  if (is_line)
    heard_at_ns_ = now_ns;
  Bytes blocks = payload.subspan(sizeof(mold::Header));
  const std::uint64_t won_before = counters.messages + counters.not_kept;
  const std::uint64_t end = take(counters, blocks, first, count);
  if (is_line)
    note_end(counters, first, end);
  if (end != first + count)
    return Outcome::mold_block_truncated;
  if (at_end && is_line) {
    end_heard_ = true;
    end_heard_at_ns_ = now_ns;
  }
  if (!blocks.empty())
    return Outcome::mold_trailing_bytes;
  if (at_end)
    return Outcome::mold_end_of_session;
  if (count == 0)
    return Outcome::mold_heartbeat;
  if (counters.messages + counters.not_kept == won_before)
    return Outcome::mold_duplicate;
  return Outcome::ok;
}

/// Whether another session than the one that is followed may be.
bool LineArbiter::may_enter(const Alpha<10>& session, std::uint64_t now_ns) const {
  if (options_.session && *options_.session != session)
    return false;
  if (!session_ || now_ns - heard_at_ns_ >= options_.grace_ns)
    return true;
  return ended() && previous_session_ != session;
}

void LineArbiter::enter(const Alpha<10>& session, std::uint64_t number,
                        std::uint64_t now_ns) noexcept {
  if (session_ != session)
    previous_session_ = session_;
  session_ = session;
  end_heard_ = false;
  behind_ = false;
  holding_ = false;
  heard_at_ns_ = now_ns;
  known_end_ = number;
  end_since_hold_ = number;
  line_next_.fill(number);
  // Nothing that is held belongs to this session.
  window_.clear(number);
  sink_->on_session(session, number);
}

/// True once nothing but numbers before the expected one has come for long enough. Stragglers come
/// among newer ones; a publisher that lost its count sends no other.
bool LineArbiter::is_rewound(std::uint64_t end, std::uint64_t now_ns) noexcept {
  if (end >= expected()) {
    behind_ = false;
    return false;
  }
  if (!behind_) {
    behind_ = true;
    behind_since_ns_ = now_ns;
  }
  return now_ns - behind_since_ns_ >= options_.rewind_after_ns;
}

void LineArbiter::note_end(LineCounters& line, std::uint64_t first, std::uint64_t end) noexcept {
  known_end_ = std::max(known_end_, end);
  end_since_hold_ = std::max(end_since_hold_, end);
  std::uint64_t& next = line_next_[static_cast<std::size_t>(&line - counters_.data())];
  if (first > next)
    line.missed += first - next;
  next = std::max(next, end);
}

/// Takes the messages that are whole; gives the number behind them, and in `blocks` what is left.
std::uint64_t LineArbiter::take(LineCounters& line, Bytes& blocks, std::uint64_t first,
                                std::uint16_t count) noexcept {
  wire_in::MessageBlocks messages(blocks);
  std::uint64_t number = first;
  for (Bytes message; number != first + count && messages.next(message); ++number)
    take_one(line, number, message);
  known_end_ = std::max(known_end_, expected());
  blocks = messages.rest();
  return number;
}

void LineArbiter::take_one(LineCounters& line, std::uint64_t number, Bytes message) noexcept {
  using Put = MessageWindow::Put;
  if (number == expected() && !holding_) {
    ++line.messages;
    sink_->on_message(number, message);
    window_.step();
    return drain();
  }
  switch (window_.put(number, message)) {
    case Put::taken:
      ++line.messages;
      break;
    case Put::before:
    case Put::held:
      ++line.duplicates;
      break;
    case Put::beyond:
    case Put::too_long:
      ++line.not_kept;
      break;
  }
}

void LineArbiter::drain() noexcept {
  while (!holding_ && window_.holds(expected())) {
    sink_->on_message(expected(), window_.at(expected()));
    window_.step();
  }
  known_end_ = std::max(known_end_, expected());
}

void LineArbiter::start_at(std::uint64_t number) noexcept {
  window_.move_to(number);
  known_end_ = std::max(known_end_, number);
  drain();
}

void LineArbiter::hold(std::uint64_t number) noexcept {
  holding_ = true;
  end_since_hold_ = 0;
  window_.move_to(number);
}

void LineArbiter::release(std::uint64_t number) noexcept {
  holding_ = false;
  const std::uint64_t end = std::max(number, end_since_hold_);
  end_heard_ = end_heard_ && end >= known_end_;  // else it is one of the claims: to be heard again
  known_end_ = end;
  window_.move_to(number);
  drain();
}

}  // namespace wirebook::feed
