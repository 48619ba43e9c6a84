#include "node/journal_commands/journal_progress.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace wirebook::node {

namespace {

constexpr std::uint64_t pause_ns = 100'000'000;
constexpr std::size_t bar_letters = 30;

std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now().time_since_epoch())
                                        .count());
}

double part_of(const journal::ArchiveProgress& progress) {
  return progress.bytes_total == 0
             ? 1.0
             : static_cast<double>(progress.bytes_done) / static_cast<double>(progress.bytes_total);
}

}  // namespace

JournalProgress::JournalProgress(std::string verb)
    : verb_(std::move(verb)), terminal_(isatty(STDERR_FILENO) == 1), begin_ns_(now_ns()) {}

JournalProgress::~JournalProgress() {
  if (bar_shown_)
    fmt::print(stderr, "\r\033[K");
}

void JournalProgress::show(const journal::ArchiveProgress& progress) {
  const double part = part_of(progress);
  if (!terminal_) {
    if (segment_ == progress.segment)
      return;
    segment_ = progress.segment;
    fmt::print(stderr, "{}: {} at {} %\n", verb_, segment_, static_cast<int>(part * 100));
    return;
  }
  const std::uint64_t now = now_ns();
  if (progress.bytes_done != progress.bytes_total && now - shown_ns_ < pause_ns)
    return;
  shown_ns_ = now;
  bar_shown_ = true;
  const auto letters = std::min(bar_letters, static_cast<std::size_t>(part * bar_letters));
  const double mib_a_second = static_cast<double>(progress.bytes_done) /
                              static_cast<double>(std::max<std::uint64_t>(now - begin_ns_, 1)) *
                              1e9 / (1 << 20);
  fmt::print(stderr, "\r\033[K{} [{:<{}}] {:3} % {:.0f} MiB/s {}", verb_, std::string(letters, '#'),
             bar_letters, static_cast<int>(part * 100), mib_a_second, progress.segment);
  std::fflush(stderr);
}

}  // namespace wirebook::node
