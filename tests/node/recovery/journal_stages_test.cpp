// Goal: nothing that tells of a slot leaves before the slot is durable; what never becomes durable
// is never told; a full disk refuses orders and nothing else; a disk that fails ends the stages.
// Method: the stages over a disk and ports that the test holds, polled by hand.
#include <cerrno>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/journal_writer.hpp"
#include "node/host_slots.hpp"
#include "node/order_entry/order_entry.hpp"
#include "node/recovery/journal_stage.hpp"
#include "node/stages/match_stage.hpp"
#include "node/stages/wire_out_stage.hpp"
#include "tests/node/ouch_messages.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Endpoint staged_address{0x7F000001, 1001};

/// Segments are made at once; writes come back when the test says so.
class HeldDisk final : public journal::Disk {
 public:
  int prepare_error = 0;
  int write_error = 0;
  bool holds = true;

  void submit(std::span<const journal::Request> batch) noexcept override {
    pending_.insert(pending_.end(), batch.begin(), batch.end());
  }
  std::size_t poll(std::span<journal::Completion> out) noexcept override {
    std::size_t count = 0;
    std::deque<journal::Request> kept;
    for (const journal::Request& request : pending_) {
      const bool is_write = request.kind == journal::RequestKind::write;
      if (count == out.size() || (is_write && holds)) {
        kept.push_back(request);
        continue;
      }
      std::int32_t result = is_write ? static_cast<std::int32_t>(request.bytes) : 0;
      if (is_write && write_error != 0)
        result = -write_error;
      if (request.kind == journal::RequestKind::prepare && prepare_error != 0)
        result = -prepare_error;
      out[count++] = {request.kind, request.id, result};
    }
    pending_ = std::move(kept);
    return count;
  }

 private:
  std::deque<journal::Request> pending_;
};

/// The types of what was sent.
class FakePort final : public DatagramPort {
 public:
  std::size_t send(std::span<mmsghdr> datagrams) noexcept override {
    for (const mmsghdr& datagram : datagrams) {
      std::string bytes;
      for (std::size_t i = 0; i < datagram.msg_hdr.msg_iovlen; ++i)
        bytes.append(static_cast<const char*>(datagram.msg_hdr.msg_iov[i].iov_base),
                     datagram.msg_hdr.msg_iov[i].iov_len);
      sent.push_back(std::move(bytes));
    }
    return datagrams.size();
  }
  std::vector<std::string> sent;
};

class TestTime final : public TimeSource {
 public:
  std::uint64_t ns = 1'000'000'000;

  [[nodiscard]] std::int64_t unix_ns() const noexcept override {
    return static_cast<std::int64_t>(ns);
  }
  [[nodiscard]] std::uint64_t steady_ns() const noexcept override { return ns; }
};

NodeConfig one_account() {
  NodeConfig config;
  config.instruments.push_back({.symbol = Symbol::from("AAPL")});
  config.sessions.push_back({.username = Alpha<6>::from("alice"),
                             .password = Alpha<10>::from("secret"),
                             .firm = Firm::from("ACME")});
  config.engine = {.orders = 4096, .trades = 4096};
  config.order_entry.history_mib = 1;
  config.order_entry.heartbeat_ms = 86'000'000;
  config.order_entry.end_ms = 0;
  config.market_data.heartbeat_ms = 86'000'000;
  config.market_data.end_of_session_ms = 0;
  return config;
}

class JournalStagesTest : public testing::Test {
 protected:
  static constexpr std::size_t ring_slots = 1024;

  JournalStagesTest() { poll(); }

  /// In the order of one thread, until nothing moves.
  void poll(int rounds = 50) {
    for (int i = 0; i < rounds; ++i) {
      match_.poll();
      journal_.poll();
      wire_out_.poll();
      order_entry_.refuse_orders(ending_.orders_refused);
    }
  }
  void receive(const ByteVector& datagram) {
    order_entry_.on_datagram(datagram, staged_address, {TimeNs{1000}, time_.ns});
    poll();
  }
  void write(Slot slot) {
    publish(slot);
    poll();
  }
  void publish(const Slot& slot) {
    ASSERT_TRUE(writer_.has_credit(1));
    Slot& target = writer_.at();
    target.time_ns = TimeNs{1};
    target.admin = slot.admin;
    writer_.publish({.kind = slot.tail.kind});
  }
  /// UFO types of the datagrams so far; of an `S` with messages also theirs.
  std::string told() const {
    std::string text;
    for (const std::string& datagram : port_.sent) {
      text += datagram[0];
      wire_in::UfoPacket packet;
      const ByteVector bytes = to_bytes(datagram);
      if (wire_in::parse_ufo_downstream(bytes, packet) != Outcome::ok || packet.type != 'S')
        continue;
      wire_in::MessageBlocks blocks = wire_in::sequenced_messages(packet);
      while (const auto message = blocks.next())
        text += static_cast<char>((*message)[0]);
    }
    return text;
  }
  static ByteVector to_bytes(const std::string& text) {
    const auto* data = reinterpret_cast<const std::byte*>(text.data());
    return {data, data + text.size()};
  }
  void release_writes() {
    disk_.holds = false;
    poll();
  }

  const NodeConfig config_ = one_account();
  TestTime time_;
  const Clock clock_{0, &time_};
  slot_ring::Ring<Slot> slots_{ring_slots};
  slot_ring::Ring<Event> events_{ring_slots};
  std::unique_ptr<ControlQueue> controls_ = std::make_unique<ControlQueue>();
  Ending ending_;
  slot_ring::Writer<Slot> writer_{slots_};
  OrderEntry order_entry_{config_, writer_, *controls_};
  MatchStage match_{config_, slots_, events_, ending_};
  HeldDisk disk_;
  journal::JournalWriter journal_writer_{slots_, disk_, {.segment_slots = 128}};
  JournalStage journal_{{.writer = journal_writer_, .clock = clock_, .ending = ending_}};
  FakePort port_;
  FakePort feed_;
  MarketTap tap_{1 << 16};
  wire_out::OutboundLog log_{1, 4};
  WireOutStage wire_out_{{.config = config_,
                          .clock = clock_,
                          .order_entry_port = port_,
                          .market_data_port = feed_,
                          .slots = slots_,
                          .match_reader = match_.reader_index(),
                          .events = events_,
                          .log = log_,
                          .controls = *controls_,
                          .ending = ending_,
                          .journal = &journal_writer_,
                          .market_tap = &tap_}};
};

TEST_F(JournalStagesTest, NothingIsToldBeforeItsSlotIsDurable) {
  write(system_event_slot('O'));
  EXPECT_THAT(feed_.sent, IsEmpty());
  receive(login("alice", "secret"));
  receive(enter(1, 'B', 1'000'000));
  EXPECT_EQ(told(), "");
  EXPECT_THAT(feed_.sent, IsEmpty());
  EXPECT_FALSE(tap_.front()) << "the market's servers would tell it";
  release_writes();
  EXPECT_THAT(told(), testing::StartsWith("AS"));
  EXPECT_EQ(feed_.sent.size(), 1U);
  EXPECT_TRUE(tap_.front());
  disk_.holds = true;
  const std::string before = told();
  receive(enter(2, 'B', 1'000'000));
  EXPECT_EQ(told(), before);
  release_writes();
  EXPECT_THAT(told(), testing::Not(before));
}

TEST_F(JournalStagesTest, AnAnswerToALoginWaitsForItsSlotAndAJustRefusalDoesNot) {
  receive(login("alice", "guess"));
  EXPECT_EQ(told(), "J");
  receive(login("alice", "secret"));
  EXPECT_EQ(told(), "J");
  release_writes();
  EXPECT_EQ(told(), "JA");
}

TEST_F(JournalStagesTest, ARingThatIsFullOfWhatIsNotDurableEmptiesAgain) {
  receive(login("alice", "secret"));
  for (std::uint32_t i = 1; i <= 2 * ring_slots; ++i)
    receive(enter(i, i % 2 == 0 ? 'B' : 'S', 1'000'000));
  EXPECT_GT(order_entry_.outcomes().read()[Outcome::ring_full], 0U);
  EXPECT_EQ(told(), "");
  release_writes();
  order_entry_.flush_gap(TimeNs{2000});
  poll();
  EXPECT_EQ(slots_.written(), journal_writer_.durable());
  EXPECT_LT(slots_.used(), 2 * journal::block_slots);
  EXPECT_EQ(events_.used(), 0U);
}

TEST_F(JournalStagesTest, AFailedDiskEndsTheStagesAndWhatIsNotDurableIsNeverTold) {
  release_writes();
  receive(login("alice", "secret"));
  const std::string before = told();
  EXPECT_THAT(before, testing::StartsWith("A"));
  disk_.holds = true;
  receive(enter(1, 'B', 1'000'000));
  disk_.write_error = EIO;
  release_writes();
  EXPECT_TRUE(journal_.failed());
  EXPECT_EQ(journal_.figures().error, EIO);
  EXPECT_TRUE(ending_.wanted);
  EXPECT_TRUE(ending_.cut);
  ending_.ingress = true;  // as ingress does
  poll();
  EXPECT_TRUE(match_.finished());
  EXPECT_TRUE(journal_.finished());
  EXPECT_TRUE(wire_out_.finished());
  // Neither the reply nor the end of the session, which has not ended.
  EXPECT_EQ(told(), before);
}

TEST_F(JournalStagesTest, AFullDiskRefusesOrdersKeepsSessionsAndGoesOnWhenThereIsRoom) {
  release_writes();
  receive(login("alice", "secret"));
  disk_.prepare_error = ENOSPC;
  std::uint32_t sent = 0;
  while (!ending_.orders_refused && sent < ring_slots) {
    ++sent;
    receive(enter(sent, sent % 2 == 0 ? 'B' : 'S', 1'000'000));
  }
  ASSERT_TRUE(ending_.orders_refused);
  const std::uint64_t written = slots_.written();
  receive(enter(++sent, 'B', 1'000'000));
  EXPECT_EQ(slots_.written(), written);
  EXPECT_EQ(order_entry_.outcomes().read()[Outcome::ring_full], 1U);
  EXPECT_GT(journal_.figures().writer.disk_full, 0U);
  EXPECT_EQ(journal_.figures().state, journal::WriterState::disk_full);
  receive(one_byte('R'));
  EXPECT_FALSE(journal_.failed());
  EXPECT_FALSE(ending_.wanted);

  disk_.prepare_error = 0;
  poll();
  EXPECT_FALSE(ending_.orders_refused);
  receive(enter(++sent, 'B', 1'000'000));
  // A gap slot with what was refused, and the order.
  EXPECT_EQ(slots_.written(), written + 2);
  EXPECT_EQ(journal_writer_.durable(), written + 2);
}

// Replies are numbered as they are told: behind one that was given up, none may be told.
TEST_F(JournalStagesTest, AFullDiskAtTheEndIsGivenUpAndNothingIsToldFromThere) {
  release_writes();
  receive(login("alice", "secret"));
  disk_.prepare_error = ENOSPC;
  for (std::uint32_t i = 1; !ending_.orders_refused && i < ring_slots; ++i)
    receive(enter(i, i % 2 == 0 ? 'B' : 'S', 1'000'000));
  ASSERT_TRUE(ending_.orders_refused);
  const std::string before = told();
  const std::size_t feed_before = feed_.sent.size();
  disk_.holds = true;
  write(system_event_slot('E'));
  ending_.wanted = true;
  poll();
  EXPECT_FALSE(ending_.cut);
  time_.ns += 3'000'000'000;
  poll();
  EXPECT_TRUE(ending_.cut);
  EXPECT_TRUE(journal_.failed());
  // Durable before wire_out looks again.
  publish(system_event_slot('C'));
  disk_.holds = false;
  for (int i = 0; i < 10; ++i) {
    match_.poll();
    journal_.poll();
  }
  EXPECT_EQ(journal_writer_.durable(), slots_.written());
  ending_.ingress = true;
  poll();
  EXPECT_TRUE(journal_.finished());
  EXPECT_TRUE(wire_out_.finished());
  EXPECT_EQ(told(), before);
  EXPECT_EQ(feed_.sent.size(), feed_before);
}

TEST_F(JournalStagesTest, TheEndComesWithEverythingDurableAndTold) {
  receive(login("alice", "secret"));
  receive(enter(1, 'B', 1'000'000));
  ending_.wanted = true;
  ending_.ingress = true;
  poll();
  EXPECT_TRUE(match_.finished());
  EXPECT_FALSE(journal_.finished());
  EXPECT_FALSE(wire_out_.finished());
  EXPECT_EQ(told(), "");
  release_writes();
  EXPECT_TRUE(journal_.finished());
  EXPECT_TRUE(wire_out_.finished());
  EXPECT_FALSE(journal_.failed());
  EXPECT_THAT(told(), testing::AllOf(testing::StartsWith("A"), testing::EndsWith("E")));
  EXPECT_EQ(journal_.figures().durable, slots_.written());
}

}  // namespace
}  // namespace wirebook::node
