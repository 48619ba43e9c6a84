// Goal: `wirebook run` with a schedule goes through two days by itself, and `wirebook ctl` acts on
// it. Method: the program on a rehearsal clock, and the program again as its control.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/node/journal_directory.hpp"
#include "tests/node/program.hpp"
#include "tests/node/running_program.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;

std::string socket_path() { return "/tmp/wbctl." + std::to_string(getpid()); }

std::string day_config(const std::string& directory) {
  return std::string(good_config) + "[journal]\nmode = \"durable\"\ndirectory = \"" + directory +
         "\"\nsegment_mib = 1\n[control]\nsocket = \"" + socket_path() + "\"\naudit = \"" +
         directory + "/audit\"\n[schedule]\n";
}

/// The days that `output` tells the end of, as a journal names them.
std::vector<std::string> days_that_ended(const std::string& output) {
  const std::string begins = "the day of ";
  std::vector<std::string> days;
  std::size_t over = output.find("the day is over");
  for (; over != std::string::npos; over = output.find("the day is over", over + 1)) {
    std::string date = output.substr(output.rfind(begins, over) + begins.size(), 10);
    date.erase(std::remove(date.begin(), date.end(), '-'), date.end());
    days.push_back(date);
  }
  return days;
}

/// Again and again, as long as a test may take; a slow host may miss a moment, and even a day.
bool comes_true(const std::function<bool()>& condition) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(50);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

TEST(DayProgram, RehearsesTwoDays) {
  const ScratchDirectory directory;
  const std::string file = file_with(day_config(directory.path()));
  // From a Monday on, a day in six seconds.
  RunningProgram node(
      {"run", "--config", file, "--clock-from", "2026-11-16T03:54:00Z", "--clock-speed", "14400"});
  ASSERT_TRUE(node.wait_for("event Q: sequence")) << node.output();
  std::string said;
  const auto halts = [&] {
    said = run({"-c", "printf 'halt AAPL T1\\ninstruments\\n' | '" WIREBOOK_PROGRAM
                      "' ctl --json --config '" +
                          file + "'"},
               {.program = "/bin/sh"})
               .output;
    return said.find(R"("trading_state":"H","reason":"T1")") != std::string::npos;
  };
  EXPECT_TRUE(comes_true(halts)) << said;
  EXPECT_THAT(said, testing::StartsWith(R"({"ok":true,"day":)"));
  EXPECT_EQ(run({"ctl", "--socket", socket_path(), "halt", "NONE"}).code, 1);
  ASSERT_TRUE(comes_true([&] { return days_that_ended(node.output()).size() >= 2; }))
      << node.output();
  EXPECT_EQ(node.end(SIGTERM), 0);
  const std::string output = node.output();
  for (const std::string& day : days_that_ended(output)) {
    const std::string name = "WB00B" + day.substr(6);
    EXPECT_THAT(output, HasSubstr("runs; sessions are " + name + " and " + name));
    const Ended cat = run({"journal", "cat", "--dir", directory.path() + "/" + day + "-0000"});
    EXPECT_EQ(cat.code, 0) << cat.output;
    std::string codes;
    for (std::size_t at = cat.output.find("\"event_code\":\""); at != std::string::npos;
         at = cat.output.find("\"event_code\":\"", at + 1))
      codes += cat.output[at + 14];
    EXPECT_EQ(codes, "OSQMEC");
  }
  std::filesystem::remove(file);
}

TEST(DayProgram, AnAuditThatIsNoRegularFileIsAWrongConfiguration) {
  const ScratchDirectory directory;
  const std::string file = file_with(day_config(directory.path()));
  const std::string audit = directory.path() + "/audit";
  ASSERT_EQ(mkfifo(audit.c_str(), 0600), 0);
  const auto is_refused = [&] {
    const Ended ended = run({"run", "--config", file});
    EXPECT_EQ(ended.code, 3);
    EXPECT_THAT(ended.output, HasSubstr("control.audit: " + audit + ": is no regular file"));
  };
  is_refused();
  const int reader = open(audit.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  is_refused();
  close(reader);
  std::filesystem::remove(audit);
  std::filesystem::create_directory(audit);
  is_refused();
  std::filesystem::remove(file);
}

TEST(DayProgram, CtlSaysWhyItCannotAsk) {
  const Ended nobody = run({"ctl", "--socket", "/nowhere/ctl", "status"});
  EXPECT_EQ(nobody.code, 5);
  EXPECT_THAT(nobody.output, HasSubstr("/nowhere/ctl: No such file or directory"));
  EXPECT_EQ(run({"ctl", "status"}).code, 2);
  const Ended help = run({"ctl", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.output, HasSubstr("halt SYMBOL|all [REASON]"));
}

// They would be two requests, and only the first one's answer would be shown.
TEST(DayProgram, CtlRefusesAnArgumentWithALineFeed) {
  for (const std::string word : {"AAPL\nresume AAPL", "AAPL\n", "\nresume"}) {
    const Ended ended = run({"ctl", "--socket", "/nowhere/ctl", "halt", word});
    EXPECT_EQ(ended.code, 2) << word;
    EXPECT_THAT(ended.output, HasSubstr("words: a line feed would make two requests of it"));
  }
}

}  // namespace
}  // namespace wirebook::node
