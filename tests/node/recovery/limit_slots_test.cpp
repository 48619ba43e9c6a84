// Goal: the limits of the configuration hold from a day's first order on, and through its restarts.
// Method: nodes with clients over loopback, each kind of limit by the order that breaks it; then a
// journal, and configurations that change between the starts.
#include "node/recovery/limit_slots.hpp"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/wire/ouch50_out.hpp"

#include "node/recovery/recovered_day.hpp"
#include "tests/node/journal_node.hpp"

namespace wirebook::node {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr unsigned accepted = 0;

/// What became of the order: `accepted`, or its reject code.
unsigned answer(Client& client, std::uint32_t user_ref_num) {
  const char type = client.answer_to(user_ref_num);
  if (type != 'J')
    return type == 'A' ? accepted : 0xFFFF;
  for (const ByteVector& message : client.messages())
    if (message.size() >= sizeof(wire::ouch_out::Rejected) && message[0] == std::byte{'J'}) {
      const auto& rejected = wire::view<wire::ouch_out::Rejected>(message.data());
      if (rejected.user_ref_num == user_ref_num)
        return rejected.reason;
    }
  return 0xFFFF;
}

class LimitsOfTheConfiguration : public testing::Test {
 protected:
  LimitsOfTheConfiguration() { config_.journal.mode = JournalMode::off; }

  void start() {
    node_.reset();
    node_ = std::make_unique<Node>(config_);
    node_->start();
  }
  std::unique_ptr<Client> log_in(std::string_view username, std::string_view password) {
    auto client = std::make_unique<Client>(node_->status().order_entry);
    client->log_in(username, password);
    return client;
  }
  unsigned send(Client& client, char side, std::uint64_t price, std::uint32_t quantity = 100) {
    client.send(enter(++number_, side, price, quantity));
    return answer(client, number_);
  }

  ScratchDirectory directory_;
  UdpClient feed_;
  NodeConfig config_ = journal_config(journal_layouts[0], directory_.path(), feed_.endpoint());
  std::unique_ptr<Node> node_;
  std::uint32_t number_ = 0;
};

TEST_F(LimitsOfTheConfiguration, OfASessionHoldForItAlone) {
  config_.sessions[0].limits = {.max_quantity = 500, .max_notional = 20'000};
  start();
  const auto alice = log_in("alice", "secret");
  EXPECT_EQ(send(*alice, 'B', 100'000, 500), accepted);
  EXPECT_EQ(send(*alice, 'B', 100'000, 501), 0x0031U);
  EXPECT_EQ(send(*alice, 'B', 400'000, 500), accepted) << "20,000 in whole units";
  EXPECT_EQ(send(*alice, 'B', 400'100, 500), 0x0030U);
  const auto bob = log_in("bob", "hunter2");
  EXPECT_EQ(send(*bob, 'B', 100'000, 501), accepted);
}

TEST_F(LimitsOfTheConfiguration, RatesCountMessagesAndDuplicates) {
  config_.sessions[0].limits = {.message_rate = 3, .message_window_ms = 80'000'000};
  config_.sessions[1].limits = {.duplicate_rate = 2, .duplicate_window_ms = 80'000'000};
  start();
  const auto alice = log_in("alice", "secret");
  for (std::uint64_t i = 0; i < 3; ++i)
    EXPECT_EQ(send(*alice, 'B', 100'000 + i * 100), accepted);
  EXPECT_EQ(send(*alice, 'B', 110'000), 0x0029U);
  const auto bob = log_in("bob", "hunter2");
  EXPECT_EQ(send(*bob, 'B', 90'000), accepted);
  EXPECT_EQ(send(*bob, 'B', 90'000), accepted);
  EXPECT_EQ(send(*bob, 'B', 90'000), 0x002AU);
}

TEST_F(LimitsOfTheConfiguration, OfAnInstrumentHoldForEverybody) {
  config_.instruments[0].limits = {.fat_finger_bp = 1000,
                                   .collar_low = {900'000},
                                   .collar_high = {1'200'000},
                                   .reference_price = {1'000'000}};
  config_.instruments.push_back({.symbol = Symbol::from("BAD"), .limits = {.restricted = true}});
  start();
  const auto alice = log_in("alice", "secret");
  EXPECT_EQ(send(*alice, 'B', 1'100'000), accepted);
  EXPECT_EQ(send(*alice, 'B', 1'100'100), 0x0026U) << "ten percent above the reference";
  EXPECT_EQ(send(*alice, 'S', 899'900), 0x0026U);
  config_.instruments[0].limits.fat_finger_bp = 0;
  start();
  const auto again = log_in("alice", "secret");
  EXPECT_EQ(send(*again, 'B', 1'200'100), 0x0021U);
  EXPECT_EQ(send(*again, 'S', 899'900), 0x0021U);
}

TEST_F(LimitsOfTheConfiguration, SymbolsAreRestrictedForAFirmOrForEverybody) {
  config_.firms.push_back(
      {.firm = Firm::from("ACME"), .restricted = {config_.instruments[0].symbol}});
  start();
  const auto alice = log_in("alice", "secret");
  EXPECT_EQ(send(*alice, 'B', 100'000), 0x0022U);
  const auto bob = log_in("bob", "hunter2");
  EXPECT_EQ(send(*bob, 'B', 100'000), accepted);
  config_.instruments[0].limits.restricted = true;
  start();
  const auto other = log_in("bob", "hunter2");
  EXPECT_EQ(send(*other, 'B', 100'000), 0x0022U);
}

TEST_F(LimitsOfTheConfiguration, ExposureIsOfTheFirm) {
  config_.firms.push_back({.firm = Firm::from("ACME"), .exposure = 2000});
  start();
  const auto alice = log_in("alice", "secret");
  EXPECT_EQ(send(*alice, 'B', 100'000, 150), accepted);
  EXPECT_EQ(send(*alice, 'B', 100'000, 51), 0x0020U);
  const auto bob = log_in("bob", "hunter2");
  EXPECT_EQ(send(*bob, 'B', 100'000, 500), accepted);
}

TEST_F(LimitsOfTheConfiguration, AreSetOnceHoweverOftenTheSessionLogsIn) {
  config_.sessions[0].limits = {.message_rate = 2, .message_window_ms = 80'000'000};
  start();
  auto alice = log_in("alice", "secret");
  EXPECT_EQ(send(*alice, 'B', 100'000), accepted);
  EXPECT_EQ(send(*alice, 'B', 100'000), accepted);
  alice->send(one_byte('O'));
  alice = log_in("alice", "secret");
  EXPECT_EQ(send(*alice, 'B', 100'000), 0x0029U) << "another login is no new window";
}

TEST_F(LimitsOfTheConfiguration, MoreThanTheInjectRingIsLargeAreSetToo) {
  config_.rings.inject = 256;
  for (int i = 0; i < 300; ++i)
    config_.sessions.push_back({.username = Alpha<6>::from("u" + std::to_string(i)),
                                .password = Alpha<10>::from("pw"),
                                .limits = {.max_quantity = 10}});
  config_.sessions.back().limits.max_quantity = 7;
  start();
  const auto last = log_in("u299", "pw");
  EXPECT_EQ(send(*last, 'B', 100'000, 8), 0x0031U);
  EXPECT_EQ(send(*last, 'B', 100'000, 7), accepted);
}

class LimitsAndTheJournal : public LimitsOfTheConfiguration {
 protected:
  LimitsAndTheJournal() { config_.journal.mode = JournalMode::durable; }

  [[nodiscard]] std::vector<std::string> limit_lines() const {
    std::vector<std::string> lines;
    for (const std::string& line : node_->start_lines())
      if (line.starts_with("limits: "))
        lines.push_back(line);
    return lines;
  }
};

TEST_F(LimitsAndTheJournal, ARestartKeepsThemAndWhatWasChangedSince) {
  config_.sessions[0].limits = {.max_quantity = 500, .max_notional = 1'000'000};
  start();
  EXPECT_THAT(limit_lines(), IsEmpty()) << "a new day has nothing to compare with";
  Slot changed{.limit = LimitBody{.kind = LimitKind::max_quantity, .session = 1, .value = 300},
               .tail = {.kind = SlotKind::limit}};
  EXPECT_TRUE(node_->inject(changed));
  {
    const auto alice = log_in("alice", "secret");
    EXPECT_EQ(send(*alice, 'B', 100'000, 301), 0x0031U);
  }
  start();
  EXPECT_THAT(limit_lines(), IsEmpty());
  const auto alice = log_in("alice", "secret");
  EXPECT_EQ(send(*alice, 'B', 100'000, 301), 0x0031U) << "the day's, not the configuration's";
  EXPECT_EQ(send(*alice, 'B', 100'000, 300), accepted);
}

TEST_F(LimitsAndTheJournal, AConfigurationThatSaysOtherwiseIsAppliedAndSaidSo) {
  config_.sessions[0].limits = {.max_quantity = 500, .max_notional = 1'000'000};
  start();
  {
    const auto alice = log_in("alice", "secret");
    EXPECT_EQ(send(*alice, 'B', 100'000, 501), 0x0031U);
  }
  config_.sessions[0].limits = {.max_quantity = 600};
  config_.sessions[1].limits = {.max_quantity = 70};
  start();
  EXPECT_THAT(limit_lines(),
              testing::UnorderedElementsAre(
                  "limits: sessions[1].max_quantity is set as the configuration has it now",
                  "limits: sessions[2].max_quantity is set as the configuration has it now",
                  "limits: sessions[1].max_notional is not in the configuration any more: off"));
  const auto alice = log_in("alice", "secret");
  EXPECT_EQ(send(*alice, 'B', 100'000, 501), accepted);
  EXPECT_EQ(send(*alice, 'B', 100'000, 601), 0x0031U);
  EXPECT_EQ(send(*alice, 'B', 1'000'000'000, 600), accepted) << "no notional any more";
  const auto bob = log_in("bob", "hunter2");
  EXPECT_EQ(send(*bob, 'B', 100'000, 71), 0x0031U) << "a session that had never come";
  start();
  EXPECT_THAT(limit_lines(), IsEmpty()) << "once";
}

TEST_F(LimitsAndTheJournal, AreReplayedToTheSameState) {
  config_.sessions[0].limits = {.max_quantity = 500, .message_rate = 1000};
  config_.instruments[0].limits = {.fat_finger_bp = 5000, .reference_price = {100'000}};
  config_.firms.push_back({.firm = Firm::from("ACME"), .exposure = 1'000'000, .organization = 3});
  config_.reserve_seed = 99;
  start();
  {
    const auto alice = log_in("alice", "secret");
    EXPECT_EQ(send(*alice, 'B', 100'000, 500), accepted);
  }
  node_.reset();
  const auto day = recover_day(config_);
  EXPECT_EQ(day->parts->engine.digest(), day->digest);
  EXPECT_THAT(day->opening, testing::Each(testing::Truly([](const Slot& slot) {
                return slot.tail.kind != SlotKind::limit;
              })));
}

TEST_F(LimitsAndTheJournal, AnOpeningThatWasCutOffIsRepeated) {
  config_.sessions[0].limits = {.max_quantity = 500};
  const auto limits_of = [](const RecoveredDay& day) {
    std::vector<std::uint64_t> values;
    for (const Slot& slot : day.opening)
      if (slot.tail.kind == SlotKind::limit)
        values.push_back(slot.limit.value);
    return values;
  };
  // The facts are written, and then the node is no more: its slots never came.
  EXPECT_THAT(limits_of(*recover_day(config_)), ElementsAre(500));
  EXPECT_THAT(limits_of(*recover_day(config_)), ElementsAre(500));
  start();
  config_.sessions[0].limits = {};
  node_.reset();
  EXPECT_THAT(limits_of(*recover_day(config_)), ElementsAre(0)) << "switched off";
  EXPECT_THAT(limits_of(*recover_day(config_)), ElementsAre(0)) << "that was cut off, too";
  start();
  node_.reset();
  EXPECT_THAT(limits_of(*recover_day(config_)), IsEmpty());
}

TEST_F(LimitsAndTheJournal, ThatAreGoneMayBeMoreThanTheInjectRing) {
  for (int i = 0; i < 300; ++i)
    config_.sessions.push_back({.username = Alpha<6>::from("u" + std::to_string(i)),
                                .password = Alpha<10>::from("pw"),
                                .limits = {.max_quantity = 10, .max_notional = 10}});
  config_.rings.inject = 256;
  start();
  for (SessionConfig& session : config_.sessions)
    session.limits = {};
  start();
  EXPECT_THAT(limit_lines(), SizeIs(11)) << "ten, and how many more";
  EXPECT_THAT(limit_lines(), Contains(HasSubstr("and 590 more")));
  const auto last = log_in("u299", "pw");
  EXPECT_EQ(send(*last, 'B', 100'000, 11), accepted);
}

TEST(LimitFacts, ATextIsReadAgain) {
  for (const LimitBody& body :
       {LimitBody{.kind = LimitKind::max_quantity, .session = 7, .value = 500},
        LimitBody{.kind = LimitKind::message_rate, .session = 7, .window_ms = 10, .value = 5},
        LimitBody{
            .instrument = 3, .kind = LimitKind::restricted, .firm = Firm::from(""), .value = 1},
        LimitBody{.kind = LimitKind::exposure, .firm = Firm::from("A"), .value = 1ULL << 60}}) {
    const auto again = parse_limit(limit_text(body));
    ASSERT_TRUE(again.has_value()) << limit_text(body);
    EXPECT_EQ(std::memcmp(&*again, &body, sizeof body), 0) << limit_text(body);
  }
  for (const char* const text : {"", "0 0 0 0 1 ", "99 0 0 0 1 ", "2 0 1 0 x ", "2 0 1 0 1 ABCDE"})
    EXPECT_FALSE(parse_limit(text).has_value()) << text;
}

TEST(LimitFacts, OnlyWhatIsOtherwiseIsSet) {
  const ConfiguredLimit one{"a", {.kind = LimitKind::max_quantity, .session = 1, .value = 5}};
  const ConfiguredLimit two{"b", {.kind = LimitKind::max_notional, .session = 1, .value = 6}};
  const LimitChanges first = limit_changes({one, two}, {}, false);
  EXPECT_THAT(first.set, SizeIs(2));
  EXPECT_THAT(limit_changes({one, two}, first.facts, false).set, IsEmpty());
  EXPECT_THAT(limit_changes({one, two}, first.facts, true).set, SizeIs(2));
  const LimitChanges gone = limit_changes({one}, first.facts, false);
  ASSERT_THAT(gone.set, SizeIs(1));
  EXPECT_EQ(gone.set[0].key, "b");
  EXPECT_EQ(gone.set[0].body.value, 0U);
  EXPECT_THAT(limit_changes({one}, gone.facts, false).set, IsEmpty());
  EXPECT_THAT(limit_changes({one}, gone.facts, true).set, SizeIs(2)) << "and b, again off";
}

TEST(LimitFacts, AReferencePriceThatIsGoneStays) {
  const ConfiguredLimit price{"p",
                              {.instrument = 1, .kind = LimitKind::reference_price, .value = 100}};
  const LimitChanges first = limit_changes({price}, {}, false);
  EXPECT_THAT(limit_changes({}, first.facts, false).set, IsEmpty());
}

TEST(LimitFacts, AnAccountOfAnotherShardHasNoneHere) {
  NodeConfig config;
  config.sessions.push_back({.shard = 3, .limits = {.max_quantity = 1}});
  EXPECT_THAT(limit_slots(config), IsEmpty());
}

}  // namespace
}  // namespace wirebook::node
