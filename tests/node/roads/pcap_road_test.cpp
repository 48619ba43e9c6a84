// Goal: with `road = "pcap"` a capture is played to order entry at its own pace, another, or as
// fast as the ring takes it, loses nothing, and its clients are who they were. Method: captures
// byte by byte; time is the test's own.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "node/node.hpp"
#include "road_bed.hpp"
#include "tests/wire_in/capture_bytes.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;
using wire_in::test::PcapForm;
using wire_in::test::TestCapture;
using wire_in::test::udp_frame;

constexpr Endpoint alice_source{0x0A000001, 40'000};
constexpr Endpoint bob_source{0x0A000002, 40'000};
constexpr Endpoint venue{0x0A0000FE, 26'400};
constexpr std::uint64_t start_ns = 1'700'000'000'123'456'789;

class OwnTime final : public TimeSource {
 public:
  [[nodiscard]] std::int64_t unix_ns() const noexcept override {
    return static_cast<std::int64_t>(start_ns + now_ns);
  }
  [[nodiscard]] std::uint64_t steady_ns() const noexcept override { return 1'000'000 + now_ns; }

  std::uint64_t now_ns = 0;
};

class PcapRoadTest : public testing::Test {
 protected:
  PcapRoadTest() {
    static int files = 0;
    file_ = std::filesystem::temp_directory_path() /
            ("wirebook-" + std::to_string(getpid()) + "-" + std::to_string(files++) + ".pcap");
  }
  ~PcapRoadTest() override { std::filesystem::remove(file_); }

  void record(Endpoint source, const ByteVector& payload, std::uint64_t after_ns = 0) {
    record_frame(udp_frame(from_peer_to(source, venue), payload), after_ns);
  }
  void record_frame(wire_in::test::WireBytes frame, std::uint64_t after_ns = 0) {
    captures_.push_back({start_ns + after_ns, std::move(frame)});
  }
  NodeConfig config(double speed, std::size_t cut_bytes = 0) {
    const auto file = wire_in::test::pcap_file(captures_, PcapForm::nano);
    const std::span<const std::byte> bytes = file;
    std::ofstream(file_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size() - cut_bytes));
    NodeConfig config = road_config();
    config.order_entry.road = RoadKind::pcap;
    config.pcap.file = file_.string();
    config.pcap.speed = speed;
    config.pcap.destination = venue;
    return config;
  }

  std::filesystem::path file_;
  std::vector<TestCapture> captures_;
  OwnTime time_;
  Clock clock_{0, &time_};
};

TEST_F(PcapRoadTest, RecordedLoginsAreCheckedAndOrdersFollow) {
  record(alice_source, login("alice", "secret"));
  record(bob_source, login("bob", "wrong"));
  record(alice_source, enter(1, 'B', 1'000'000));
  record(bob_source, enter(1, 'S', 1'000'000));
  RoadBed bed(config(0), clock_);
  ASSERT_TRUE(bed.poll_until([&] { return !bed.receiver().ended().empty(); }));
  EXPECT_EQ(bed.slots(SlotKind::session_up), 1U);
  EXPECT_EQ(bed.slots(SlotKind::enter), 1U);
  EXPECT_EQ(bed.count(OrderEntryCount::logins_rejected), 1U);
  EXPECT_EQ(bed.count(OrderEntryCount::unknown_source), 1U);
  EXPECT_EQ(bed.receiver().ended(), "pcap: " + file_.string() + " is at its end");
}

TEST_F(PcapRoadTest, ClientsWhoseLoginIsNotThereAreNamed) {
  record(alice_source, enter(1, 'B', 1'000'000));
  record(bob_source, enter(1, 'S', 1'000'000));
  NodeConfig named = config(0);
  named.pcap.logins = {{.source = alice_source, .username = Alpha<6>::from("Alice")},
                       {.source = bob_source, .username = Alpha<6>::from("bob")}};
  RoadBed bed(named, clock_);
  ASSERT_TRUE(bed.poll_until([&] { return !bed.receiver().ended().empty(); }));
  EXPECT_THAT(bed.kinds(), testing::ElementsAre(SlotKind::session_up, SlotKind::session_up,
                                                SlotKind::enter, SlotKind::enter));
  EXPECT_EQ(bed.seen()[2].tail.kind, SlotKind::enter);
  EXPECT_EQ(bed.count(OrderEntryCount::logins), 2U);
}

TEST_F(PcapRoadTest, EachMalformedFrameHasItsOutcome) {
  record(alice_source, login("alice", "secret"));
  OutcomeCounters expected{};
  for (const WrongFrame& wrong : wrong_frames(alice_source, venue)) {
    record_frame(wrong.bytes);
    expected.add(wrong.outcome);
  }
  RoadBed bed(config(0), clock_);
  ASSERT_TRUE(bed.poll_until([&] { return !bed.receiver().ended().empty(); }));
  expected.add(Outcome::ok);  // the login
  for (std::size_t i = 0; i < outcome_count; ++i)
    EXPECT_EQ(bed.count(static_cast<Outcome>(i)), expected.count[i])
        << to_string(static_cast<Outcome>(i));
  EXPECT_EQ(bed.slots(SlotKind::enter), 0U);
}

TEST_F(PcapRoadTest, TimeBetweenFramesIsAsItWasTimesTheSpeed) {
  constexpr std::uint64_t gap_ns = 8'000'000;
  for (std::uint64_t i = 0; i < 5; ++i)
    record(alice_source, login("alice", "secret"), i * gap_ns);
  record(alice_source, one_byte('R'), gap_ns);  // out of order in the capture: it is due by then
  for (const double speed : {1.0, 4.0, 0.25}) {
    SCOPED_TRACE(speed);
    time_.now_ns = 0;
    RoadBed bed(config(speed), clock_);
    const auto scaled = [&](std::uint64_t ns) {
      return static_cast<std::uint64_t>(static_cast<double>(ns) / speed);
    };
    for (std::uint64_t i = 0; i < 5; ++i) {
      time_.now_ns = scaled(i * gap_ns);
      for (int polls = 0; polls < 3; ++polls)
        bed.poll();
      EXPECT_EQ(bed.count(OrderEntryCount::datagrams), i < 4 ? i + 1 : 6) << i;
      time_.now_ns = scaled((i + 1) * gap_ns) - 1;
      for (int polls = 0; polls < 3; ++polls)
        bed.poll();
      EXPECT_EQ(bed.count(OrderEntryCount::datagrams), i < 4 ? i + 1 : 6) << i;
    }
  }
}

TEST_F(PcapRoadTest, AsFastAsTheRingTakesItNothingIsLost) {
  record(alice_source, login("alice", "secret"));
  constexpr std::uint32_t orders = 20'000;
  for (std::uint32_t i = 1; i <= orders; ++i)
    record(alice_source, enter(i, 'B', 1'000'000));
  NodeConfig small = config(0);
  small.rings.slots = 1024;
  // With nobody reading, the ring fills and the capture waits.
  slot_ring::Ring<Slot> ring(small.rings.slots);
  slot_ring::Reader<Slot> reader(ring);
  slot_ring::InjectRing inject(1024);
  const auto controls = std::make_unique<ControlQueue>();
  Ending ending;
  const ChosenReceiver chosen = choose_road(small, -1, venue, clock_);
  IngressStage ingress({.config = small,
                        .clock = clock_,
                        .receiver = *chosen.receiver,
                        .inject = inject,
                        .ring = ring,
                        .controls = *controls,
                        .ending = ending});
  for (int i = 0; i < 10'000; ++i)
    ingress.poll();
  EXPECT_LE(ring.used(), small.rings.slots);
  EXPECT_GT(ring.used(), 0U);
  EXPECT_EQ(ingress.order_entry().counters()[OrderEntryCount::dropped_orders], 0U);
  std::uint32_t entered = 0;
  for (int i = 0; i < 1'000'000 && chosen.receiver->ended().empty(); ++i) {
    ingress.poll();
    while (const Slot* const slot = reader.peek()) {
      if (slot->tail.kind == SlotKind::enter) {
        EXPECT_EQ(slot->enter.user_ref_num, ++entered);
      }
      reader.release(1);
    }
  }
  EXPECT_EQ(entered, orders);
  EXPECT_EQ(ingress.order_entry().counters()[OrderEntryCount::dropped_orders], 0U);
}

TEST_F(PcapRoadTest, AFileThatBreaksOffIsPlayedAsFarAsItGoes) {
  record(alice_source, login("alice", "secret"));
  record(alice_source, enter(1, 'B', 1'000'000));
  RoadBed bed(config(0, 5), clock_);
  ASSERT_TRUE(bed.poll_until([&] { return !bed.receiver().ended().empty(); }));
  EXPECT_EQ(bed.slots(SlotKind::session_up), 1U);
  EXPECT_EQ(bed.slots(SlotKind::enter), 0U);
  EXPECT_THAT(bed.receiver().ended(), HasSubstr("is at its end, where it breaks off"));
}

TEST_F(PcapRoadTest, AFileThatIsNotThereIsRefusedInOneLine) {
  NodeConfig wrong = config(0);
  wrong.pcap.file = "/nowhere/day.pcap";
  try {
    const RoadBed bed(wrong, clock_);
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("road pcap: /nowhere/day.pcap: "));
  }
}

TEST_F(PcapRoadTest, ANodeTradesWhatWasRecordedAndEnds) {
  record(alice_source, login("alice", "secret"));
  record(bob_source, login("bob", "secret"));
  record(alice_source, enter(1, 'B', 1'500'000, 300));
  record(bob_source, enter(1, 'S', 1'500'000, 100), 1'000'000);
  NodeConfig playing = config(1);
  playing.pcap.at_end = PcapEnd::stop;
  UdpClient feed;
  playing.market_data.send_to = feed.endpoint();
  Node node(playing);
  node.start();
  for (int waited = 0; waited < patience_ms && node.ended().empty(); ++waited)
    usleep(1'000);
  EXPECT_EQ(node.ended(), "pcap: " + file_.string() + " is at its end");
  node.stop();
  const NodeStatus status = node.status();
  EXPECT_EQ(status.receive_path, "pcap");
  EXPECT_EQ(status.fills, 1U);
  EXPECT_EQ(status.volume, 100U);
}

}  // namespace
}  // namespace wirebook::node
