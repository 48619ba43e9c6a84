// Goal: a node that is killed and comes back from its journal has its clients again: they log in
// again by themselves, hear what they were not told, and send again what was lost; every order is
// answered. Method: `wirebook run` as a child process, killed while a load of this process goes on.
#include <optional>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "node/load/load.hpp"
#include "node/load/load_report.hpp"
#include "node/sockets/udp_socket.hpp"
#include "tests/node/journal_directory.hpp"
#include "tests/node/running_program.hpp"

namespace wirebook::node {
namespace {

constexpr std::size_t sessions = 3;

std::string user(std::size_t i) { return fmt::format("u{}", i); }

class LoadRestart : public testing::TestWithParam<bool> {
 protected:
  LoadRestart() { feed_.bind({0x7F000001, 0}); }

  /// False: it did not come up.
  bool start() {
    std::string text = fmt::format(
        "[[instruments]]\nsymbol = \"AAPL\"\n[engine]\norders = 65536\n"
        "[order_entry]\nlisten = \"127.0.0.1:{}\"\n[soup]\nlisten = \"127.0.0.1:{}\"\n"
        "[market_data]\nsend_to = \"127.0.0.1:{}\"\n"
        "[journal]\nmode = \"durable\"\ndirectory = \"{}\"\nsegment_mib = 1\n",
        ufo_, soup_, feed_.local().port, directory_.path());
    for (std::size_t i = 0; i < sessions; ++i)
      text += fmt::format(
          "[[sessions]]\nusername = \"{}\"\npassword = \"secret\"\nfirm = \"F{}\"\n"
          "cancel_on_disconnect = false\n",
          user(i), i);
    node_.emplace(std::vector<std::string>{"run", "--config", file_with(text)});
    const auto ufo = node_->wait_for("order entry: UFO on 127.0.0.1:");
    const auto soup = node_->wait_for("order entry: OUCH over SoupBinTCP on 127.0.0.1:");
    if (!ufo || !soup || !node_->wait_for("running"))
      return false;
    ufo_ = static_cast<std::uint16_t>(std::strtoul(ufo->c_str(), nullptr, 10));
    soup_ = static_cast<std::uint16_t>(std::strtoul(soup->c_str(), nullptr, 10));
    return true;
  }

  UdpSocket feed_;
  ScratchDirectory directory_;
  std::uint16_t ufo_ = 0;  ///< the second node is found where the first one was
  std::uint16_t soup_ = 0;
  std::optional<RunningProgram> node_;
};

TEST_P(LoadRestart, ComesBackAndLosesNothing) {
  ASSERT_TRUE(start()) << node_->output();
  LoadOptions options;
  options.soup = GetParam();
  options.to = {0x7F000001, options.soup ? soup_ : ufo_};
  for (std::size_t i = 0; i < sessions; ++i)
    options.accounts.push_back({Alpha<6>::from(user(i)), Alpha<10>::from("secret")});
  options.symbols = {Symbol::from("AAPL")};
  options.rate = 1000;
  options.seconds = 3600;
  options.drain_ms = 60'000;
  options.login_timeout_ms = 20'000;
  Load load(options);
  ASSERT_EQ(load.log_in(), "");
  std::atomic<bool> stop{false};
  std::thread trading([&] { load.run(stop); });
  const LoadCounters& counts = load.records().counters;
  const auto reaches = [&](LoadCount which, std::uint64_t value) {
    for (int waited_ms = 0; waited_ms < 60'000 && counts[which] < value; waited_ms += 10)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return counts[which] >= value;
  };
  EXPECT_TRUE(reaches(LoadCount::answered, 500));
  node_->end(SIGKILL);
  EXPECT_TRUE(start()) << node_->output();
  EXPECT_TRUE(reaches(LoadCount::resumed, sessions)) << "they are back";
  EXPECT_TRUE(reaches(LoadCount::answered, counts[LoadCount::answered] + 500));
  stop = true;
  trading.join();
  EXPECT_TRUE(all_answered(load)) << counts[LoadCount::unanswered];
  EXPECT_EQ(counts[LoadCount::missed], 0U);
  EXPECT_EQ(counts[LoadCount::unexpected], 0U);
}

INSTANTIATE_TEST_SUITE_P(Roads, LoadRestart, testing::Values(false, true),
                         [](const auto& soup) { return soup.param ? "Soup" : "Ufo"; });

}  // namespace
}  // namespace wirebook::node
