// Goal: `--card` takes the card that was asked for or says why not, with the exit codes that others
// rely on; with the kernel in the loop every order is answered; a card that goes ends the node.
// Method: the program itself as a child process; where this build has the simulated card, under the
// unmodified XRT with that.
#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/program.hpp"

namespace wirebook::node {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// All of 127.0.0.0/8 is this host: each process takes an address of its own.
std::string own_address() {
  return "127." + std::to_string(getpid() / 250 % 250 + 1) + "." + std::to_string(getpid() % 250) +
         ".2";
}
/// Another one each time: a socket may outlive its process for a moment, by io_uring's work.
int own_port(int step = 0) {
  static int port = 26'600;
  return port += step;
}

std::string with_card(const std::string& card, const std::string& listen = "") {
  std::string text = good_config;
  text.replace(text.find("127.0.0.1:0"), 11,
               listen.empty() ? own_address() + ":" + std::to_string(own_port(1)) : listen);
  return text + card;
}

const auto end_it = [](pid_t child) { kill(child, SIGTERM); };
const ProgramRun until_running{.environment = {{"XILINX_XRT", ""}, {"WIREBOOK_MODULES", ""}},
                               .wait_for = "running",
                               .then = end_it};

TEST(CardOption, WithoutAnImageAutoMeansSockets) {
  for (const auto& arguments : {std::vector<std::string>{}, {"--card", "auto"}}) {
    std::vector<std::string> all{"run", "--config", file_with(good_config)};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Ended ended = run(all, until_running);
    EXPECT_EQ(ended.code, 0) << ended.output;
    EXPECT_THAT(ended.output,
                HasSubstr("card: none, since [card] names no image; the host's sockets"));
  }
}

TEST(CardOption, AutoSaysWhyItsCardIsNotThereAndGoesOn) {
  const std::string file = file_with(with_card("[card]\nimage = \"/nonexistent.xclbin\"\n"));
  const Ended ended = run({"run", "--config", file}, until_running);
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("card: none ("), HasSubstr("); the host's sockets"),
                                  HasSubstr("order entry: UFO on " + own_address() + ":" +
                                            std::to_string(own_port()))));
}

TEST(CardOption, SoftDoesNotLookForACard) {
  const std::string file = file_with(with_card("[card]\nimage = \"/nonexistent.xclbin\"\n"));
  const Ended ended = run({"run", "--config", file, "--card", "soft"}, until_running);
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("card: none, as asked for; the host's sockets"));
}

TEST(CardOption, ACardThatIsNotThereEndsWith7) {
  const Ended ended =
      run({"run", "--config", file_with(with_card("")), "--card", "/nonexistent.xclbin"},
          until_running);
  EXPECT_EQ(ended.code, 7) << ended.output;
  EXPECT_THAT(ended.output, testing::Not(HasSubstr("running")));
  const Ended demo = run({"demo", "--card", "/nonexistent.xclbin"}, until_running);
  EXPECT_EQ(demo.code, 7) << demo.output;
}

TEST(CardOption, WhatACardCannotDoIsAWrongConfiguration) {
  const std::string file = file_with(with_card("", "127.0.0.2:0"));
  const Ended ended = run({"run", "--config", file, "--card", "/nonexistent.xclbin"});
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.output, HasSubstr(file + ": order_entry.listen: is 127.0.0.2:0, but a card"));
}

#if defined(WIREBOOK_SIM_XRT)

const std::string image = std::string(WIREBOOK_SIM_XRT) + "/wirebook_user_managed.xclbin";

/// The simulated card is locked by a file in it: tests beside each other have each a card.
class OwnFolder {
 public:
  OwnFolder() { std::filesystem::create_directories(path_); }
  ~OwnFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;

  [[nodiscard]] std::string path() const { return path_; }

 private:
  std::filesystem::path path_ = std::filesystem::temp_directory_path() /
                                ("wirebook_card_program_" + std::to_string(getpid()));
};

std::string own_folder() {
  static const OwnFolder folder;
  return folder.path();
}

/// WIREBOOK_SIM_CARD names the socket of a card in a process of its own.
std::vector<std::pair<std::string, std::string>> simulated(const std::string& card = "") {
  return {{"XILINX_XRT", WIREBOOK_SIM_XRT},
          {"XDG_RUNTIME_DIR", own_folder()},
          {"WIREBOOK_SIM_WIRE", "udp"},
          {"WIREBOOK_SIM_REPORT", ""},
          {"WIREBOOK_SIM_CARD", card}};
}

TEST(SimulatedCard, EveryOrderOfTheDemoIsAnsweredAndItsTableSaysSimulated) {
  const std::string json = own_folder() + "/demo.json";
  const Ended ended = run({"demo", "--card", image, "--seconds", "2", "--rate", "200", "--sessions",
                           "2", "--plain", "--json", json},
                          {.environment = simulated()});
  EXPECT_EQ(ended.code, 0) << ended.output;
  for (const char* line :
       {"\nsimulated card\n", "market data: its receiver is at 02:00:7f:00:00:01",
        "books rebuilt from the feed: equal", "kernel latency", " cycles, ", "300 MHz",
        "200 messages/s for 2.0 s"})
    EXPECT_THAT(ended.output, HasSubstr(line));
  std::string text;
  std::getline(std::ifstream(json), text);
  std::filesystem::remove(json);
  EXPECT_THAT(text, AllOf(HasSubstr(R"("card":{"simulated":true,"clock_mhz":300)"),
                          HasSubstr(R"("books_equal":true)")));
}

TEST(SimulatedCard, RunsUntilASignalWithASummary) {
  const Ended ended = run({"run", "--config", file_with(with_card("")), "--card", image},
                          {.environment = simulated(), .wait_for = "running", .then = end_it});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("order entry: UFO on " + own_address() + ":" +
                                            std::to_string(own_port())),
                                  HasSubstr("simulated"), HasSubstr("summary"),
                                  HasSubstr("  card         1 frames in, ")));
}

TEST(SimulatedCard, TakesTheSampleConfiguration) {
  std::ifstream file(std::string(WIREBOOK_SOURCE_DIR) + "/host/node/node.toml");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  text.replace(text.find("127.0.0.1:26400"), 15, own_address() + ":" + std::to_string(own_port(1)));
  const Ended ended = run({"run", "--config", file_with(text), "--card", image},
                          {.environment = simulated(), .wait_for = "running", .then = end_it});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("simulated"), HasSubstr("summary")));
}

TEST(SimulatedCard, ACardThatGoesEndsTheNodeWith7AndNamesTheReset) {
  const std::string socket = own_folder() + "/card";
  pid_t card = 0;
  Ended node;
  const Ended process =
      run({"--socket", socket},
          {.environment = simulated(),
           .wait_for = "hosts find it",
           .then =
               [&](pid_t child) {
                 card = child;
                 node = run({"run", "--config", file_with(with_card("")), "--card", image},
                            {.environment = simulated(socket),
                             .wait_for = "running",
                             .then = [&](pid_t) { kill(card, SIGKILL); }});
               },
           .program = WIREBOOK_SIM_CARD_PROGRAM});
  EXPECT_EQ(process.code, 1000 + SIGKILL) << process.output;
  EXPECT_EQ(node.code, 7) << node.output;
  EXPECT_THAT(node.output, AllOf(HasSubstr("the card is lost"), HasSubstr("xbutil reset -d"),
                                 HasSubstr("order entry has stopped"), HasSubstr("summary")));
}

#endif

}  // namespace
}  // namespace wirebook::node
