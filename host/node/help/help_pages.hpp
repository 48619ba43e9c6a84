// Pages for those who write a client, compiled into the program: each is a text file of this
// folder, embedded at build time.
//
// Shapes: `<name>.txt`; its first line is its title. Threads: constants. Errors: none. Cost: none.
#pragma once

#include <span>
#include <string_view>

namespace wirebook::node {

struct HelpPage {
  std::string_view name;
  std::string_view text;

  [[nodiscard]] constexpr std::string_view title() const { return text.substr(0, text.find('\n')); }
};

/// By name, ascending.
[[nodiscard]] std::span<const HelpPage> help_pages();

}  // namespace wirebook::node
