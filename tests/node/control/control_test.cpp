// Goal: what is asked for at the control socket happens to the running node, as slots: clients and
// the market hear of it, the answer names the slot, the audit has it, and a restart keeps it. A
// peer's nonsense disturbs nobody.
// Method: a node with a durable journal, its control, UFO clients and a listener on real sockets.
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <fstream>
#include <mutex>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "wirebook/wire/ouch50_out.hpp"

#include "journal/journal_files.hpp"
#include "journal/reader.hpp"
#include "node/control/venue_control.hpp"
#include "tests/node/no_descriptors.hpp"
#include "tests/node/schedule/day_rig.hpp"
#include "tests/node/soup/soup_test_client.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

char reason_of_cancel(const ByteVector& message) {
  return message.size() < sizeof(wire::ouch_out::OrderCanceled)
             ? '?'
             : wire::view<wire::ouch_out::OrderCanceled>(message.data()).reason;
}

class ControlTest : public testing::Test {
 protected:
  ControlTest() : config_(journal_config(journal_layouts[0], journal_.path(), feed_.endpoint())) {
    config_.engine.instruments = 3;
    config_.control = {.socket = sockets_.socket(), .connections = 4, .audit = sockets_.audit()};
  }
  void SetUp() override {
    try {
      start();
    } catch (const std::system_error& error) {
      GTEST_SKIP() << "refused here: " << error.what();
    }
  }
  void TearDown() override { stop(); }

  void start() {
    node_ = std::make_unique<Node>(config_);
    node_->start();
    control_ = std::make_unique<VenueControl>(
        config_.control,
        [this](const std::string& line) {
          const std::lock_guard lock(mutex_);
          log_ += line + "\n";
        },
        patience_);
    control_->attach(*node_);
    ASSERT_TRUE(eventually([this] { return node_->is_open(); }));
  }
  void stop() {
    if (control_)
      control_->detach();
    if (node_)
      node_->stop();
    control_.reset();
    node_.reset();
  }
  /// As if the program was ended in the middle of the day.
  void restart() {
    control_->detach();
    node_->pause();
    stop();
    start();
  }

  std::string ask(const std::string& line) {
    CtlClient client(sockets_.socket(), std::chrono::milliseconds(patience_ms));
    // The opening may be a moment away.
    std::string answer = client.ask(line);
    while (answer.find("being opened") != std::string::npos)
      answer = client.ask(line);
    return answer;
  }
  /// The sequence of its first slot.
  std::uint64_t done(const std::string& line) {
    const std::string answer = ask(line);
    EXPECT_THAT(answer, StartsWith(R"({"ok":true)")) << line;
    const std::size_t at = answer.find(R"("sequence":)");
    return at == std::string::npos ? 0 : std::stoull(answer.substr(at + 11));
  }
  void refused(const std::string& line, const std::string& error) {
    const std::string answer = ask(line);
    EXPECT_THAT(answer, StartsWith(R"({"ok":false)")) << line;
    EXPECT_THAT(answer, HasSubstr(error)) << line;
  }
  [[nodiscard]] Endpoint address() const { return node_->status().order_entry; }
  [[nodiscard]] std::string log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  ScratchDirectory journal_;
  SocketDirectory sockets_;
  MarketListener feed_;
  NodeConfig config_;
  std::chrono::nanoseconds patience_ = std::chrono::seconds(10);
  std::mutex mutex_;
  std::string log_;
  std::unique_ptr<Node> node_;
  std::unique_ptr<VenueControl> control_;
};

TEST_F(ControlTest, AHaltStopsTradingUntilItIsResumed) {
  Client alice(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  const std::uint64_t halt = done("halt AAPL T1");
  EXPECT_TRUE(feed_.hears("H:AAPL=H"));
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(1), 'J');
  done("quote AAPL");
  EXPECT_TRUE(feed_.hears("H:AAPL=Q"));
  done("pause all");
  EXPECT_TRUE(feed_.hears("H:AAPL=P"));
  EXPECT_THAT(ask("instruments"),
              HasSubstr(R"("symbol":"AAPL","round_lot":100,"trading_state":"P")"));
  const std::uint64_t resume = done("resume AAPL");
  EXPECT_GT(resume, halt);
  alice.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(2), 'A');
  refused("halt NONE", "there is no instrument NONE");
}

TEST_F(ControlTest, AnAnswerNamesTheSlotInTheJournal) {
  const std::uint64_t halt = done("halt AAPL T1");
  const std::uint64_t limit = done("limit fat_finger instrument AAPL value 500");
  // In durable mode it is on the disk when it is answered.
  const journal::JournalFiles files(day_of(journal_));
  journal::Reader reader(files.journal());
  SlotKind at_halt{};
  LimitKind at_limit{};
  for (auto step = reader.next(); step == journal::Reader::Step::group; step = reader.next()) {
    const SlotGroup& group = reader.group();
    if (group.sequence == halt)
      at_halt = group.head->tail.kind;
    if (group.sequence == limit)
      at_limit = group.head->limit.kind;
  }
  EXPECT_EQ(at_halt, SlotKind::trading_state);
  EXPECT_EQ(at_limit, LimitKind::fat_finger);
}

TEST_F(ControlTest, SystemEventsBeginAndEndPhases) {
  Client alice(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  refused("event S", "is where the day is");
  done("event Q");
  EXPECT_TRUE(feed_.hears("S:Q"));
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(1), 'A');
  done("event M");
  EXPECT_TRUE(hears(alice, 'C'));  // a day order ends with market hours
  done("event E");
  alice.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(2), 'J');
  refused("event Q", "only S");
  done("event S");
  alice.send(enter(3, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(3), 'A');
}

TEST_F(ControlTest, TheDaysEndIsSaidOnce) {
  done("event Q");
  done("event E");
  stop();
  EXPECT_TRUE(feed_.hears_the_end());
  EXPECT_EQ(feed_.events(), "OSQEC");
}

TEST_F(ControlTest, AnAddedInstrumentTradesAndSurvivesARestart) {
  done("add TSLA lot 10");
  EXPECT_TRUE(feed_.hears("R:TSLA"));
  EXPECT_TRUE(feed_.hears("H:TSLA=T"));
  refused("add TSLA", "there is an instrument TSLA already");
  {
    Client bob(address());
    ASSERT_NE(bob.log_in("bob", "hunter2"), 0U);
    bob.send(enter_symbol(1, 'B', 1'000'000, "TSLA"));
    EXPECT_EQ(bob.answer_to(1), 'A');
    EXPECT_TRUE(eventually([this] { return node_->status().books[1].bid_quantity == 100; }));
  }
  done("halt TSLA");
  restart();
  EXPECT_THAT(ask("instruments"),
              HasSubstr(R"("locate":2,"symbol":"TSLA","round_lot":10,"trading_state":"H")"));
  EXPECT_EQ(node_->status().books[1].symbol, Symbol::from("TSLA"));
  done("resume TSLA");
  Client alice(address());
  ASSERT_NE(alice.log_in("alice", "secret"), 0U);
  alice.send(enter_symbol(1, 'B', 900'000, "TSLA"));
  EXPECT_EQ(alice.answer_to(1), 'A');
  done("add GOOG state H");
  EXPECT_THAT(ask("instruments"), HasSubstr(R"("locate":3,"symbol":"GOOG")"));
  refused("add IBM", "there is room for 3 instruments");
}

TEST_F(ControlTest, ALimitHoldsAtOnce) {
  Client alice(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  done("limit max_quantity session ALICE value 50");
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(1), 'J');
  done("limit max_quantity session alice off");
  alice.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(2), 'A');
  // Also of who has not been here today.
  done("limit max_quantity session bob value 50");
  Client bob(address());
  ASSERT_NE(bob.log_in("bob", "hunter2"), 0U);
  bob.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(bob.answer_to(1), 'J');
  refused("limit max_quantity session nobody value 50", "there is no session nobody");
  refused("limit collar instrument AAPL low 2 high 1",
          "out of its bounds; it is: limit collar instrument SYMBOL low PRICE high PRICE|off");
}

TEST_F(ControlTest, ABrokenTradeIsToldToBothOnce) {
  Client alice(address());
  Client bob(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  ASSERT_EQ(bob.log_in("bob", "hunter2"), 1U);
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(1), 'A');
  bob.send(enter(1, 'S', 1'000'000));
  EXPECT_TRUE(hears(alice, 'E'));
  done("break 1");
  EXPECT_TRUE(hears(alice, 'B'));
  EXPECT_TRUE(hears(bob, 'B'));
  EXPECT_TRUE(feed_.hears("B"));
  refused("break 1", "no such trade");
}

TEST_F(ControlTest, ACancelEndsOrdersAndNothingElse) {
  Client alice(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(1), 'A');
  done("cancel session ALICE");
  EXPECT_TRUE(hears(alice, 'C'));
  alice.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(2), 'A');
  // Orders of a session that stays away, too.
  alice.send(one_byte('O'));
  EXPECT_TRUE(eventually([this] { return node_->status().sessions_up == 0; }));
  EXPECT_EQ(node_->status().books[0].live_orders, 1U);
  done("cancel firm ACME");
  EXPECT_TRUE(eventually([this] { return node_->status().books[0].live_orders == 0; }));
  EXPECT_THAT(ask("sessions"), HasSubstr(R"("username":"alice","firm":"ACME","up":false)"));
}

TEST_F(ControlTest, WhoIsDisabledStaysOutUntilEnabled) {
  Client alice(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(1), 'A');
  refused("enable session alice", "none that is meant is disabled");
  done("disable session alice");
  EXPECT_TRUE(eventually([this] { return node_->status().books[0].live_orders == 0; }));
  EXPECT_TRUE(eventually([this] { return node_->status().sessions_up == 0; }));
  Client again(address());
  again.send(login("alice", "secret"));
  EXPECT_EQ(static_cast<char>(again.packet('J')[1]), 'A');
  EXPECT_THAT(ask("sessions"),
              HasSubstr(R"("username":"alice","firm":"ACME","up":false,"disabled":true)"));
  // Nor after a restart.
  restart();
  Client later(address());
  later.send(login("alice", "secret"));
  EXPECT_EQ(static_cast<char>(later.packet('J')[1]), 'A');
  done("enable session alice");
  EXPECT_NE(later.log_in("alice", "secret"), 0U);
  later.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(later.answer_to(2), 'A');
  restart();
  Client last(address());
  EXPECT_NE(last.log_in("alice", "secret"), 0U);
}

TEST_F(ControlTest, AFirmIsDisabledAndEnabledWhole) {
  Client bob(address());
  ASSERT_EQ(bob.log_in("bob", "hunter2"), 1U);
  done("disable firm BETA");
  Client again(address());
  again.send(login("bob", "hunter2"));
  EXPECT_EQ(static_cast<char>(again.packet('J')[1]), 'A');
  done("enable firm BETA");
  EXPECT_NE(again.log_in("bob", "hunter2"), 0U);
  refused("disable firm NONE", "there is no session of firm NONE");
}

TEST_F(ControlTest, AKilledFirmIsDeadForTheDay) {
  done("kill firm BETA");
  refused("enable session bob", "lasts until the next day");
  // One that only others name is killed, too; whoever meant another one is told.
  EXPECT_THAT(ask("kill firm BETT"), HasSubstr(R"("note":"no session is of that firm)"));
  restart();
  refused("enable firm BETA", "lasts until the next day");
  Client bob(address());
  bob.send(login("bob", "hunter2"));
  EXPECT_EQ(static_cast<char>(bob.packet('J')[1]), 'A');
  Client alice(address());
  EXPECT_NE(alice.log_in("alice", "secret"), 0U);
}

TEST_F(ControlTest, WhoIsDisconnectedMayComeBack) {
  Client alice(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(1), 'A');
  done("disconnect session alice");
  EXPECT_TRUE(eventually([this] { return node_->status().sessions_up == 0; }));
  EXPECT_EQ(node_->status().books[0].live_orders, 1U);  // it has no cancel on disconnect
  refused("disconnect session alice", "none that is meant is logged in");
  EXPECT_NE(alice.log_in("alice", "secret"), 0U);
}

class ControlOfTcp : public ControlTest {
 protected:
  ControlOfTcp() {
    config_.soup.on = true;
    config_.soup.listen = {0x7F000001, 0};
  }
  [[nodiscard]] SoupTestClient bob(std::uint64_t next = 1) const {
    return {node_->status().soup->listens_on, "bob", "hunter2", next};
  }
};

TEST_F(ControlOfTcp, ADisconnectClosesTheConnectionAndItsOrdersEnd) {
  SoupTestClient first = bob();
  ASSERT_TRUE(first.log_in());
  first.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(first.types(2), "SA");
  done("disconnect session bob");
  EXPECT_TRUE(first.until_over());
  EXPECT_EQ(first.ended_before, 0U) << "no Z: the session goes on";
  EXPECT_TRUE(eventually([this] { return node_->status().books[0].live_orders == 0; }));
  refused("disconnect session bob", "none that is meant is logged in");
  SoupTestClient second = bob();
  ASSERT_TRUE(second.log_in());
  EXPECT_EQ(second.types(3), "SAC");
  EXPECT_EQ(reason_of_cancel(second.heard[3]), 'Z');
}

TEST_F(ControlOfTcp, WhoIsDisabledIsClosedAndStaysOutUntilEnabled) {
  SoupTestClient first = bob();
  ASSERT_TRUE(first.log_in());
  done("disable firm BETA");
  EXPECT_TRUE(first.until_over());
  SoupTestClient second = bob();
  EXPECT_FALSE(second.log_in());
  EXPECT_EQ(second.rejected, 'A');
  done("enable session bob");
  EXPECT_TRUE(bob().log_in());
}

TEST_F(ControlTest, StatusTellsOfTheDay) {
  const std::string status = ask("status");
  EXPECT_THAT(status, HasSubstr(R"("event":"S")"));
  EXPECT_THAT(status, HasSubstr(R"("journal":{"mode":"durable","state":"running")"));
  const CtlText text = ctl_text(status);
  EXPECT_TRUE(text.ok);
  EXPECT_THAT(text.text, HasSubstr("journal mode               durable\n"));
  EXPECT_THAT(ask("schedule"), HasSubstr(R"("schedule":null)"));
  EXPECT_THAT(ask("help"), HasSubstr("halt SYMBOL|all [REASON]"));
}

TEST_F(ControlTest, BetweenTheDaysActsAreRefused) {
  control_->detach();
  control_->set_waiting("soon");
  refused("halt AAPL", "no day is under way: soon");
  EXPECT_THAT(ask("status"), HasSubstr(R"("day":null,"waiting":"soon")"));
}

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

TEST_F(ControlTest, TheSocketIsItsOwners) {
  struct stat found {};
  ASSERT_EQ(stat(sockets_.socket().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  EXPECT_THROW(VenueControl(config_.control, [](const std::string&) {}), std::system_error);
  EXPECT_THAT(ask("status"), StartsWith(R"({"ok":true)"));  // the first one has not lost its place
  stop();
  EXPECT_FALSE(std::filesystem::exists(sockets_.socket()));
}

TEST_F(ControlTest, ASocketThatWasLeftBehindIsTakenAway) {
  stop();
  {
    const int left = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::copy_n(sockets_.socket().c_str(), sockets_.socket().size(), address.sun_path);
    ASSERT_EQ(bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    close(left);
  }
  start();
  EXPECT_THAT(ask("status"), StartsWith(R"({"ok":true)"));
  stop();
  std::ofstream(sockets_.socket()) << "no socket";
  EXPECT_THROW(VenueControl(config_.control, [](const std::string&) {}), std::system_error);
}

/// Whoever asks for the steady time waits while it is held: the node's stages, in their one thread.
class HeldTime final : public TimeSource {
 public:
  void set(std::string_view utc) { time_.set(utc); }
  void hold() { held_.store(true); }
  void let_go() { held_.store(false); }
  [[nodiscard]] bool is_waited_for() const { return waits_.load(); }

  [[nodiscard]] std::int64_t unix_ns() const noexcept override { return time_.unix_ns(); }
  [[nodiscard]] std::uint64_t steady_ns() const noexcept override {
    for (; held_.load(); std::this_thread::sleep_for(std::chrono::milliseconds(1)))
      waits_.store(true);
    return time_.steady_ns();
  }

 private:
  ManualTime time_{"2026-11-20T05:00:00Z"};  // a Friday, in system hours
  std::atomic<bool> held_{false};
  mutable std::atomic<bool> waits_{false};
};

class ControlOfSchedule : public ControlTest {
 protected:
  ControlOfSchedule() {
    config_.schedule.on = true;
    config_.clock.source = &time_;
    patience_ = std::chrono::milliseconds(50);
  }
  void TearDown() override {
    time_.let_go();
    ControlTest::TearDown();
  }

  HeldTime time_;
};

TEST_F(ControlOfSchedule, APhaseThatFoundNoRoomIsSaidAgain) {
  time_.hold();
  ASSERT_TRUE(eventually([this] { return time_.is_waited_for(); }));
  while (node_->inject({.instrument = InstrumentBody{.instrument = 1, .trading_state = 'T'},
                        .tail = {.kind = SlotKind::trading_state}})) {
  }
  time_.set("2026-11-20T09:30:00Z");
  const std::string given_up = "event Q: no answer in 0.05 s: nothing was sent";
  EXPECT_TRUE(eventually([&] { return log().find(given_up) != log().rfind(given_up); })) << log();
  time_.let_go();
  EXPECT_TRUE(feed_.hears("S:Q"));
  time_.set("2026-11-20T16:00:00Z");
  EXPECT_TRUE(feed_.hears("S:M"));
  EXPECT_EQ(feed_.events(), "OSQM");
}

class ControlOfAWholeDay : public ControlOfSchedule {
 protected:
  ControlOfAWholeDay() { patience_ = std::chrono::seconds(10); }
};

// The schedule says nothing twice, and what it tells of itself is what it does.
TEST_F(ControlOfAWholeDay, TheScheduleGoesOnBehindADayThatWasOpenedAgain) {
  time_.set("2026-11-20T09:30:00Z");
  EXPECT_TRUE(feed_.hears("S:Q"));
  time_.set("2026-11-20T16:00:00Z");
  EXPECT_TRUE(feed_.hears("S:M"));
  done("event Q");
  EXPECT_THAT(ask("schedule"), HasSubstr(R"("event":"Q")"));
  EXPECT_THAT(ask("schedule"), HasSubstr(R"("next":"E","at":"20:00:00")"));
  time_.set("2026-11-20T20:00:00Z");
  EXPECT_TRUE(feed_.hears("S:E"));
  EXPECT_EQ(feed_.events(), "OSQMQE");
}

/// A peer that says what it likes.
class RawPeer {
 public:
  explicit RawPeer(const std::string& path) : file_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::copy_n(path.c_str(), path.size(), address.sun_path);
    EXPECT_EQ(connect(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~RawPeer() { close(file_); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  void say(std::string_view bytes) { send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  void end_of_words() { shutdown(file_, SHUT_WR); }
  /// Everything until the node closes.
  std::string hear_all() {
    std::string all;
    std::array<char, 4096> buffer{};
    for (ssize_t bytes = 0; (bytes = recv(file_, buffer.data(), buffer.size(), 0)) > 0;)
      all.append(buffer.data(), static_cast<std::size_t>(bytes));
    return all;
  }

 private:
  int file_;
};

TEST_F(ControlTest, NonsenseIsAnsweredAndDisturbsNobody) {
  RawPeer noise(sockets_.socket());
  noise.say(std::string(5000, 'x'));
  RawPeer bytes(sockets_.socket());
  bytes.say(std::string("\0\xFF\x01\n", 4));
  bytes.end_of_words();
  RawPeer silent(sockets_.socket());
  EXPECT_THAT(ask("status"), StartsWith(R"({"ok":true)"));
  EXPECT_THAT(noise.hear_all(), HasSubstr("longer than 256 bytes"));
  EXPECT_THAT(bytes.hear_all(), HasSubstr("not printable ASCII"));
}

TEST_F(ControlTest, LinesThatComeTogetherAreAnsweredInTheirOrder) {
  RawPeer peer(sockets_.socket());
  peer.say("halt AAPL\nresume AAPL\nnonsense\nhalt AAPL T2\n");
  peer.end_of_words();
  const std::string answers = peer.hear_all();
  EXPECT_EQ(std::count(answers.begin(), answers.end(), '\n'), 4);
  EXPECT_THAT(answers, StartsWith(R"({"ok":true)"));
  EXPECT_LT(answers.find("nothing that can be asked"), answers.rfind(R"({"ok":true)"));
  EXPECT_THAT(ask("instruments"), HasSubstr(R"("trading_state":"H","reason":"T2")"));
}

// An operator's halt does not wait until somebody's script is through.
TEST_F(ControlTest, WhoSendsManyActsLetsTheOthersInBetween) {
  RawPeer script(sockets_.socket());
  RawPeer person(sockets_.socket());
  std::string lines;
  for (int i = 0; i < 80; ++i)
    lines += "resume AAPL\n";
  script.say(lines);
  person.say("halt AAPL\npause AAPL\n");
  script.end_of_words();
  person.end_of_words();
  const std::string answers = script.hear_all();
  EXPECT_EQ(std::count(answers.begin(), answers.end(), '\n'), 80);
  person.hear_all();
  const std::string audit = file_text(sockets_.audit());
  EXPECT_LT(audit.find("pause AAPL"), audit.rfind("resume AAPL"));
}

TEST_F(ControlTest, APeerThatLeavesLeavesItsActDone) {
  {
    RawPeer peer(sockets_.socket());
    peer.say("halt AAPL\n");
  }
  EXPECT_TRUE(feed_.hears("H:AAPL=H"));
  EXPECT_THAT(ask("status"), StartsWith(R"({"ok":true)"));
}

TEST_F(ControlTest, MoreConnectionsThanAreAllowedAreTurnedAway) {
  std::vector<std::unique_ptr<RawPeer>> peers;
  for (int i = 0; i < 4; ++i)
    peers.push_back(std::make_unique<RawPeer>(sockets_.socket()));
  RawPeer fifth(sockets_.socket());
  EXPECT_THAT(fifth.hear_all(), HasSubstr("too many connections"));
  peers.clear();
  EXPECT_TRUE(eventually(
      [this] { return ask("status").find("too many connections") == std::string::npos; }));
}

// A recorded feed names an instrument by its symbol alone.
TEST_F(ControlTest, AStateThatAnotherSaysIsShownToo) {
  ASSERT_TRUE(node_->inject(
      {.instrument = InstrumentBody{.trading_state = 'H', .symbol = Symbol::from("AAPL")},
       .tail = {.kind = SlotKind::trading_state}}));
  EXPECT_TRUE(feed_.hears("H:AAPL=H"));
  EXPECT_TRUE(eventually([this] {
    return ask("instruments").find(R"("symbol":"AAPL","round_lot":100,"trading_state":"H")") !=
           std::string::npos;
  })) << ask("instruments");
}

// As a recording does before its first order, of each instrument.
TEST_F(ControlTest, ManyStatesAtOnceAreAllHeard) {
  for (int i = 0; i <= 4000; ++i) {
    while (!node_->inject(
        {.instrument = InstrumentBody{.instrument = 1, .trading_state = i == 4000 ? 'Q' : 'T'},
         .tail = {.kind = SlotKind::trading_state}}))
      std::this_thread::yield();
  }
  // Not at the feed: a datagram for each may be more than its socket holds.
  EXPECT_TRUE(eventually(
      [this] { return ask("instruments").find(R"("trading_state":"Q")") != std::string::npos; }));
}

TEST_F(ControlTest, WithoutDescriptorsAClientWaitsAndNobodySpins) {
  const auto idle = test::processor_time_of_a_while();
  const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::strncpy(address.sun_path, sockets_.socket().c_str(), sizeof address.sun_path - 1);
  {
    const test::NoDescriptors none;
    ASSERT_EQ(connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_TRUE(test::nobody_spins(idle));
  }
  EXPECT_EQ(write(client, "help\n", 5), 5);
  std::array<char, 8> answer{};
  EXPECT_GT(read(client, answer.data(), answer.size()), 0);
  close(client);
}

}  // namespace
}  // namespace wirebook::node
