// Goal: `[fix]` is read strictly, and printed so that it is read back. Method: small files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/config/config_parser.hpp"

namespace wirebook::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* fix_accounts =
    "[soup]\n[[sessions]]\nusername = \"Alice\"\npassword = \"secret\"\nfirm = \"ACME\"\n";

ConfigResult with(const std::string& fix) { return parse_config(fix_accounts + fix, "f"); }

TEST(ConfigFix, WithoutTheTableThereIsNone) {
  EXPECT_FALSE(with("").config.fix.on);
  const ConfigResult plain = with("[fix]\n");
  EXPECT_TRUE(plain.ok());
  EXPECT_TRUE(plain.config.fix.on);
  EXPECT_FALSE(plain.config.fix.order_entry.has_value());
}

TEST(ConfigFix, WhatIsPrintedIsReadBack) {
  const ConfigResult first = with(
      "[fix]\nlisten = \"0.0.0.0:9000\"\norder_entry = \"10.0.0.1:26401\"\ncomp_id = \"VENUE\"\n"
      "store = \"/tmp/x\"\nlog_messages = true\nconnections = 7\nlogon_timeout_ms = 500\n"
      "message_bytes_max = 1024\norders = 99\n"
      "[[fix.sessions]]\nusername = \"alice\"\ncomp_id = \"A-1\"\nversion = \"FIX.5.0SP2\"\n");
  EXPECT_THAT(first.errors, ElementsAre());
  const FixConfig& fix = first.config.fix;
  EXPECT_EQ(fix.listen, (Endpoint{0, 9000}));
  EXPECT_EQ(fix.order_entry, (Endpoint{0x0A000001, 26401}));
  ASSERT_EQ(fix.sessions.size(), 1U);
  EXPECT_EQ(fix.sessions[0].username, Alpha<6>::from("ALICE"));
  EXPECT_EQ(fix.sessions[0].comp_id, "A-1");
  EXPECT_FALSE(fix.sessions[0].fix44);
  EXPECT_TRUE(fix.sessions[0].fix50sp2);
  const std::string printed = to_toml(first.config);
  EXPECT_THAT(printed, HasSubstr("comp_id = \"VENUE\"\nstore = \"/tmp/x\"\nlog_messages = true\n"
                                 "connections = 7\nlogon_timeout_ms = 500\n"
                                 "message_bytes_max = 1024\norders = 99\n"));
  EXPECT_THAT(printed, HasSubstr("comp_id = \"A-1\"\nversion = \"FIX.5.0SP2\"\n"));
}

TEST(ConfigFix, ItIsAClientOfSomePort) {
  EXPECT_THAT(parse_config("[fix]\n", "f").errors,
              ElementsAre(HasSubstr("f:1: fix: has no order")));
  EXPECT_TRUE(parse_config("[soup]\n[fix]\n", "f").ok());
  EXPECT_TRUE(parse_config("[fix]\norder_entry = \"10.0.0.1:26401\"\n", "f").ok());
}

TEST(ConfigFix, MistakesAreNamedByLineAndKey) {
  EXPECT_THAT(with("[fix]\nlisten = \"239.0.0.1:1\"\ncomp_id = \"a/b\"\n").errors,
              ElementsAre(HasSubstr("f:7: fix.listen"), HasSubstr("f:8: fix.comp_id")));
  EXPECT_THAT(with("[fix]\n[[fix.sessions]]\nusername = \"bob\"\n").errors,
              ElementsAre(HasSubstr("no [[sessions]] has it")));
  EXPECT_THAT(with("[fix]\n[[fix.sessions]]\nusername = \"alice\"\n"
                   "[[fix.sessions]]\nusername = \"alice\"\n")
                  .errors,
              ElementsAre(HasSubstr("\"ALICE\" is taken")));
  EXPECT_THAT(with("[fix]\nport = 1\n").errors, ElementsAre(HasSubstr("port")));
}

}  // namespace
}  // namespace wirebook::node
