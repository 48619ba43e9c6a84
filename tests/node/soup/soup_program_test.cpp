// Goal: where the host refuses io_uring, as a whole or one of its calls, order entry over TCP goes
// by epoll, and a line says so.
// Method: `wirebook run` as a child that inherits a seccomp filter from the thread that starts it.
#include <cerrno>
#include <memory>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <seccomp.h>

#include "soup_test_client.hpp"
#include "tests/node/running_program.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;

struct Refusal {
  const char* name;
  const char* call;
  int error;
  const char* text;
};

class SoupProgramTest : public testing::TestWithParam<Refusal> {
 protected:
  /// The filter holds for the thread that loads it, and for its child.
  void SetUp() override {
    bool loaded = false;
    std::thread([&] {
      const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
      const int call = seccomp_syscall_resolve_name(GetParam().call);
      const auto refuse = SCMP_ACT_ERRNO(static_cast<std::uint16_t>(GetParam().error));
      loaded = filter != nullptr && seccomp_rule_add(filter, refuse, call, 0) == 0 &&
               seccomp_load(filter) == 0;
      seccomp_release(filter);
      if (loaded)
        node_ = std::make_unique<RunningProgram>(
            std::vector<std::string>{"run", "--config", file_with(config)});
    }).join();
    if (!loaded)
      GTEST_SKIP() << "no system call may be refused here";
  }

  static inline const std::string config =
      std::string(good_config) + "[soup]\nlisten = \"127.0.0.1:0\"\n";
  std::unique_ptr<RunningProgram> node_;
};

TEST_P(SoupProgramTest, GoesByEpollAndSaysSo) {
  const auto port = node_->wait_for("order entry: OUCH over SoupBinTCP on 127.0.0.1:");
  ASSERT_TRUE(port && node_->wait_for("running")) << node_->output();
  EXPECT_THAT(*port, HasSubstr(", by epoll, sends by sendmsg"));
  EXPECT_THAT(node_->output(), HasSubstr("TCP: epoll, because io_uring is refused (" +
                                         std::string(GetParam().text) + ")"));
  SoupTestClient alice({0x7F000001, static_cast<std::uint16_t>(std::stoul(*port))}, "alice",
                       "secret");
  ASSERT_TRUE(alice.log_in());
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.types(2), "SA");
  EXPECT_EQ(node_->end(SIGINT), 0) << node_->output();
}

INSTANTIATE_TEST_SUITE_P(
    Refused, SoupProgramTest,
    testing::Values(Refusal{"Setup", "io_uring_setup", EPERM, "Operation not permitted"},
                    Refusal{"OldKernel", "io_uring_setup", ENOSYS, "Function not implemented"},
                    Refusal{"Register", "io_uring_register", EPERM, "Operation not permitted"},
                    Refusal{"Enter", "io_uring_enter", EPERM, "Operation not permitted"}),
    [](const auto& refusal) { return std::string(refusal.param.name); });

}  // namespace
}  // namespace wirebook::node
