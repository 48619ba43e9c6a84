// Goal: the program's commands end with the exit codes that others rely on, and `run` ends cleanly
// on a signal with its summary.
// Method: the program itself as a child process, its output read through a pipe.
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace wirebook::node {
namespace {

using testing::HasSubstr;

struct Ended {
  int code = -1;
  std::string output;  ///< of both streams
};

/// Runs the program; sends `signal` once `wait_for` is seen in its output.
Ended run(std::vector<std::string> arguments, const std::string& wait_for = "", int signal = 0) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0)
    return {};
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    arguments.insert(arguments.begin(), WIREBOOK_PROGRAM);
    std::vector<char*> pointers;
    for (std::string& argument : arguments)
      pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    execv(WIREBOOK_PROGRAM, pointers.data());
    _exit(127);
  }
  close(ends[1]);
  Ended ended;
  std::array<char, 4096> buffer{};
  bool signalled = signal == 0;
  for (ssize_t bytes = 0; (bytes = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    ended.output.append(buffer.data(), static_cast<std::size_t>(bytes));
    if (!signalled && ended.output.find(wait_for) != std::string::npos) {
      kill(child, signal);
      signalled = true;
    }
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  return ended;
}

std::string file_with(const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("wirebook_run_command_" + std::to_string(getpid()) + ".toml");
  std::ofstream(path) << text;
  return path;
}

const char* const good_config = R"(
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

class RunCommandTest : public testing::TestWithParam<int> {};

TEST_P(RunCommandTest, EndsCleanlyOnASignalWithASummary) {
  const std::string file = file_with(good_config);
  const Ended ended = run({"run", "--config", file}, "running", GetParam());
  EXPECT_EQ(ended.code, 0) << ended.output;
  for (const char* line : {"order entry: UFO on 127.0.0.1:", "receive: ", "memory: ", "threads: ",
                           "summary", "messages     0 in 0 datagrams", "allocations  "})
    EXPECT_THAT(ended.output, HasSubstr(line));
}
INSTANTIATE_TEST_SUITE_P(Signals, RunCommandTest, testing::Values(SIGINT, SIGTERM));

TEST(Commands, CheckConfigPrintsTheEffectiveValues) {
  const Ended ended = run({"check-config", file_with(good_config)});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.output, HasSubstr("heartbeat_ms = 1000"));
  EXPECT_THAT(ended.output, testing::EndsWith("\nok\n"));
}

TEST(Commands, AWrongConfigurationEndsWith3) {
  const std::string file = file_with("[rings]\nslotz = 1\n");
  for (const auto& arguments : {std::vector<std::string>{"check-config", file},
                                std::vector<std::string>{"run", "--config", file}}) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 3);
    EXPECT_THAT(ended.output,
                HasSubstr(file + ":2: rings.slotz: is not a key; did you mean \"slots\"?"));
  }
}

TEST(Commands, AWrongCommandLineEndsWith2) {
  EXPECT_EQ(run({}).code, 2);
  EXPECT_EQ(run({"fly"}).code, 2);
  EXPECT_EQ(run({"run"}).code, 2);
  EXPECT_EQ(run({"run", "--config"}).code, 2);
  EXPECT_EQ(run({"check-config"}).code, 2);
}

TEST(Commands, HelpAndVersionEndWith0) {
  EXPECT_EQ(run({"--help"}).code, 0);
  EXPECT_EQ(run({"run", "--help"}).code, 0);
  EXPECT_EQ(run({"--version"}).code, 0);
}

TEST(Commands, AnAddressThatIsNotOursEndsWith5) {
  std::string text = good_config;
  text.replace(text.find("127.0.0.1:0"), 11, "192.0.2.1:9");
  const Ended ended = run({"run", "--config", file_with(text)});
  EXPECT_EQ(ended.code, 5);
  EXPECT_THAT(ended.output, HasSubstr("cannot listen on 192.0.2.1:9"));
}

}  // namespace
}  // namespace wirebook::node
