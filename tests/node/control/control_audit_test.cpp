// Goal: each act stands in the audit with who asked; what cannot be audited is not done.
// Method: as control_acts_test.cpp; the audit's file becomes a directory, or a FIFO.
#include <array>
#include <filesystem>
#include <fstream>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control_rig.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(ControlTest, EachActStandsInTheAuditWithItsPeer) {
  done("halt AAPL T1");
  refused("break 99", "no such trade");
  EXPECT_THAT(ask("status"), StartsWith("{"));
  const std::string audit = file_text(sockets_.audit());
  const std::string who =
      fmt::format(R"("pid":{},"uid":{},"gid":{},"request":)", getpid(), getuid(), getgid());
  EXPECT_THAT(audit, HasSubstr(who + R"("halt AAPL T1"})"));
  EXPECT_THAT(audit, HasSubstr(R"("act":1,"ok":true)"));
  EXPECT_THAT(audit, HasSubstr(who + R"("break 99 S"})"));
  EXPECT_THAT(audit, HasSubstr(R"("act":2,"ok":false)"));
  EXPECT_THAT(audit, Not(HasSubstr("status")));
  EXPECT_THAT(log(), HasSubstr(fmt::format("control: pid {} uid {}: halt AAPL T1: sequence",
                                           getpid(), getuid())));
}

// What a full disk or a loss of power cut off stays as it is, alone.
TEST_F(ControlTest, ALineOfTheAuditThatWasCutOffSwallowsNoOther) {
  done("halt AAPL");
  stop();
  std::ofstream(sockets_.audit(), std::ios::app) << R"({"time":"2026-)";
  start();
  done("resume AAPL");
  std::ifstream audit(sockets_.audit());
  std::vector<std::string> lines;
  for (std::string line; std::getline(audit, line);)
    lines.push_back(line);
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_EQ(lines[3], R"({"time":"2026-)");
  EXPECT_THAT(lines[4], HasSubstr(R"("start":)"));
  EXPECT_THAT(lines[5], HasSubstr(R"("request":"resume AAPL")"));
}

TEST_F(ControlTest, NothingIsDoneThatCannotBeAudited) {
  std::filesystem::remove(sockets_.audit());
  std::filesystem::create_directory(sockets_.audit());
  refused("halt AAPL", "nothing is done without the audit");
  EXPECT_THAT(ask("instruments"),
              HasSubstr(R"("symbol":"AAPL","round_lot":100,"trading_state":"T")"));
}

// Whoever may write the directory cannot hold up the control with it.
TEST_F(ControlTest, AnAuditThatBecomesAFifoHoldsUpNobody) {
  std::filesystem::remove(sockets_.audit());
  ASSERT_EQ(mkfifo(sockets_.audit().c_str(), 0600), 0);
  refused("halt AAPL", "audit: is no regular file");
  const int reader = open(sockets_.audit().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  refused("halt AAPL", "audit: is no regular file");
  std::array<char, 8> bytes{};
  EXPECT_EQ(read(reader, bytes.data(), bytes.size()), 0);
  close(reader);
  std::filesystem::remove(sockets_.audit());
  done("halt AAPL");
}

}  // namespace
}  // namespace wirebook::node
