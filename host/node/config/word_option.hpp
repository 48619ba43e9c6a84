// An option of a command that takes one of several words.
//
// Shapes: words and what they mean, in the order in which they are shown. Threads: main. Errors:
// another word is refused with those that there are. Cost: start-up only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace wirebook::node {

template <class Value>
CLI::Option* take_word(CLI::Option* option, std::vector<std::pair<std::string, Value>> words) {
  std::string names;
  for (const auto& [word, value] : words)
    names += (names.empty() ? "" : "|") + word;
  option->type_name(names);
  const auto find = [words = std::move(words), names](std::string& text) -> std::string {
    for (const auto& [word, value] : words)
      if (text == word) {
        text = std::to_string(static_cast<int>(value));
        return {};
      }
    return fmt::format("\"{}\" is none of {}", text, names);
  };
  return option->transform(CLI::Validator(find, ""));
}

}  // namespace wirebook::node
