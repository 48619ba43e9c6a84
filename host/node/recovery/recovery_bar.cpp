#include "node/recovery/recovery_bar.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

namespace wirebook::node {

namespace {

constexpr auto redraw_every = std::chrono::milliseconds(100);
/// Short recoveries say nothing on the way.
constexpr auto line_every = std::chrono::seconds(2);
constexpr std::size_t bar_characters = 30;
constexpr const char* clear_line = "\r\x1b[K";

}  // namespace

std::string recovery_text(std::uint64_t done, std::uint64_t all, bool bar) {
  const double part =
      all == 0 ? 1.0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(all));
  std::string text;
  if (bar) {
    const auto full = static_cast<std::size_t>(part * bar_characters);
    text = fmt::format("[{}{}] ", std::string(full, '#'), std::string(bar_characters - full, ' '));
  }
  constexpr double mib = 1 << 20;
  return text + fmt::format("{:3.0f} %, {:.1f} of {:.1f} MiB of the journal read", part * 100,
                            static_cast<double>(done) / mib, static_cast<double>(all) / mib);
}

RecoveryBar::RecoveryBar(int descriptor)
    : descriptor_(descriptor),
      terminal_(isatty(descriptor) == 1),
      every_(terminal_ ? redraw_every : std::chrono::milliseconds(line_every)),
      next_(std::chrono::steady_clock::now() + every_) {}

RecoveryBar::~RecoveryBar() {
  if (shown_ && terminal_)
    write(clear_line);
}

void RecoveryBar::show(std::uint64_t done, std::uint64_t all) {
  const Time now = std::chrono::steady_clock::now();
  if (now < next_)
    return;
  next_ = now + every_;
  shown_ = true;
  write(terminal_ ? clear_line + recovery_text(done, all, true)
                  : "recovering: " + recovery_text(done, all, false) + "\n");
}

void RecoveryBar::write(const std::string& text) const {
  // Who cannot be told is not told: the recovery goes on.
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, text.data(), text.size());
}

}  // namespace wirebook::node
