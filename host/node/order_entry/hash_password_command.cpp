#include "node/order_entry/hash_password_command.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "node/order_entry/password_hash.hpp"

namespace wirebook::node {

namespace {

/// While it lives, a terminal does not show what is typed.
class HiddenInput {
 public:
  HiddenInput() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0)
      return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
  }
  ~HiddenInput() {
    if (changed_)
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

std::optional<std::string> read_password() {
  const bool terminal = isatty(STDIN_FILENO) == 1;
  const HiddenInput hidden;
  if (terminal)
    fmt::print(stderr, "password: ");
  std::string line;
  const bool read = static_cast<bool>(std::getline(std::cin, line));
  if (terminal)
    fmt::print(stderr, "\n");
  if (!read)
    return std::nullopt;
  if (line.ends_with('\r'))
    line.pop_back();
  return line;
}

bool is_password(const std::string& text) {
  return !text.empty() && text.size() <= sizeof(Alpha<10>) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

ExitCode hash_password(bool generate) {
  Alpha<10> password{};
  if (generate) {
    password = random_password();
  } else {
    const std::optional<std::string> typed = read_password();
    if (!typed || !is_password(*typed)) {
      fmt::print(stderr,
                 "hash-password: a password is 1 to {} printable characters without spaces; type "
                 "it, or give it on stdin as one line\n",
                 sizeof password);
      return ExitCode::usage;
    }
    password = Alpha<10>::from(*typed);
  }
  // The password goes to its owner, the line to node.toml.
  if (generate)
    fmt::print(stderr, "password: {}\n", password.view());
  fmt::print("password_hash = \"{}\"\n", PasswordHash(password, random_salt()).to_text());
  return ExitCode::ok;
}

}  // namespace

void add_hash_password_command(CLI::App& app, ExitCode& result) {
  CLI::App* command = app.add_subcommand(
      "hash-password", "Read a password from the terminal or stdin, print its line of node.toml");
  auto generate = std::make_shared<bool>(false);
  command->add_flag("--generate", *generate, "Draw a password instead, and print it to stderr");
  command->callback([generate, &result] { result = hash_password(*generate); });
}

}  // namespace wirebook::node
