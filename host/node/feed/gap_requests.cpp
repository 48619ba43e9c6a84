#include "node/feed/gap_requests.hpp"

#include <algorithm>
#include <span>

namespace wirebook::feed {

void GapRequests::reset() noexcept {
  count_ = 0;
  taken_up_to_ = 0;
  wanted_ = 0;
}

void GapRequests::look(const MessageWindow& window, std::uint64_t to,
                       std::uint64_t now_ns) noexcept {
  to = std::min(to, window.end());
  for (std::size_t i = 0; i < count_;) {
    Run& run = runs_[i];
    const std::uint64_t first = window.first_missing(run.first, run.end);
    if (first == run.end) {
      run = runs_[--count_];
      continue;
    }
    if (first != run.first) {  // answered in part: the rest at once, and with new patience
      run.first = first;
      run.attempts = 0;
      run.due_ns = now_ns;
    }
    ++i;
  }
  const std::size_t most = std::min<std::size_t>(options_.under_way, under_way_max);
  taken_up_to_ = std::max(taken_up_to_, window.begin());
  while (count_ < most && taken_up_to_ < to) {
    const std::uint64_t first = window.first_missing(taken_up_to_, to);
    const std::uint64_t longest = first + std::min<std::uint64_t>(options_.messages, to - first);
    const std::uint64_t end = window.first_held(first, longest);
    if (first < end)
      runs_[count_++] = {.first = first, .end = end, .due_ns = now_ns};
    taken_up_to_ = end;
  }
}

std::optional<MissingRun> GapRequests::next_due(std::uint64_t wanted,
                                                std::uint64_t now_ns) noexcept {
  Run* next = nullptr;
  for (Run& run : std::span(runs_).first(count_)) {
    if (run.first == wanted && wanted != wanted_) {  // its turn has come: with new patience
      wanted_ = wanted;
      run.attempts = 0;
      run.due_ns = std::min(run.due_ns, now_ns + options_.timeout_ns);
    }
    // The lowest first: the others wait for it.
    const bool is_due = run.due_ns <= now_ns && run.attempts < options_.attempts;
    if (is_due && (next == nullptr || run.first < next->first))
      next = &run;
  }
  if (next == nullptr || !take_turn(now_ns))
    return std::nullopt;
  const std::uint32_t doublings = std::min(next->attempts, 20U);
  next->due_ns = now_ns + std::min(options_.timeout_ns << doublings, options_.timeout_max_ns);
  ++next->attempts;
  return MissingRun{.first = next->first,
                    .count = static_cast<std::uint16_t>(next->end - next->first)};
}

/// As many as the rate allows, and after a pause a few at once.
bool GapRequests::take_turn(std::uint64_t now_ns) noexcept {
  constexpr std::uint64_t ns_per_s = 1'000'000'000;
  const std::uint64_t distance = ns_per_s / std::max(options_.per_second, 1U);
  const std::uint64_t burst = distance * options_.under_way;
  if (next_ns_ > now_ns)
    return false;
  next_ns_ = std::max(next_ns_, now_ns > burst ? now_ns - burst : 0) + distance;
  return true;
}

bool GapRequests::unserved(std::uint64_t first, std::uint64_t now_ns) const noexcept {
  return std::any_of(
      runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(count_), [&](const Run& run) {
        return run.first == first && run.attempts >= options_.attempts && run.due_ns <= now_ns;
      });
}

}  // namespace wirebook::feed
