// Runs the program as a user does, with an environment of its own, and a folder for its files.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace wirebook::card::test {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "wirebook_card_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

struct Ended {
  int exit_code = -1;
  std::string output;  ///< of both kinds
};

/// `environment`: as `NAME=value NAME=value`, on top of one that names no card.
inline Ended run_shell(const std::string& environment, const std::string& command) {
  const std::string line =
      "env -u XILINX_XRT -u WIREBOOK_SIM_CARD -u WIREBOOK_SIM_WIRE "
      "-u WIREBOOK_MODULES " +
      environment + " " + command + " 2>&1";
  FILE* const pipe = popen(line.c_str(), "r");
  if (pipe == nullptr)
    throw std::runtime_error("popen");
  Ended ended;
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = fread(part.data(), 1, part.size(), pipe)) != 0;)
    ended.output.append(part.data(), got);
  const int status = pclose(pipe);
  ended.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

}  // namespace wirebook::card::test
