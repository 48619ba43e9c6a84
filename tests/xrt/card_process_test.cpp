// Goal: a card that is a process of its own outlives its hosts: what a host that was killed leaves
// behind is written to until its lease ends, never after, and the next host begins anew.
// Method: hosts are processes, killed while frames stream in; the card counts what hits no memory.

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tests/xrt/capture.hpp"
#include "tests/xrt/report.hpp"
#include "tests/xrt/xrt_host.hpp"

namespace wirebook::test {
namespace {

class XrtCardProcess : public testing::Test {
 protected:
  void power_on(const std::string& wire) {
    const std::string socket = surroundings.file("card");
    card_ = fork();
    ASSERT_GE(card_, 0);
    if (card_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      execl(WIREBOOK_BINARY_DIR "/wirebook_sim_card", "wirebook_sim_card", "--socket",
            socket.c_str(), "--wire", wire.c_str(), "--report",
            surroundings.file("report.json").c_str(), nullptr);
      _exit(127);
    }
    Surroundings::set("WIREBOOK_SIM_CARD", socket);
    ASSERT_TRUE(eventually([&] { return access(socket.c_str(), F_OK) == 0; }));
  }
  /// Its report.
  std::string power_off() {
    kill(card_, SIGTERM);
    int status = -1;
    waitpid(card_, &status, 0);
    card_ = -1;
    EXPECT_EQ(status, 0);
    return read_text(surroundings.file("report.json"));
  }
  void TearDown() override {
    if (card_ <= 0)
      return;
    kill(card_, SIGKILL);
    waitpid(card_, nullptr, 0);
  }

  /// Runs a host in a process of its own until it has taken so many slots, then kills it.
  void kill_host_after(std::uint64_t slots, std::uint32_t lease_cycles) {
    std::array<int, 2> progress{};
    ASSERT_EQ(pipe(progress.data()), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      live(slots, lease_cycles, progress[1]);
    }
    ::close(progress[1]);
    char byte = 0;
    EXPECT_EQ(::read(progress[0], &byte, 1), 1) << "the host ended by itself";
    ::close(progress[0]);
    kill(child, SIGKILL);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
  }

  Surroundings surroundings;

 private:
  [[noreturn]] static void live(std::uint64_t slots, std::uint32_t lease_cycles, int progress) try {
    XrtHost host;
    want_capture(host);
    host.start(lease_cycles);
    while (host.wait_for_slot() != nullptr) {
      if (host.taken() % 64 == 0) {
        host.write(reg::heartbeat, 1);
        host.give_back();
      }
      if (host.taken() == slots)
        static_cast<void>(!::write(progress, "", 1));
    }
    _exit(1);
  } catch (const std::exception& error) {
    fprintf(stderr, "the host to be killed: %s\n", error.what());
    _exit(1);
  }

  pid_t card_ = -1;
};

constexpr std::uint64_t frames = 20'000;

TEST_F(XrtCardProcess, OutlivesAHostThatIsKilledUnderLoad) {
  write_capture(surroundings.file("day.pcap"), frames);
  ASSERT_NO_FATAL_FAILURE(power_on("pcap:" + surroundings.file("day.pcap")));
  constexpr std::uint64_t before = 1'000;
  constexpr std::uint32_t lease_cycles = 500'000;
  ASSERT_NO_FATAL_FAILURE(kill_host_after(before, lease_cycles));

  constexpr std::uint64_t after = 3 * XrtHost::ring_slots;
  std::uint64_t left_behind = 0;
  {
    XrtHost host(2);
    EXPECT_TRUE(eventually([&] { return host.read(reg::state) == lease_expired; }))
        << "state " << host.read(reg::state);
    left_behind = host.read64(reg::acknowledged);
    EXPECT_GT(left_behind, before) << "the kernel did not go on when its host was dead";
    EXPECT_EQ(host.take(), nullptr) << "a slot of the dead host's";
    host.start(lease_cycles);
    for (std::uint64_t i = 0; i < after; ++i) {
      ASSERT_NE(host.wait_for_slot(), nullptr) << "slot " << i;  // sealed for this epoch
      if (i % 64 == 0) {
        host.write(reg::heartbeat, 1);
        host.give_back();
      }
    }
    EXPECT_TRUE(host.quiesce());
  }
  const std::string report = power_off();
  EXPECT_EQ(number(report, "stray_accesses"), 0U) << report;
  EXPECT_GE(number(report, "slots"), left_behind + after) << report;
}

TEST_F(XrtCardProcess, TheNextHostNeedNotWaitForTheLease) {
  write_capture(surroundings.file("day.pcap"), frames);
  ASSERT_NO_FATAL_FAILURE(power_on("pcap:" + surroundings.file("day.pcap")));
  for (std::uint32_t life = 1; life <= 3; ++life)
    ASSERT_NO_FATAL_FAILURE(kill_host_after(300, 0));
  {
    XrtHost host(2);
    EXPECT_EQ(host.read(reg::state), running) << "without a lease the kernel stops by no itself";
    host.start();
    ASSERT_NE(host.wait_for_slot(), nullptr);
    EXPECT_TRUE(host.quiesce());
  }
  const std::string report = power_off();
  EXPECT_EQ(number(report, "stray_accesses"), 0U) << report;
}

TEST_F(XrtCardProcess, RefusesASecondHost) {
  ASSERT_NO_FATAL_FAILURE(power_on("none"));
  XrtHost host;
  testing::internal::CaptureStderr();
  try {
    XrtHost second;
    ADD_FAILURE() << "two hosts have the kernel";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), EBUSY);
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("in use by process " + std::to_string(getpid())), std::string::npos) << said;
  EXPECT_EQ(host.read(reg::identity), reg::identity_value);
}

TEST_F(XrtCardProcess, ThatIsGoneReadsAsAllOnes) {
  ASSERT_NO_FATAL_FAILURE(power_on("none"));
  XrtHost host;
  EXPECT_EQ(host.read(reg::identity), reg::identity_value);
  power_off();
  host.write(reg::control, 1);
  EXPECT_EQ(host.read(reg::identity), ~0U);
  EXPECT_EQ(host.read(reg::state), ~0U);
}

TEST_F(XrtCardProcess, ThatWasNeverThereIsMissedByName) {
  Surroundings::set("WIREBOOK_SIM_CARD", surroundings.file("nothing"));
  testing::internal::CaptureStderr();
  EXPECT_ANY_THROW(XrtHost());
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("WIREBOOK_SIM_CARD"), std::string::npos) << said;
  EXPECT_NE(said.find("wirebook_sim_card --socket"), std::string::npos) << said;
}

}  // namespace
}  // namespace wirebook::test
