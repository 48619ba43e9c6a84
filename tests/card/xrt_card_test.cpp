// Goal: the node's card over XRT: a host that is killed under load leaves a card that the next one
// takes over at once, and a card that goes away is lost, not waited for. Method: the simulated card
// as a process of its own; hosts are processes too; the card counts what hits no memory.
#include <csignal>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/prctl.h>

#include "tests/card/simulated_card.hpp"

namespace wirebook::card::test {
namespace {

constexpr TimeNs start_time{34'200'000'000'000};

class XrtCard : public testing::Test {
 protected:
  void SetUp() override {
    use_simulated_card(folder);
    const std::string socket = folder.file("card");
    card_ = fork();
    ASSERT_GE(card_, 0);
    if (card_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      execl(WIREBOOK_BINARY_DIR "/wirebook_sim_card", "wirebook_sim_card", "--socket",
            socket.c_str(), "--wire", "none", "--report", folder.file("report.json").c_str(),
            nullptr);
      _exit(127);
    }
    ASSERT_TRUE(eventually([&] { return access(socket.c_str(), F_OK) == 0; }));
    setenv("WIREBOOK_SIM_CARD", socket.c_str(), 1);
  }
  void TearDown() override {
    if (card_ > 0)
      power_off();
    unsetenv("WIREBOOK_SIM_CARD");
  }
  /// Its report.
  std::string power_off() {
    kill(card_, SIGTERM);
    waitpid(card_, nullptr, 0);
    card_ = -1;
    std::ostringstream text;
    text << std::ifstream(folder.file("report.json")).rdbuf();
    return text.str();
  }

  static CardConfig config_of(std::uint32_t epoch) {
    CardConfig config = small_config();
    config.epoch = epoch;
    config.lease_ms = 1;
    return config;
  }

  /// Injects and takes until so many slots came; false if one does not, or is not whole.
  static bool live(Card& card, Host& host, std::uint64_t slots) {
    std::uint64_t polls = 0;
    return eventually([&] {
             const TimeNs now{start_time.raw + ++polls * 250'000};
             card.poll(now);
             if (card.state() == CardState::lease_expired)  // this machine had other things to do
               card.start(now);
             for (std::uint64_t free = card.taken() + 64 - host.injected(); free != 0; --free)
               host.inject(std::vector{host_slot(SlotKind::clock)}, false);
             card.injected(host.injected());
             if (host.take() != 0)
               host.give_back();
             return host.sequence() >= slots || !host.error.empty();
           }) &&
           host.error.empty();
  }

  /// A host of its own process, killed while it lives.
  void kill_a_host(std::uint32_t epoch) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      const CardConfig config = config_of(epoch);
      const auto card = open_simulated_card(config);
      Host host(*card, config);
      card->start(start_time);
      if (!live(*card, host, 1'500))
        _exit(1);
      std::ofstream(folder.file("lives")) << "1";
      live(*card, host, ~std::uint64_t{0});
      _exit(1);
    }
    EXPECT_TRUE(eventually([&] { return access(folder.file("lives").c_str(), F_OK) == 0; }));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    unlink(folder.file("lives").c_str());
  }

  Folder folder;

 private:
  pid_t card_ = -1;
};

TEST_F(XrtCard, is_taken_over_from_a_host_that_was_killed) {
  for (std::uint32_t epoch = 1; epoch <= 2; ++epoch)
    ASSERT_NO_FATAL_FAILURE(kill_a_host(epoch));
  const Ended asked = run_shell("XILINX_XRT=$XILINX_XRT WIREBOOK_SIM_CARD=$WIREBOOK_SIM_CARD",
                                WIREBOOK_BINARY_DIR "/wirebook card info");
  EXPECT_EQ(asked.exit_code, 0) << asked.output;
  EXPECT_NE(asked.output.find("slot ring     1024 slots"), std::string::npos)
      << "what the dead host left is to be seen: " << asked.output;
  {
    const CardConfig config = config_of(3);
    const auto card = open_simulated_card(config);
    EXPECT_EQ(card->state(), CardState::idle);
    Host host(*card, config);
    card->start(start_time);
    EXPECT_TRUE(live(*card, host, 3 * config.ring_slots)) << host.error;
    // What was injected last may be on its way to the host while the card has counted it.
    const std::uint64_t counted = card->counters().slots;
    EXPECT_GE(counted, host.sequence());
    EXPECT_LE(counted, host.sequence() + 64);
    EXPECT_TRUE(card->identity().bus.simulated);
  }
  const std::string report = power_off();
  EXPECT_NE(report.find("\"stray_accesses\": 0"), std::string::npos) << report;
}

TEST_F(XrtCard, that_goes_away_is_lost) {
  const CardConfig config = config_of(1);
  const auto card = open_simulated_card(config);
  Host host(*card, config);
  card->start(start_time);
  ASSERT_TRUE(live(*card, host, 100));
  power_off();
  card->poll({start_time.raw + 1'000'000'000});
  EXPECT_EQ(card->state(), CardState::lost);
  EXPECT_TRUE(card->frame_room().empty());
  EXPECT_FALSE(card->quiesce());
}

}  // namespace
}  // namespace wirebook::card::test
