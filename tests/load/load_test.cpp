// The load generator against a small server in this process: every message gets its answer, with
// datagrams lost in both directions too, and what is counted on both sides agrees.
#include "node/load/load.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "node/load/load_report.hpp"
#include "node/sockets/endpoint.hpp"
#include "tests/load/ufo_responder.hpp"
#include "tests/patience.hpp"

namespace wirebook::node {
namespace {

LoadOptions options_for(const UfoResponder& server, std::size_t sessions) {
  LoadOptions options;
  options.to = server.endpoint();
  for (std::size_t i = 0; i < sessions; ++i)
    options.accounts.push_back(
        {Alpha<6>::from("user" + std::to_string(i)), Alpha<10>::from("secret")});
  options.symbols = {Symbol::from("AAPL"), Symbol::from("MSFT")};
  options.rate = 20'000;
  options.messages = 4000;
  options.answer_timeout_ms = 50;
  options.resends_max = patience_ms / options.answer_timeout_ms;
  options.login_timeout_ms = patience_ms;
  options.drain_ms = patience_ms;
  return options;
}

struct Finished {
  std::string problem;
  LoadResult result;
};

Finished run_load(Load& load) {
  Finished run{.problem = load.log_in()};
  if (!run.problem.empty())
    return run;
  const std::atomic<bool> stop{false};
  run.result = load.run(stop);
  load.log_off();
  return run;
}

std::uint64_t settled(const LoadCounters& counts) {
  return counts[LoadCount::answered] + counts[LoadCount::overtaken] + counts[LoadCount::unanswered];
}

TEST(Load, EveryMessageIsAnswered) {
  UfoResponder server({.executed_percent = 20});
  Load load(options_for(server, 3));
  const Finished done = run_load(load);
  ASSERT_EQ(done.problem, "");
  EXPECT_FALSE(done.result.stopped);
  const LoadCounters& counts = load.records().counters;
  EXPECT_EQ(counts[LoadCount::sent], 4000U);
  EXPECT_EQ(settled(counts), 4000U);
  EXPECT_TRUE(all_answered(load));
  EXPECT_EQ(counts[LoadCount::unexpected], 0U);
  EXPECT_EQ(counts[LoadCount::malformed], 0U);
  EXPECT_EQ(counts[LoadCount::adds] + counts[LoadCount::iocs], counts[LoadCount::accepted]);
  EXPECT_EQ(counts[LoadCount::accepted], server.counts().enters);
  EXPECT_EQ(counts[LoadCount::replaced], server.counts().replaces);
  EXPECT_EQ(counts[LoadCount::canceled] - counts[LoadCount::iocs], server.counts().cancels);
  EXPECT_GT(counts[LoadCount::executions], 0U);
  EXPECT_EQ(load.records().latency.count(), counts[LoadCount::answered]);
  EXPECT_EQ(server.counts().bad, 0U);
}

TEST(Load, LostDatagramsAreMadeGood) {
  UfoResponder server({.seed = 7, .lost_percent = 3, .executed_percent = 5});
  LoadOptions options = options_for(server, 2);
  options.messages = 1500;
  Load load(options);
  ASSERT_EQ(run_load(load).problem, "");
  const LoadCounters& counts = load.records().counters;
  EXPECT_EQ(counts[LoadCount::sent], 1500U);
  EXPECT_EQ(settled(counts), 1500U);
  EXPECT_EQ(counts[LoadCount::unanswered], 0U);
  EXPECT_EQ(counts[LoadCount::missed], 0U);
  EXPECT_GT(counts[LoadCount::resent], 0U);
  EXPECT_GT(counts[LoadCount::renumbered], 0U);
  EXPECT_GT(counts[LoadCount::gaps], 0U);
  EXPECT_GT(server.counts().retransmissions, 0U);
  // However often a message went out, the server has taken it once.
  EXPECT_EQ(counts[LoadCount::accepted], server.counts().enters);
  EXPECT_EQ(counts[LoadCount::adds] + counts[LoadCount::iocs], server.counts().enters);
}

TEST(Load, RejectsAreCountedAndAnswer) {
  UfoResponder server({.rejected_percent = 30});
  Load load(options_for(server, 1));
  ASSERT_EQ(run_load(load).problem, "");
  const LoadCounters& counts = load.records().counters;
  EXPECT_GT(counts[LoadCount::rejected], 0U);
  EXPECT_EQ(settled(counts), 4000U);
  EXPECT_TRUE(all_answered(load));
}

TEST(Load, SilenceIsFoundOut) {
  UfoResponder server({.answer_orders = false});
  LoadOptions options = options_for(server, 1);
  options.messages = 50;
  options.answer_timeout_ms = 20;
  options.drain_ms = 100;
  Load load(options);
  ASSERT_EQ(run_load(load).problem, "");
  EXPECT_EQ(load.records().counters[LoadCount::unanswered], 50U);
  EXPECT_EQ(load.records().latency.count(), 0U);
  EXPECT_FALSE(all_answered(load));
}

TEST(Load, RefusedAndUnansweredLoginsAreReported) {
  UfoResponder server({.refuse_logins = true});
  Load refused(options_for(server, 1));
  EXPECT_EQ(refused.log_in(), "login of user0 refused: not authorized");

  LoadOptions options = options_for(server, 2);
  options.to.port = 9;  // nobody listens there
  options.login_timeout_ms = 50;
  Load unanswered(options);
  EXPECT_EQ(unanswered.log_in(), "2 of 2 sessions got no answer to their login");
}

TEST(Load, ATcpPortThatNobodyListensOnIsSaidAtOnce) {
  UfoResponder server({});  // its port is one of UDP
  LoadOptions options = options_for(server, 2);
  options.soup = true;
  options.login_timeout_ms = 60'000;
  Load load(options);
  EXPECT_EQ(load.log_in(),
            "user0 has no connection to " + to_string(options.to) + ": Connection refused");
}

TEST(Load, StopsWhenTold) {
  UfoResponder server({});
  LoadOptions options = options_for(server, 1);
  options.messages = 0;
  options.seconds = 3600;
  Load load(options);
  ASSERT_EQ(load.log_in(), "");
  std::atomic<bool> stop{false};
  std::thread stopper([&] {
    while (load.records().counters[LoadCount::answered] < 100)
      std::this_thread::yield();
    stop = true;
  });
  const LoadResult result = load.run(stop);
  stopper.join();
  EXPECT_TRUE(result.stopped);
  EXPECT_TRUE(all_answered(load));
}

TEST(Load, FilesHoldTheFigures) {
  UfoResponder server({});
  LoadOptions options = options_for(server, 1);
  options.messages = 200;
  options.gaps = LoadGaps::uniform;
  options.wait = LoadWait::poll;
  Load load(options);
  const Finished done = run_load(load);
  ASSERT_EQ(done.problem, "");
  const std::string base = testing::TempDir() + "load_test_" + std::to_string(getpid());
  const LoadFiles files{.hgrm = base + ".hgrm", .json = base + ".json"};
  ASSERT_EQ(write_load_files(files, load, done.result), "");
  std::stringstream hgrm, json;
  hgrm << std::ifstream(files.hgrm).rdbuf();
  json << std::ifstream(files.json).rdbuf();
  EXPECT_NE(hgrm.str().find("Total count    =          200]"), std::string::npos) << hgrm.str();
  EXPECT_NE(json.str().find(R"("sent":200,)"), std::string::npos) << json.str();
  EXPECT_NE(load_table(load, done.result).find("unanswered"), std::string::npos);
  std::filesystem::remove(files.hgrm);
  std::filesystem::remove(files.json);
  EXPECT_EQ(write_load_files({.json = "/nowhere/x.json"}, load, done.result),
            "cannot write /nowhere/x.json");
}

}  // namespace
}  // namespace wirebook::node
