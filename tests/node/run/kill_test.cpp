// Goal: what a client was told outlives the node. `kill -9` at any moment, and the next node on the
// same journal knows every order that was answered, repeats every message to the byte, and answers
// each order once.
// Method: `wirebook run` in durable mode as a child process, two clients that trade without pause,
// SIGKILL at random moments, sometimes once more while the next one recovers. WIREBOOK_KILL_ROUNDS
// rounds, 3 unless told; WIREBOOK_SEED repeats the draws (the moments still depend on the machine).
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kill_client.hpp"
#include "tests/node/running_program.hpp"

namespace wirebook::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* durable_config = R"(
[[instruments]]
symbol = "AAPL"
[[sessions]]
username = "alice"
password = "secret"
firm = "ACME"
cancel_on_disconnect = false
[[sessions]]
username = "bob"
password = "secret"
firm = "BETA"
cancel_on_disconnect = false
[engine]
orders = 65536
trades = 65536
[rings]
slots = 4096
events = 4096
wait = "park"
[journal]
mode = "durable"
segment_mib = 1
segments_ahead = 1
snapshot_slots = 2048
)";

constexpr const char* one_thread_config = R"(
[threads]
ingress = 0
match = 0
wire_out = 0
journal = 0
pin = false
)";

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string config_text(const std::string& directory, const std::string& more,
                        std::uint64_t rounds) {
  // Clients ask for all that they were ever told: up to a MiB a round.
  return durable_config +
         fmt::format(
             "directory = \"{}\"\n[order_entry]\nlisten = \"127.0.0.1:0\"\n"
             "history_mib = {}\n",
             directory, 16 + rounds) +
         more;
}

class KillTest : public testing::TestWithParam<const char*> {
 protected:
  KillTest()
      : seed_(number_from("WIREBOOK_SEED", std::random_device{}())),
        random_(seed_),
        directory_(std::filesystem::temp_directory_path() /
                   ("wirebook_kill_" + std::to_string(getpid()))),
        alice_("alice", random_()),
        bob_("bob", random_()) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    config_ = file_with(config_text(directory_.string(), GetParam(), rounds_));
  }
  ~KillTest() override {
    if (!HasFailure())
      std::filesystem::remove_all(directory_);
  }

  std::uint64_t draw(std::uint64_t below) { return random_() % below; }

  /// A node that runs, with both clients back; null if it could not.
  std::unique_ptr<RunningProgram> start() {
    auto node =
        std::make_unique<RunningProgram>(std::vector<std::string>{"run", "--config", config_});
    const auto port = node->wait_for("order entry: UFO on 127.0.0.1:");
    if (!port || !node->wait_for("running")) {
      ADD_FAILURE() << node->output();
      return nullptr;
    }
    const Endpoint endpoint{0x7F000001, static_cast<std::uint16_t>(std::stoul(*port))};
    alice_.resume(endpoint);
    bob_.resume(endpoint);
    return node;
  }
  void trade_for(milliseconds time) {
    for (const auto until = steady_clock::now() + time; steady_clock::now() < until;) {
      alice_.trade();
      bob_.trade();
    }
  }
  /// Starts one that is killed again, most likely before it runs.
  void start_and_kill() {
    RunningProgram node({"run", "--config", config_});
    std::this_thread::sleep_for(milliseconds(draw(60)));
    node.end(SIGKILL);
  }

  const std::uint64_t rounds_ = number_from("WIREBOOK_KILL_ROUNDS", 3);
  const std::uint64_t seed_;
  std::mt19937_64 random_;
  const std::filesystem::path directory_;
  std::string config_;
  KillClient alice_;
  KillClient bob_;
};

TEST_P(KillTest, WhatWasToldOutlivesTheNode) {
  SCOPED_TRACE("WIREBOOK_SEED=" + std::to_string(seed_) + ", journal in " + directory_.string());
  std::string session;
  for (std::uint64_t round = 0; round < rounds_ && !HasFailure(); ++round) {
    const auto node = start();
    ASSERT_NE(node, nullptr);
    EXPECT_TRUE(session.empty() || alice_.session() == session) << "the day has one session";
    session = alice_.session();
    trade_for(milliseconds(20 + draw(400)));
    EXPECT_EQ(node->end(SIGKILL), 1000 + SIGKILL) << node->output();
    while (draw(3) == 0)
      start_and_kill();
  }
  ASSERT_FALSE(HasFailure());

  const auto node = start();
  ASSERT_NE(node, nullptr);
  trade_for(milliseconds(50));
  for (KillClient* const client : {&alice_, &bob_}) {
    client->settle();
    client->close_all();
    client->check_history();
  }
  EXPECT_EQ(node->end(SIGTERM), 0) << node->output();
  std::map<std::uint64_t, int> trades;
  alice_.add_trades(trades);
  bob_.add_trades(trades);
  for (const auto& [match_number, told] : trades)
    EXPECT_EQ(told, 2) << "trade " << match_number << " has two sides";
  EXPECT_FALSE(trades.empty());

  for (const auto& day : std::filesystem::directory_iterator(directory_)) {
    const Ended verified = run({"journal", "verify", "--dir", day.path()});
    EXPECT_EQ(verified.code, 0) << verified.output;
  }
  std::printf("%llu rounds, seed %llu: %zu and %zu messages, %zu trades\n",
              static_cast<unsigned long long>(rounds_), static_cast<unsigned long long>(seed_),
              alice_.messages(), bob_.messages(), trades.size());
}

INSTANTIATE_TEST_SUITE_P(Threads, KillTest, testing::Values("", one_thread_config),
                         [](const auto& more) {
                           return *more.param == '\0' ? "ByItself" : "OneForAll";
                         });

}  // namespace
}  // namespace wirebook::node
