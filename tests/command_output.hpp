// What a command of the shell prints, for tests that ask another program.
#pragma once

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace wirebook::test {

/// Its standard output: what it printed before it failed, if it did.
inline std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::string output;
  std::array<char, 4096> buffer;
  while (const std::size_t bytes = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
    output.append(buffer.data(), bytes);
  return output;
}

}  // namespace wirebook::test
