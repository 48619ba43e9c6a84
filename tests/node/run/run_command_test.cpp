// Goal: the program's commands end with the exit codes that others rely on, and `run` ends cleanly
// on a signal with its summary.
// Method: the program itself as a child process, its output read through a pipe.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/order_entry/password_hash.hpp"
#include "tests/node/journal_directory.hpp"
#include "tests/node/program.hpp"
#include "tests/node/running_program.hpp"

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

/// Its end is said again for ten minutes.
std::string config_of_a_long_end() {
  return std::string(good_config) +
         "[market_data]\nrerequest = \"127.0.0.1:0\"\nend_of_session_ms = 600000\n";
}

TEST(SecondSignal, EndsTheRepetitionOfTheEnd) {
  RunningProgram node({"run", "--config", file_with(config_of_a_long_end())});
  ASSERT_TRUE(node.wait_for("running")) << node.output();
  node.signal(SIGTERM);
  ASSERT_TRUE(node.wait_for("Terminated: ending")) << node.output();
  node.signal(SIGINT);
  ASSERT_TRUE(node.wait_for("Interrupt: the end is not said again")) << node.output();
  ASSERT_TRUE(node.wait_for("summary")) << node.output();
  EXPECT_EQ(node.end(0), 0) << node.output();
}

TEST(SecondSignal, LeavesTheThirdToTheSystem) {
  RunningProgram node({"run", "--config", file_with(config_of_a_long_end())});
  ASSERT_TRUE(node.wait_for("running")) << node.output();
  node.signal(SIGTERM);
  ASSERT_TRUE(node.wait_for("Terminated: ending")) << node.output();
  // Both are there when it goes on: it never comes to hurry up.
  node.signal(SIGSTOP);
  node.signal(SIGTERM);
  node.signal(SIGINT);
  EXPECT_THAT(node.end(SIGCONT), testing::AnyOf(1000 + SIGTERM, 1000 + SIGINT)) << node.output();
}

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

TEST(Commands, HashPasswordReadsOneLineAndPrintsTheKeyOfTheConfiguration) {
  const Ended ended =
      run({"-c", "echo Secret | '" WIREBOOK_PROGRAM "' hash-password"}, {.program = "/bin/sh"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output,
              testing::MatchesRegex("password_hash = \"b2:[0-9a-f]{32}:[0-9a-f]{64}\"\n"));
  const std::string hash = ended.output.substr(17, 100);
  EXPECT_TRUE(PasswordHash::from_text(hash)->matches(Alpha<10>::from("sEcReT"))) << hash;
}

TEST(Commands, HashPasswordRefusesWhatIsNoPassword) {
  for (const char* const line : {"", "two words", "elevenchars", "\t"}) {
    const Ended ended = run(
        {"-c", std::string("printf '%s\\n' '") + line + "' | '" WIREBOOK_PROGRAM "' hash-password"},
        {.program = "/bin/sh"});
    EXPECT_EQ(ended.code, 2) << line;
    EXPECT_THAT(ended.output, HasSubstr("a password is 1 to 10 printable characters"));
  }
}

TEST(Commands, HashPasswordDrawsAPasswordWhereAsked) {
  const Ended ended = run({"hash-password", "--generate"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.output, testing::ContainsRegex("password: [A-Z0-9]{10}\n"));
  const std::string password = ended.output.substr(ended.output.find("password: ") + 10, 10);
  const std::string hash = ended.output.substr(ended.output.find("b2:"), 100);
  EXPECT_TRUE(PasswordHash::from_text(hash)->matches(Alpha<10>::from(password))) << ended.output;
}

TEST(Commands, HelpPrintsAPageOrSaysWhichThereAre) {
  const Ended page = run({"help", "ouch"});
  EXPECT_EQ(page.code, 0);
  EXPECT_THAT(page.output, testing::StartsWith("Order entry: OUCH 5.0"));
  const Ended list = run({"help"});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.output, HasSubstr("wirebook help itch"));
  EXPECT_THAT(list.output, HasSubstr("check-config  "));
  EXPECT_THAT(run({"help", "ctl"}).output, HasSubstr("halt SYMBOL|all"));
  const Ended unknown = run({"help", "ouhc"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.output, HasSubstr("wirebook help ouch"));
}

TEST(Commands, AWrongCommandLineEndsWith2) {
  EXPECT_EQ(run({}).code, 2);
  EXPECT_EQ(run({"fly"}).code, 2);
  EXPECT_EQ(run({"run"}).code, 2);
  EXPECT_EQ(run({"run", "--config"}).code, 2);
  EXPECT_EQ(run({"check-config"}).code, 2);
}

TEST(Commands, ARecordingThatCannotBePlayedEndsBeforeTheStart) {
  const std::string file = file_with(good_config);
  const auto with = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"run", "--config", file});
    return run(options);
  };
  for (const char* speed : {"0", "-1", "fast", "", "1x", "inf", "nan"})
    EXPECT_EQ(with({"--replay-itch", file, "--speed", speed}).code, 2) << speed;
  EXPECT_EQ(with({"--speed", "2"}).code, 2);
  const Ended none = with({"--replay-itch", "/nonexistent"});
  EXPECT_EQ(none.code, 5);
  EXPECT_THAT(none.output, HasSubstr("/nonexistent: No such file or directory"));
  const Ended text = with({"--replay-itch", file, "--speed", "max"});
  EXPECT_EQ(text.code, 5);
  EXPECT_THAT(text.output, HasSubstr("has no orders: is it recorded ITCH 5.0?"));
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

// --- with a journal ---

class JournalProgramTest : public testing::Test {
 protected:
  std::string config(const std::string& more = "") const {
    return file_with(good_config + std::string("[journal]\nmode = \"durable\"\nsegment_mib = 1\n") +
                     "directory = \"" + directory_.path() + "\"\n" + more);
  }
  static Ended run_and_stop(const std::string& file) {
    return run({"run", "--config", file},
               {.wait_for = "running", .then = [](pid_t child) { kill(child, SIGTERM); }});
  }

  ScratchDirectory directory_;
};

TEST_F(JournalProgramTest, SaysWhatItRecoveredAndWhatItWrote) {
  const Ended first = run_and_stop(config());
  EXPECT_EQ(first.code, 0) << first.output;
  EXPECT_THAT(first.output, HasSubstr("journal: a new day; epoch 1"));
  EXPECT_THAT(first.output, HasSubstr("; mode: durable"));
  EXPECT_THAT(first.output, HasSubstr("journal      durable: "));
  const Ended second = run_and_stop(config());
  EXPECT_EQ(second.code, 0) << second.output;
  EXPECT_THAT(second.output,
              testing::ContainsRegex(
                  "journal: recovered [0-9]+ slots in [0-9.]+ s "
                  "\\(read at [0-9]+ slots/s\\); sequence [0-9]+, digest [0-9a-f]{16}, a "
                  "clean end; epoch 2"));
}

TEST_F(JournalProgramTest, ADirectoryInUseEndsWith5) {
  Ended second;
  const std::string file = config();
  run({"run", "--config", file}, {.wait_for = "running", .then = [&](pid_t child) {
                                    second = run({"run", "--config", file});
                                    kill(child, SIGTERM);
                                  }});
  EXPECT_EQ(second.code, 5);
  EXPECT_THAT(second.output, HasSubstr("belongs to another node that runs"));
}

TEST_F(JournalProgramTest, AConfigurationThatTheDayDidNotBeginWithEndsWith3) {
  run_and_stop(config());
  const Ended ended = run_and_stop(config("[[instruments]]\nsymbol = \"NEW\"\n"));
  EXPECT_EQ(ended.code, 0) << ended.output;
  const Ended refused = run({"run", "--config", config()});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.output,
              HasSubstr("instruments[2].symbol: is missing, but the day began with \"NEW\""));
}

TEST_F(JournalProgramTest, ADamagedJournalEndsWith6) {
  run_and_stop(config());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path()))
    if (entry.path().extension() == ".wbj") {
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(4096 + 64 + 9);
      file.put('\x55');
    }
  const Ended ended = run({"run", "--config", config()});
  EXPECT_EQ(ended.code, 6) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("sequence 1"));
}

}  // namespace
}  // namespace wirebook::node
