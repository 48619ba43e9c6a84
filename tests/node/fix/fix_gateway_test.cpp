// Goal: FIX clients trade at a running node, come back, and are told apart; strangers, and clients
// that talk nonsense, get nowhere and disturb nobody. Method: raw bytes over sockets.
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/sockets/endpoint.hpp"
#include "node/soup/tcp_client.hpp"
#include "tests/node/fix/fix_node.hpp"
#include "tests/node/fix/raw_fix_client.hpp"
#include "tests/node/no_descriptors.hpp"

namespace wirebook::fix {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* order_terms = "|55=AAPL|40=2|59=0|60=20260105-10:00:00|";

std::string order(const std::string& name, const char* side, int quantity, const char* price) {
  return fmt::format("35=D|11={}|54={}|38={}|44={}", name, side, quantity, price) +
         "|55=AAPL|40=2|59=0|60=20260105-10:00:00";
}

class FixGateway : public FixNodeTest {
 protected:
  std::unique_ptr<RawFixClient> client(const char* comp_id, const char* version = "FIX.4.4") {
    return std::make_unique<RawFixClient>(venue_.address(), version, comp_id);
  }
  std::unique_ptr<RawFixClient> logged_on(const char* comp_id, const char* version = "FIX.4.4") {
    auto result = client(comp_id, version);
    result->log_on("secret");
    EXPECT_EQ(result->next()[35], "A") << venue_.log_text();
    return result;
  }
};

TEST_F(FixGateway, TwoClientsOfTwoVersionsTrade) {
  const auto alice = logged_on("ALICE");
  const auto bob = logged_on("BOB", "FIXT.1.1");
  alice->send(order("A1", "1", 300, "150.25"));
  RawMessage report = alice->next();
  EXPECT_EQ(report[35] + report[150] + report[39] + report[11], "800A1");
  EXPECT_EQ(report[151], "300");
  bob->send(order("B1", "2", 100, "150"));
  report = bob->next();
  EXPECT_EQ(report[8] + report[150], "FIXT.1.10");
  report = bob->next();
  EXPECT_EQ(report[150] + report[39] + report[31] + report[880], "F2150.251");
  report = alice->next();
  EXPECT_EQ(report[150] + report[39] + report[14] + report[151], "F1100200");
  alice->send("35=G|11=A2|41=A1|54=1|38=500|44=150|55=AAPL|40=2|60=20260105-10:00:00");
  report = alice->next();
  EXPECT_EQ(report[150] + report[38] + report[14] + report[151], "5500100400");
  alice->send("35=F|11=A3|41=A2|54=1|55=AAPL|60=20260105-10:00:00");
  report = alice->next();
  EXPECT_EQ(report[150] + report[39] + report[11] + report[41], "44A3A2");
  alice->send("35=F|11=A4|41=NONE|54=1|55=AAPL|60=20260105-10:00:00");
  report = alice->next();
  EXPECT_EQ(report[35] + report[102], "91");
  alice->send(order("A1", "1", 100, "150"));
  EXPECT_EQ(alice->next()[103], "6");
  alice->send("35=q|11=A5|530=7|60=20260105-10:00:00");
  EXPECT_EQ(alice->next()[531], "7");
  alice->send("35=H|11=A2|54=1|55=AAPL");
  EXPECT_EQ(alice->next()[150], "I");
  alice->send("35=V|262=x|263=1");
  report = alice->next();
  EXPECT_EQ(report[35] + report[380], "j3");
}

TEST_F(FixGateway, GroupsThatOrdersBringAreNoRepeatedFields) {
  const auto alice = logged_on("ALICE");
  alice->send("35=D|11=A1|453=2|448=X|447=D|452=1|448=Y|447=D|452=3" + std::string(order_terms) +
              "54=1|38=100|44=150");
  EXPECT_EQ(alice->next()[150], "0");
  alice->send("35=D|11=A2|11=A3" + std::string(order_terms) + "54=1|38=100|44=150");
  EXPECT_EQ(alice->next()[35], "3");
}

TEST_F(FixGateway, StrangersHearNothing) {
  const auto refused = [&](const char* comp_id, const char* password, const char* more = "") {
    const auto stranger = client(comp_id);
    stranger->log_on(password, more);
    EXPECT_TRUE(stranger->next().empty());
    EXPECT_TRUE(stranger->closed());
  };
  refused("ALICE", "wrong");
  refused("EVE", "secret");
  refused("ALICE", "secret", "|553=BOB");
  refused("ALICE", "secretsecretsecret");
  const auto eager = client("ALICE");
  eager->send(order("A1", "1", 300, "150"));
  EXPECT_TRUE(eager->closed());
  const auto browser = client("ALICE");
  browser->send_bytes("GET / HTTP/1.1\r\n\r\n");
  browser->log_on("secret");
  EXPECT_EQ(browser->next()[35], "A") << "what is no FIX is skipped";
  EXPECT_THAT(venue_.log_text(), Not(HasSubstr("secret")));
  EXPECT_EQ(venue_.gateway().counts().refused, 5U);
}

TEST_F(FixGateway, AnAccountIsLoggedOnOnce) {
  const auto alice = logged_on("ALICE");
  const auto again = client("ALICE");
  again->log_on("secret");
  EXPECT_TRUE(again->closed());
  alice->send(order("A1", "1", 300, "150"));
  EXPECT_EQ(alice->next()[150], "0");
}

TEST_F(FixGateway, ADisconnectCancelsAndTheNextLogonTells) {
  auto alice = logged_on("ALICE");
  alice->send(order("A1", "1", 300, "150"));
  EXPECT_EQ(alice->next()[150], "0");
  const int next = alice->next_number();
  alice.reset();
  ASSERT_TRUE(node::eventually([&] { return venue_.node().status().cancels == 1; }));
  alice = client("ALICE");
  alice->set_next_number(next);
  ASSERT_TRUE(
      node::eventually([&] { return venue_.log_text().find("ALICE, ") != std::string::npos; }));
  alice->log_on("secret");
  EXPECT_EQ(alice->next()[35], "A");
  const RawMessage report = alice->next();
  EXPECT_EQ(report[150] + report[39] + report[11], "44A1");
  EXPECT_EQ(report[43], "") << "it was never sent before";
}

TEST_F(FixGateway, WhatWasMissedIsSentAgain) {
  const auto alice = logged_on("ALICE");
  for (int i = 1; i <= 20; ++i)
    alice->send(order("A" + std::to_string(i), "1", 100, "150"));
  for (int i = 1; i <= 20; ++i)
    EXPECT_EQ(alice->next()[11], "A" + std::to_string(i));
  alice->send("35=2|7=5|16=7");
  for (int i = 5; i <= 7; ++i) {
    const RawMessage again = alice->next();
    EXPECT_EQ(again[34] + again[43] + again[11], std::to_string(i) + "YA" + std::to_string(i - 1));
  }
  alice->send("35=2|7=1|16=0");
  EXPECT_EQ(alice->next()[35], "4") << "the Logon is no business";
  for (int i = 1; i <= 20; ++i)
    EXPECT_EQ(alice->next()[11], "A" + std::to_string(i));
}

TEST_F(FixGateway, ThousandsAreSentAgainInPartsAndOthersAreServedMeanwhile) {
  constexpr int orders = 2'500;
  const auto alice = logged_on("ALICE");
  const auto bob = logged_on("BOB");
  for (int i = 1; i <= orders; ++i)
    alice->send(order("A" + std::to_string(i), "1", 1, "150"));
  for (int i = 1; i <= orders; ++i)
    ASSERT_EQ(alice->next()[11], "A" + std::to_string(i));
  alice->send("35=2|7=2|16=0");
  bob->send(order("B1", "1", 100, "140"));
  EXPECT_EQ(bob->next()[150], "0");
  alice->send(order("LAST", "1", 1, "150"));
  int again = 0;
  for (RawMessage message = alice->next(); !message.empty(); message = alice->next()) {
    if (message[11] == "LAST")
      continue;  // between the parts
    ASSERT_EQ(message[43] + message[11], "YA" + std::to_string(++again));
    if (again == orders)
      break;
  }
  EXPECT_EQ(again, orders);
}

TEST_F(FixGateway, WhoAsksForEverythingAgainAndAgainHoldsUpNobody) {
  constexpr int orders = 1'000;
  const auto alice = logged_on("ALICE");
  const auto bob = logged_on("BOB");
  for (int i = 1; i <= orders; ++i)
    alice->send(order("A" + std::to_string(i), "1", 1, "150"));
  for (int i = 1; i <= orders; ++i)
    ASSERT_EQ(alice->next()[11], "A" + std::to_string(i));
  for (int i = 0; i < 100; ++i)
    alice->send("35=2|7=2|16=0");
  bob->send(order("B1", "1", 100, "140"));
  EXPECT_EQ(bob->next()[150], "0");
  EXPECT_EQ(venue_.log_text().find("takes too little"), std::string::npos)
      << "all of it came first";
  EXPECT_LT(venue_.log_text().size(), 20'000U) << "no line for each message";
}

TEST_F(FixGateway, WhatComesTooEarlyIsKeptUpToABoundWhateverComesBetween) {
  const auto alice = logged_on("ALICE");
  for (int i = 0; i < 6'000; ++i) {
    alice->send(order("A" + std::to_string(i), "1", 1, "150"), 1'000 + i);
    if (i % 1'000 == 0)  // what is there already, with PossDup
      alice->send("35=0|43=Y|122=20260105-10:00:00", 1);
  }
  EXPECT_THAT(alice->next_of("5")[58], HasSubstr("too high too often"));
}

TEST_F(FixGateway, AResendOfNumbersThatAreNotThereEndsTheSession) {
  const auto alice = logged_on("ALICE");
  alice->send("35=2|7=5000|16=0");
  EXPECT_EQ(alice->next()[35], "5");
}

TEST_F(FixGateway, ANewGatewayKnowsTheOrdersAndWhatWasTold) {
  venue_.stop();
  for (auto& account : venue_.config().sessions)
    account.cancel_on_disconnect = false;
  venue_.start();
  auto alice = logged_on("ALICE");
  alice->send(order("A1", "1", 300, "150"));
  EXPECT_EQ(alice->next()[150], "0");
  const int next = alice->next_number();
  venue_.stop_gateway();
  EXPECT_EQ(alice->next()[35], "5") << "the venue says goodbye";

  venue_.start_gateway();
  const auto bob = logged_on("BOB");
  bob->send(order("B1", "2", 100, "150"));
  EXPECT_EQ(bob->next()[150], "0");
  EXPECT_EQ(bob->next()[150], "F");
  alice = client("ALICE");
  alice->set_next_number(next);
  alice->log_on("secret");
  EXPECT_EQ(alice->next()[35], "A");
  const RawMessage fill = alice->next();
  EXPECT_EQ(fill[150] + fill[11] + fill[14] + fill[151] + fill[97], "FA1100200")
      << "what is new is told, and only that";
  alice->send("35=F|11=A2|41=A1|54=1|55=AAPL|60=20260105-10:00:00");
  EXPECT_EQ(alice->next()[150], "4");
}

TEST_F(FixGateway, WithoutItsStoreAGatewayTellsTheDayAgain) {
  auto alice = logged_on("ALICE");
  alice->send(order("A1", "1", 300, "150"));
  EXPECT_EQ(alice->next()[150], "0");
  venue_.stop_gateway();
  EXPECT_EQ(alice->next()[35], "5");
  for (const auto& file : std::filesystem::directory_iterator(venue_.store()))
    std::filesystem::remove(file);
  venue_.start_gateway();
  alice = logged_on("ALICE");
  RawMessage again = alice->next();
  EXPECT_EQ(again[150] + again[11] + again[97], "0A1Y");
  again = alice->next();
  EXPECT_EQ(again[150] + again[11] + again[97], "4A1Y") << "the disconnect canceled it";
  alice->send(order("A1", "1", 300, "150"));
  EXPECT_EQ(alice->next()[103], "6");
}

TEST_F(FixGateway, WhatCannotBeStoredIsNotSaidAndNotForgotten) {
  const std::string body = venue_.store() + "/FIX.4.4-WIREBOOK-ALICE.body";
  std::filesystem::create_symlink("/dev/full", body);
  const auto alice = client("ALICE");
  alice->log_on("secret");
  EXPECT_TRUE(alice->closed()) << venue_.log_text();
  std::filesystem::remove(body);
  logged_on("BOB");
}

TEST_F(FixGateway, WhoeverTakesTheAccountByOuchEndsTheFixSession) {
  const auto alice = logged_on("ALICE");
  node::soup::SoupConnection other(
      {.username = Alpha<6>::from("ALICE"), .password = Alpha<10>::from("secret")});
  ASSERT_TRUE(other.connect(venue_.config().soup.listen));
  ASSERT_TRUE(node::eventually([&] {
    other.poll(1, [](const auto&) {});
    return other.client().logged_in();
  }));
  EXPECT_THAT(alice->next_of("5")[58], HasSubstr("order entry has ended"));
}

// It is more than the sockets hold, and comes faster than the client reads.
TEST_F(FixGateway, AWholeDayIsToldToAClientThatTakesIt) {
  constexpr std::uint32_t orders = 20'000;
  venue_.stop_gateway();
  venue_.config().fix.store.clear();
  venue_.start_gateway();
  node::soup::SoupConnection trader(
      {.username = Alpha<6>::from("ALICE"), .password = Alpha<10>::from("secret")});
  ASSERT_TRUE(trader.connect(venue_.config().soup.listen));
  std::uint32_t next = 1;
  std::uint64_t heard = 0;
  ASSERT_TRUE(node::eventually([&] {
    trader.poll(1, [&](const auto& input) { heard = input.number; });
    while (trader.client().logged_in() && next <= orders) {
      node::ByteVector packet = node::enter(next, 'B', 1'000'000);
      auto& enter = wire::view<wire::ouch_in::EnterOrder>(packet.data() + 1);
      enter.time_in_force = '3';
      enter.cl_ord_id = ClOrdId::from("N" + std::to_string(next));
      if (!trader.send(std::span(packet).subspan(1), 1))
        break;
      ++next;
    }
    return heard > 2ULL * orders;  // S, and A and C of each
  }));
  trader.log_out(1);

  RawFixClient alice(venue_.address(), "FIX.4.4", "ALICE", 4096);
  alice.log_on("secret");
  std::this_thread::sleep_for(std::chrono::seconds(1));
  RawMessage logon = alice.next();
  if (logon.empty())  // it waits for all that the node tells, which takes as long as it takes
    logon = alice.next();
  EXPECT_EQ(logon[35], "A") << venue_.log_text();
  std::uint32_t told = 0;
  for (RawMessage report = alice.next_of("8"); !report.empty(); report = alice.next_of("8"))
    if (++told == 2 * orders)
      break;
  EXPECT_EQ(told, 2 * orders) << venue_.log_text();
  alice.send("35=H|11=N1|54=1|55=AAPL");
  EXPECT_EQ(alice.next_of("8")[150], "I");
}

TEST_F(FixGateway, TheLogOfMessagesHasNoPassword) {
  venue_.stop_gateway();
  venue_.config().fix.log_messages = true;
  venue_.start_gateway();
  const auto alice = logged_on("ALICE");
  alice->send(order("A1", "1", 300, "150"));
  EXPECT_EQ(alice->next()[150], "0");
  EXPECT_THAT(venue_.log_text(), HasSubstr("|554=******|"));
  EXPECT_THAT(venue_.log_text(), HasSubstr("|11=A1|"));
  EXPECT_THAT(venue_.log_text(), Not(HasSubstr("secret")));
}

TEST_F(FixGateway, ANodeThatGoesAwayLogsItsClientsOut) {
  const auto alice = logged_on("ALICE");
  venue_.stop_node();
  RawMessage farewell = alice->next_of("5");
  EXPECT_THAT(farewell[58], HasSubstr("order entry has ended"));
  EXPECT_TRUE(alice->closed());
  venue_.start_node();
  const auto again = client("ALICE");
  again->log_on("secret", "|141=Y");
  EXPECT_EQ(again->next()[35], "A");
  again->send(order("A1", "1", 300, "150"));
  EXPECT_EQ(again->next()[150], "0");
}

TEST_F(FixGateway, NonsenseOfOneDisturbsNoOther) {
  const auto alice = logged_on("ALICE");
  const auto bob = logged_on("BOB");
  bob->send_bytes(std::string(100'000, 'x'));
  std::string broken = bob->framed(order("B0", "1", 100, "150"), bob->next_number());
  broken[broken.size() - 2] = broken[broken.size() - 2] == '0' ? '1' : '0';
  bob->send_bytes(broken);
  bob->send(order("B1", "2", 100, "150"));
  EXPECT_EQ(bob->next_of("8")[11], "B1") << "garbled messages are as if never sent";
  bob->send(order("B2", "2", 100, "150"), 1);
  EXPECT_EQ(bob->next_of("5")[35], "5") << "MsgSeqNum too low";
  alice->send(order("A1", "1", 100, "140"));
  EXPECT_EQ(alice->next()[150], "0");
}

TEST_F(FixGateway, ConnectionsThatNeverLogOnMakeRoom) {
  venue_.stop_gateway();
  venue_.config().fix.connections = 4;
  venue_.start_gateway();
  const auto alice = logged_on("ALICE");
  std::vector<std::unique_ptr<RawFixClient>> idlers;
  for (int i = 0; i < 20; ++i)
    idlers.push_back(client("IDLE"));
  const auto bob = logged_on("BOB");
  EXPECT_TRUE(idlers.front()->closed());
  alice->send(order("A1", "1", 100, "140"));
  EXPECT_EQ(alice->next()[150], "0");
}

TEST_F(FixGateway, PasswordsAreGuessedSlowly) {
  venue_.stop_gateway();
  venue_.config().logins = {.failures = 3, .failures_of_address = 100, .window_ms = 60'000};
  venue_.start_gateway();
  for (int i = 0; i < 3; ++i) {
    const auto eve = client("ALICE");
    eve->log_on("wrong");
    EXPECT_TRUE(eve->closed());
  }
  const auto alice = client("ALICE");
  alice->log_on("secret");
  EXPECT_TRUE(alice->closed()) << "even the right one, for a while";
  EXPECT_THAT(venue_.log_text(), HasSubstr("too many failed logons"));
  logged_on("BOB");
}

TEST_F(FixGateway, WithoutDescriptorsAClientWaitsAndNobodySpins) {
  const auto idle = test::processor_time_of_a_while();
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = node::to_sockaddr(venue_.address());
  {
    const test::NoDescriptors none;
    ASSERT_EQ(connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_TRUE(test::nobody_spins(idle));
    EXPECT_EQ(venue_.gateway().counts().connections, 0U);
  }
  EXPECT_TRUE(node::eventually([&] { return venue_.gateway().counts().connections == 1; }));
  close(client);
}

TEST_F(FixGateway, WhoHangsUpWhileTheNodeTakesNothingMakesNobodySpin) {
  venue_.stop();
  venue_.config().sessions[0].limits.packets_per_second = 20;
  venue_.start();
  const auto idle = test::processor_time_of_a_while();
  const auto alice = logged_on("ALICE");
  int name = 0;
  alice->send_until_it_waits([&] { return order("A" + std::to_string(++name), "1", 1, "150"); });
  alice->hang_up();
  EXPECT_TRUE(test::nobody_spins(idle));
  const auto bob = logged_on("BOB");
  bob->send(order("B1", "1", 100, "140"));
  EXPECT_EQ(bob->next()[150], "0");
}

}  // namespace
}  // namespace wirebook::fix
