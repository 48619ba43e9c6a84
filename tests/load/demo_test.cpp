// The demo as a whole, for a second and without a terminal: it ends well, its files hold what it
// found, and the threads of its node allocate nothing once they run.
#include "node/demo/demo.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "metrics/allocation_counter.hpp"

namespace wirebook::node {
namespace {

std::string read_and_remove(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  std::filesystem::remove(file);
  return text.str();
}

TEST(Demo, RunsASecondWithoutATerminal) {
  const std::string base = testing::TempDir() + "demo_test_" + std::to_string(getpid());
  DemoOptions options;
  options.seconds = 1;
  options.rate = 5000;
  options.sessions = 2;
  options.plain = true;
  options.files = {.hgrm = base + ".hgrm", .json = base + ".json"};
  const std::atomic<bool> stop{false};
  EXPECT_EQ(run_demo(options, stop), ExitCode::ok);
  const std::string json = read_and_remove(options.files.json);
  EXPECT_NE(json.find(R"("books_equal":true)"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("journal":{"mode":"durable")"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("equal":true})"), std::string::npos) << json;
  if (metrics::allocations_are_counted()) {
    EXPECT_NE(json.find(R"("heap_allocations":0,)"), std::string::npos) << json;
  }
  EXPECT_NE(read_and_remove(options.files.hgrm).find("#[Max"), std::string::npos);
}

TEST(Demo, WithoutAJournal) {
  DemoOptions options;
  options.seconds = 0.2;
  options.rate = 1000;
  options.plain = true;
  options.journal = JournalMode::off;
  const std::atomic<bool> stop{false};
  EXPECT_EQ(run_demo(options, stop), ExitCode::ok);
}

TEST(Demo, EndsEarlyWhenTold) {
  DemoOptions options;
  options.seconds = 3600;
  options.rate = 1000;
  options.plain = true;
  const std::atomic<bool> stop{true};
  EXPECT_EQ(run_demo(options, stop), ExitCode::ok);
}

}  // namespace
}  // namespace wirebook::node
