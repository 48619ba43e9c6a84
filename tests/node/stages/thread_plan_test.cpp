// Goal: stages are laid out on threads by the processors that are there, or as configured.
// Method: plans for chosen sets of processors, as text.
#include "node/stages/thread_plan.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace wirebook::node {
namespace {

std::string plan(const NodeConfig& config, std::vector<std::uint32_t> cpus) {
  return to_string(plan_threads(config, cpus));
}

TEST(ThreadPlan, FollowsTheProcessors) {
  EXPECT_EQ(plan({}, {0}), "ingress + match + wire_out, waiting: park");
  EXPECT_EQ(plan({}, {0, 1}), "ingress + match + wire_out, waiting: park");
  EXPECT_EQ(plan({}, {0, 1, 2}), "ingress + match + wire_out, waiting: park");
  EXPECT_EQ(plan({}, {4, 5, 8, 9}), "ingress + match + wire_out on cpu 8, waiting: park");
  EXPECT_EQ(plan({}, {0, 1, 2, 3, 4, 5, 6}), "ingress + match + wire_out on cpu 2, waiting: park");
  EXPECT_EQ(plan({}, {0, 1, 2, 3, 4, 5, 6, 7}),
            "ingress on cpu 1 | match on cpu 2 | wire_out on cpu 3, waiting: spin");
}

TEST(ThreadPlan, AJournalIsAStageOfItsOwn) {
  NodeConfig config;
  config.journal.mode = JournalMode::async;
  for (const std::vector<std::uint32_t>& cpus :
       {std::vector<std::uint32_t>{0}, std::vector<std::uint32_t>{0, 1}})
    EXPECT_EQ(plan(config, cpus), "ingress + match + journal + wire_out, waiting: park");
  EXPECT_EQ(plan(config, {0, 1, 2}), "ingress + match + wire_out | journal, waiting: park");
  EXPECT_EQ(plan(config, {4, 5, 8, 9}),
            "ingress + match + wire_out on cpu 8 | journal on cpu 4, waiting: park");
  EXPECT_EQ(plan(config, {0, 1, 2, 3, 4, 5, 6, 7}),
            "ingress on cpu 1 | match on cpu 2 | journal on cpu 4 | wire_out on cpu 3, waiting: "
            "spin");
  config.threads = {
      .automatic = false, .ingress = 3, .match = 1, .wire_out = 3, .journal = 2, .pin = false};
  EXPECT_EQ(plan(config, {0}), "ingress + wire_out | match | journal, waiting: park");
}

TEST(ThreadPlan, FollowsTheConfiguration) {
  NodeConfig config;
  config.threads.pin = false;
  config.rings.wait = WaitMode::park;
  EXPECT_EQ(plan(config, {0, 1, 2, 3}), "ingress + match + wire_out, waiting: park");
  EXPECT_EQ(plan(config, {0, 1, 2, 3, 4, 5, 6, 7}), "ingress | match | wire_out, waiting: park");
  config.threads = {.automatic = false, .ingress = 3, .match = 1, .wire_out = 3};
  EXPECT_EQ(plan(config, {0}), "ingress + wire_out on cpu 3 | match on cpu 1, waiting: park");
}

TEST(ThreadPlan, AsksTheSocketWhereALoneOrderIsToBeAnsweredSoon) {
  const auto asks = [](bool one_thread, WaitMode wait) {
    NodeConfig config;
    config.threads = {.automatic = false, .wire_out = one_thread ? 0U : 1U};
    config.rings.wait = wait;
    return plan_threads(config, {0, 1}).asks_sockets();
  };
  EXPECT_TRUE(asks(true, WaitMode::park));
  EXPECT_TRUE(asks(true, WaitMode::spin));
  EXPECT_TRUE(asks(false, WaitMode::spin));
  EXPECT_FALSE(asks(false, WaitMode::park));
}

}  // namespace
}  // namespace wirebook::node
