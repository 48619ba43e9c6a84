// Goal: a device is shared as a card's is: many may look, one has the kernel.
// Method: two hosts in one process, and in two.

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/xrt/xrt_host.hpp"

namespace wirebook::test {
namespace {

int refusal() {
  try {
    XrtHost host;
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

TEST(XrtOpening, ASecondHostIsRefusedAndToldWhoHasTheCard) {
  Surroundings surroundings;
  std::array<int, 2> to_parent{};
  std::array<int, 2> to_child{};
  ASSERT_EQ(pipe(to_parent.data()) | pipe(to_child.data()), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    char byte = 0;
    {
      XrtHost host;
      static_cast<void>(!::write(to_parent[1], "", 1));
      static_cast<void>(!::read(to_child[0], &byte, 1));
    }
    static_cast<void>(!::write(to_parent[1], "", 1));
    static_cast<void>(!::read(to_child[0], &byte, 1));
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(to_parent[0], &byte, 1), 1);
  testing::internal::CaptureStderr();
  EXPECT_EQ(refusal(), EBUSY);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("in use by process " + std::to_string(child)), std::string::npos) << said;
  xrt::device looker(0U);
  EXPECT_NE(looker.get_info<xrt::info::device::name>().find("simulated"), std::string::npos);

  ASSERT_EQ(::write(to_child[1], "", 1), 1);  // it closes
  ASSERT_EQ(::read(to_parent[0], &byte, 1), 1);
  EXPECT_EQ(refusal(), 0);
  ASSERT_EQ(::write(to_child[1], "", 1), 1);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
}

TEST(XrtOpening, InOneProcessAsWell) {
  Surroundings surroundings;
  {
    XrtHost host;
    testing::internal::CaptureStderr();
    EXPECT_EQ(refusal(), EBUSY);
    testing::internal::GetCapturedStderr();
    EXPECT_EQ(host.read(reg::identity), reg::identity_value);
  }
  EXPECT_EQ(refusal(), 0);
}

TEST(XrtOpening, AHostThatDiesLeavesNoLock) {
  Surroundings surroundings;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    XrtHost host;
    kill(getpid(), SIGKILL);
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_EQ(refusal(), 0);
}

TEST(XrtOpening, HostOnlyMemoryIsOfTheHostsBankAlone) {
  Surroundings surroundings;
  XrtHost host;
  EXPECT_ANY_THROW(xrt::bo(host.device(), 4'096, xrt::bo::flags::host_only, host.host_bank() - 1));
}

TEST(XrtOpening, OtherBuffersAreCopiedBySync) {
  Surroundings surroundings;
  XrtHost host;
  xrt::bo buffer(host.device(), 4'096, xrt::bo::flags::normal, host.host_bank());
  buffer.map<char*>()[17] = 'a';
  buffer.sync(XCL_BO_SYNC_BO_TO_DEVICE);
  buffer.map<char*>()[17] = 'b';
  buffer.sync(XCL_BO_SYNC_BO_FROM_DEVICE);
  EXPECT_EQ(buffer.map<char*>()[17], 'a');
}

}  // namespace
}  // namespace wirebook::test
