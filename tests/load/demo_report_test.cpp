// The demo's check: books that differ anywhere, and messages that are missing, are told.
#include "node/demo/demo_report.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace wirebook::node {
namespace {

BookTop top() {
  return {.symbol = Symbol::from("AAPL"),
          .bid = {100},
          .ask = {200},
          .bid_quantity = 5,
          .ask_quantity = 6};
}

TEST(DemoReport, EqualBooksDifferInNothing) {
  NodeStatus status;
  FeedState feed;
  status.books = {top()};
  feed.books = {top()};
  // Hidden orders are not in the feed.
  status.books[0].live_orders = 7;
  status.itch_messages = feed.messages = 10;
  EXPECT_TRUE(differences(status, feed).empty());
}

TEST(DemoReport, EveryDifferenceIsTold) {
  const auto told = [](auto change) {
    NodeStatus status;
    FeedState feed;
    status.books = {top()};
    feed.books = {top()};
    status.itch_messages = feed.messages = 10;
    change(status, feed);
    return differences(status, feed).size();
  };
  EXPECT_EQ(told([](NodeStatus&, FeedState&) {}), 0U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.books[0].bid = {101}; }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.books[0].ask_quantity = 7; }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.books[0].bid_quantity = 0; }), 1U);
  EXPECT_EQ(told([](NodeStatus& status, FeedState&) { status.books[0].symbol = {}; }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.books.clear(); }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.messages = 9; }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.missing = 1; }), 1U);
  EXPECT_EQ(told([](NodeStatus&, FeedState& feed) { feed.anomalies = 1; }), 1U);
}

TEST(DemoReport, ASimulatedKernelIsLabelledAndToldInCyclesAndNs) {
  const std::string file = testing::TempDir() + "report_" + std::to_string(getpid()) + ".json";
  setenv("WIREBOOK_SIM_REPORT", file.c_str(), 1);
  DemoFindings findings;
  {
    const SimulationReport report;
    EXPECT_FALSE(report.read()) << "nobody has written it yet";
    std::ofstream(file) << R"({"simulated": true, "wire": "udp", "clock_mhz": 250, "cycles": 99000,
      "frames_in": 12, "frames_out": 34, "slots": 56,
      "latency_cycles": {"frames": 10, "min": 7, "median": 8, "max": 20}})";
    findings.kernel = report.read();
  }
  EXPECT_TRUE(std::filesystem::remove(file)) << "somebody asked for it: it stays";
  unsetenv("WIREBOOK_SIM_REPORT");
  ASSERT_TRUE(findings.kernel);
  LoadOptions options;
  options.accounts.emplace_back();
  options.symbols.push_back(Symbol::from("AAPL"));
  const Load load(options);
  const std::string table = demo_table(findings, load);
  for (const char* text : {"simulated card\n", "250 MHz", "7 cycles, 28.0 ns", "8 cycles, 32.0 ns",
                           "20 cycles, 80.0 ns", "99,000"})
    EXPECT_NE(table.find(text), std::string::npos) << text << table;
  EXPECT_NE(demo_json(findings, load).find(R"("median_cycles":8,"max_cycles":20,"median_ns":32.0)"),
            std::string::npos);
  findings.kernel.reset();
  EXPECT_EQ(demo_table(findings, load).find("simulated"), std::string::npos);
}

TEST(DemoReport, AReportThatNobodyAskedForIsRemoved) {
  unsetenv("WIREBOOK_SIM_REPORT");
  std::string file;
  {
    const SimulationReport report;
    ASSERT_NE(std::getenv("WIREBOOK_SIM_REPORT"), nullptr);
    file = std::getenv("WIREBOOK_SIM_REPORT");
    std::ofstream(file) << R"({"clock_mhz": 300, "latency_cycles": {"frames": 0}})";
    ASSERT_TRUE(report.read());
    EXPECT_EQ(report.read()->measured, 0U);
  }
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(std::getenv("WIREBOOK_SIM_REPORT"), nullptr);
}

}  // namespace
}  // namespace wirebook::node
