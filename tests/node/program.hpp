// The program, or another one, as a child process with its output read through a pipe.
#pragma once

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace wirebook::node {

struct Ended {
  int code = -1;       ///< 1000 and the signal, if one ended it
  std::string output;  ///< of both streams
};

struct ProgramRun {
  std::vector<std::pair<std::string, std::string>> environment;  ///< an empty value unsets
  std::string wait_for;             ///< once this is seen in its output,
  std::function<void(pid_t)> then;  ///< this is done
  std::string program = WIREBOOK_PROGRAM;
};

inline Ended run(std::vector<std::string> arguments, const ProgramRun& how = {}) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0)
    return {};
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    for (const auto& [name, value] : how.environment)
      value.empty() ? unsetenv(name.c_str()) : setenv(name.c_str(), value.c_str(), 1);
    arguments.insert(arguments.begin(), how.program);
    std::vector<char*> pointers;
    for (std::string& argument : arguments)
      pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    execv(how.program.c_str(), pointers.data());
    _exit(127);
  }
  close(ends[1]);
  Ended ended;
  std::array<char, 4096> buffer{};
  bool done = !how.then;
  for (ssize_t bytes = 0; (bytes = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    ended.output.append(buffer.data(), static_cast<std::size_t>(bytes));
    if (!done && ended.output.find(how.wait_for) != std::string::npos) {
      how.then(child);
      done = true;
    }
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  return ended;
}

inline std::string file_with(const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("wirebook_program_" + std::to_string(getpid()) + ".toml");
  std::ofstream(path) << text;
  return path;
}

inline const char* const good_config = R"(
[[instruments]]
symbol = "AAPL"
[[sessions]]
username = "alice"
password = "secret"
firm = "ACME"
[engine]
orders = 1024
trades = 1024
[rings]
slots = 1024
events = 1024
wait = "park"
[order_entry]
listen = "127.0.0.1:0"
history_mib = 1
)";

}  // namespace wirebook::node
