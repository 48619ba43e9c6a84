// Goal: a member firm's QuickFIX trades at a running node in both versions, and after a break is
// told what it missed. Method: QuickFIX initiators against node and gateway in this process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/fix/fix_node.hpp"
#include "tests/node/fix/fix_venue.hpp"
#include "tests/node/fix/quickfix_client.hpp"

namespace wirebook::fix {
namespace {

class FixQuickFix : public FixNodeTest, public testing::WithParamInterface<Version> {
 protected:
  std::unique_ptr<QuickFixClient> client(const char* comp_id) {
    const QuickFixClient::Options options{.version = GetParam(),
                                          .comp_id = comp_id,
                                          .password = "secret",
                                          .port = venue_.address().port,
                                          .store = venue_.store() + "/client"};
    auto result = std::make_unique<QuickFixClient>(options);
    EXPECT_TRUE(result->wait_for_logon()) << venue_.log_text();
    return result;
  }
  static std::string last(QuickFixClient& client, std::size_t count) {
    const std::vector<Message> heard = client.heard(count);
    EXPECT_EQ(heard.size(), count);
    if (heard.empty())
      return "nothing";
    const Message& m = heard.back();
    for (const Message& each : heard)
      EXPECT_TRUE(each.type != "8" || adds_up(each));
    return m.type + " " + value(m, 150) + "/" + value(m, 39) + " " + value(m, 11) + " " +
           value(m, 38) + "=" + value(m, 14) + "+" + value(m, 151);
  }
};

TEST_P(FixQuickFix, NewFillPartialReplaceCancelRejectStatusMassCancel) {
  const auto alice = client("ALICE");
  const auto bob = client("BOB");
  alice->send(new_order("A1", "1", "300", "150"));
  EXPECT_EQ(last(*alice, 1), "8 0/0 A1 300=0+300");
  bob->send(new_order("B1", "2", "100", "150"));
  EXPECT_EQ(last(*bob, 2), "8 F/2 B1 100=100+0");
  EXPECT_EQ(last(*alice, 2), "8 F/1 A1 300=100+200");
  alice->send(replace("A2", "A1", "1", "400", "149.5"));
  EXPECT_EQ(last(*alice, 3), "8 5/1 A2 400=100+300");
  alice->send(message("H", {{11, "A2"}, {55, "AAPL"}, {54, "1"}}));
  EXPECT_EQ(last(*alice, 4), "8 I/1 A2 400=100+300");
  alice->send(cancel("A3", "A2"));
  EXPECT_EQ(last(*alice, 5), "8 4/4 A3 400=100+0");
  alice->send(cancel("A4", "A2"));
  EXPECT_EQ(last(*alice, 6).substr(0, 1), "9");
  alice->send(new_order("A5", "1", "300", "150", {{55, "NONE"}}));
  EXPECT_EQ(last(*alice, 7), "8 8/8 A5 300=0+0");
  alice->send(new_order("A6", "1", "300", "150"));
  EXPECT_EQ(last(*alice, 8), "8 0/0 A6 300=0+300");
  alice->send(message("q", {{11, "A7"}, {530, "7"}, {60, "20260105-10:00:00"}}));
  EXPECT_EQ(last(*alice, 10), "8 4/4 A6 300=0+0");
}

TEST_P(FixQuickFix, AfterABreakWhatWasMissedComes) {
  for (auto& account : venue_.config().sessions)
    account.cancel_on_disconnect = false;
  venue_.stop();
  venue_.start();
  auto alice = client("ALICE");
  const auto bob = client("BOB");
  alice->send(new_order("A1", "1", "300", "150"));
  EXPECT_EQ(last(*alice, 1), "8 0/0 A1 300=0+300");
  alice.reset();
  bob->send(new_order("B1", "2", "100", "150"));
  EXPECT_EQ(last(*bob, 2), "8 F/2 B1 100=100+0");
  ASSERT_TRUE(
      node::eventually([&] { return venue_.log_text().find("ALICE, ") != std::string::npos; }));
  alice = client("ALICE");
  EXPECT_EQ(last(*alice, 1), "8 F/1 A1 300=100+200");
  alice->send(cancel("A2", "A1"));
  EXPECT_EQ(last(*alice, 2), "8 4/4 A2 300=100+0");
}

INSTANTIATE_TEST_SUITE_P(Versions, FixQuickFix, testing::Values(Version::fix44, Version::fix50sp2),
                         [](const auto& version) {
                           return version.param == Version::fix44 ? "Fix44" : "Fix50Sp2";
                         });

}  // namespace
}  // namespace wirebook::fix
