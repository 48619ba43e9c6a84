// Goal: the program's commands end with the exit codes that others rely on, and `run` ends cleanly
// on a signal with its summary.
// Method: the program itself as a child process, its output read through a pipe.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;

class RunCommandTest : public testing::TestWithParam<int> {};

TEST_P(RunCommandTest, EndsCleanlyOnASignalWithASummary) {
  const std::string file = file_with(good_config);
  const Ended ended =
      run({"run", "--config", file},
          {.wait_for = "running", .then = [](pid_t child) { kill(child, GetParam()); }});
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
