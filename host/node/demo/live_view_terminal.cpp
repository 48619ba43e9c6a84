#include "node/demo/live_view_terminal.hpp"

#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace wirebook::node {
namespace {

constexpr std::size_t columns_default = 80;

void write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written <= 0)
      return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

bool LiveTerminal::available() {
  const char* const kind = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
}

LiveTerminal::LiveTerminal() { write_all("\x1b[?1049h\x1b[?25l\x1b[2J"); }

LiveTerminal::~LiveTerminal() { write_all("\x1b[?25h\x1b[?1049l"); }

std::size_t LiveTerminal::columns() const {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return columns_default;
  return size.ws_col;
}

void LiveTerminal::draw(const std::string& text) const {
  std::string picture = "\x1b[H";
  for (const char c : text) {
    // What an earlier picture left behind a line goes with its end.
    if (c == '\n')
      picture += "\x1b[K\r";
    picture += c;
  }
  write_all(picture + "\x1b[J");
}

}  // namespace wirebook::node
