// What a simulated card reported when it was closed.
#pragma once

#include <cstdint>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>

namespace wirebook::test {

inline std::string read_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

inline std::uint64_t number(const std::string& report, const std::string& name) {
  std::smatch match;
  if (!std::regex_search(report, match, std::regex("\"" + name + "\": ([0-9]+)")))
    throw std::runtime_error("no " + name + " in " + report);
  return std::stoull(match[1]);
}

}  // namespace wirebook::test
