// Goal: `wirebook run` with a schedule goes through two days by itself, and `wirebook ctl` acts on
// it. Method: the program on a rehearsal clock, and the program again as its control.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../journal_directory.hpp"
#include "../program.hpp"
#include "../running_program.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;

std::string socket_path() { return "/tmp/wbctl." + std::to_string(getpid()); }

std::string day_config(const std::string& directory) {
  return std::string(good_config) + "[journal]\nmode = \"durable\"\ndirectory = \"" + directory +
         "\"\nsegment_mib = 1\n[control]\nsocket = \"" + socket_path() + "\"\naudit = \"" +
         directory + "/audit\"\n[schedule]\n";
}

TEST(DayProgram, RehearsesTwoDays) {
  const ScratchDirectory directory;
  const std::string file = file_with(day_config(directory.path()));
  // Thursday and Friday, a day in six seconds.
  RunningProgram node(
      {"run", "--config", file, "--clock-from", "2026-11-19T03:54:00Z", "--clock-speed", "14400"});
  // S comes 20 ms behind O: where a start takes longer, it is one of the opening's.
  ASSERT_TRUE(node.wait_for("event Q: sequence")) << node.output();
  const Ended halt = run({"ctl", "--config", file, "halt", "AAPL", "T1"});
  EXPECT_EQ(halt.code, 0) << halt.output;
  EXPECT_THAT(halt.output, HasSubstr("done: sequence"));
  EXPECT_EQ(run({"ctl", "--socket", socket_path(), "halt", "NONE"}).code, 1);
  EXPECT_THAT(run({"ctl", "--config", file, "--json", "instruments"}).output,
              HasSubstr(R"("trading_state":"H","reason":"T1")"));
  ASSERT_TRUE(node.wait_for("the next day begins at 2026-11-20")) << node.output();
  ASSERT_TRUE(node.wait_for("the next day begins at 2026-11-23")) << node.output();
  EXPECT_EQ(node.end(SIGTERM), 0);
  const std::string output = node.output();
  EXPECT_THAT(output, HasSubstr("the day of 2026-11-19 runs; sessions are WB00B19 and WB00B19"));
  EXPECT_THAT(output, HasSubstr("the day of 2026-11-20 runs; sessions are WB00B20 and WB00B20"));
  for (const char* day : {"20261119", "20261120"}) {
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

TEST(DayProgram, CtlSaysWhyItCannotAsk) {
  const Ended nobody = run({"ctl", "--socket", "/nowhere/ctl", "status"});
  EXPECT_EQ(nobody.code, 5);
  EXPECT_THAT(nobody.output, HasSubstr("/nowhere/ctl: No such file or directory"));
  EXPECT_EQ(run({"ctl", "status"}).code, 2);
  const Ended help = run({"ctl", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.output, HasSubstr("halt|pause|quote|resume SYMBOL|all [REASON]"));
}

}  // namespace
}  // namespace wirebook::node
