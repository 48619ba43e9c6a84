// Goal: what the kernel promises besides its slots: constant latency, throughput, merging of the
// host's slots, transmission of its frames, and that it stops when and as it must. Method: the
// whole kernel on its bench, cycle by cycle where cycles are promised.
#include <algorithm>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "Vwirebook_kernel___024root.h"
#include "hw-sim/harness/frame_maker.hpp"
#include "hw-sim/harness/kernel_bench.hpp"

namespace wirebook::hw_sim {
namespace {

constexpr std::uint32_t state_idle = 0;
constexpr std::uint32_t state_running = 1;
constexpr std::uint32_t state_quiesced = 3;
constexpr std::uint32_t state_lease_expired = 4;
constexpr std::uint32_t state_limit_reached = 5;
constexpr std::uint32_t state_bad_response = 6;
constexpr std::uint32_t state_bad_consumer = 7;

/// The instrument of every message here.
constexpr std::uint16_t locate = 0x0101;

/// A bench with the addresses of a `FrameMaker`, running. Only what is used gets configured: whole
/// tables take longer than most tests.
struct Running {
  explicit Running(KernelBenchOptions options = {}) : maker(1, 0), bench(quick(options)) {
    auto config = maker.config();
    config.wanted.reset();
    config.wanted.set(locate);
    bench.configure(config);
    bench.on_slot = [this](const Slot& slot, std::uint64_t) { slots.push_back(slot); };
    bench.start();
  }
  ~Running() { EXPECT_EQ(bench.error(), ""); }

  void idle(int cycles) {
    for (int i = 0; i < cycles; ++i)
      bench.cycle();
  }
  std::uint32_t state() { return bench.read(reg::state); }

  static KernelBenchOptions quick(KernelBenchOptions options) {
    options.configure_all = false;
    return options;
  }

  FrameMaker maker;
  KernelBench bench;
  std::vector<Slot> slots;
};

/// What surrounds a datagram.
struct Shape {
  std::size_t tags = 0;
  std::size_t options_words = 0;
};

WireBytes order_frame(const FrameMaker& maker, Bytes message, Shape shape = {}) {
  FrameSpec spec;
  spec.vlan_types.assign(shape.tags, 0x8100);
  spec.options_words = shape.options_words;
  spec.source_address = maker.config().sessions[0].address;
  spec.source_port = maker.config().sessions[0].port;
  spec.destination_address = maker.config().order_entry.address;
  spec.destination_port = maker.config().order_entry.port;
  return wire_in::test::udp_frame(spec, WireBytes().text("U").add(message));
}

WireBytes feed_frame(const FrameMaker& maker, std::uint64_t sequence,
                     const std::vector<WireBytes>& messages, Shape shape = {}) {
  FrameSpec spec;
  spec.vlan_types.assign(shape.tags, 0x8100);
  spec.options_words = shape.options_words;
  spec.destination_address = maker.config().feeds[0].address;
  spec.destination_port = maker.config().feeds[0].port;
  WireBytes packet;
  packet.text("SESSION", 10).be(sequence, 8).be(messages.size(), 2);
  for (const WireBytes& message : messages)
    packet.block(message);
  return wire_in::test::udp_frame(spec, packet);
}

WireBytes itch(char type) {
  // The locate is its bytes 1 and 2.
  WireBytes message(wire_in::itch_message_bytes(type), locate & 0xFF);
  message[0] = static_cast<std::byte>(type);
  return message;
}
WireBytes enter_order(std::size_t appendage_bytes = 0) {
  return WireBytes().text("O").zeros(44).be(appendage_bytes, 2).zeros(appendage_bytes);
}
WireBytes cancel_order() { return WireBytes().text("X").zeros(8); }

/// Cycles from the frame's last beat on s_axis_rx to W valid of its first slot.
std::uint64_t latency(Running& running, Bytes frame) {
  std::optional<std::uint64_t> valid;
  running.bench.on_cycle = [&](Vwirebook_kernel& dut) {
    if (dut.m_axi_wvalid && !valid)
      valid = running.bench.now();
  };
  const std::uint64_t first = running.bench.send(frame);
  running.idle(60);
  running.bench.on_cycle = nullptr;
  const std::uint64_t last = first + (frame.size() + 63) / 64 - 1;
  return valid ? *valid - last : 0;
}

TEST(KernelLatency, is_seven_cycles_from_the_last_beat_to_w) {
  Running running;
  std::uint64_t sequence = 1;
  const auto& maker = running.maker;
  for (const Shape shape : {Shape{0, 0}, Shape{1, 0}}) {
    EXPECT_EQ(latency(running, order_frame(maker, enter_order(), shape)), 7U);
    EXPECT_EQ(latency(running, order_frame(maker, cancel_order(), shape)), 7U);
    for (std::size_t bytes = 0; bytes <= 96; ++bytes)
      EXPECT_EQ(latency(running, order_frame(maker, enter_order(bytes), shape)), 7U) << bytes;
    for (const char type : std::string_view("SRHYLVWKJhAFECXDUPQBINO")) {
      EXPECT_EQ(latency(running, feed_frame(maker, sequence++, {itch(type)}, shape)), 7U) << type;
      for (std::size_t more = 1; more < 40; more += 3) {
        const std::vector<WireBytes> messages(1 + more, itch(type));
        EXPECT_EQ(latency(running, feed_frame(maker, sequence, messages, shape)), 7U)
            << type << " and " << more << " more";
        sequence += messages.size();
      }
    }
    // A gap before the first message, and one that only a heartbeat reveals.
    EXPECT_EQ(latency(running, feed_frame(maker, sequence += 5, {itch('A')}, shape)), 7U);
    ++sequence;
    EXPECT_EQ(latency(running, feed_frame(maker, sequence += 5, {}, shape)), 7U);
  }
}

TEST(KernelLatency, is_at_most_nine_cycles_behind_options_and_two_tags) {
  Running running;
  std::uint64_t sequence = 1;
  for (std::size_t tags = 0; tags <= 2; ++tags)
    for (std::size_t options = 0; options <= 10; ++options)
      for (const char type : std::string_view("SADI")) {
        const Shape shape{tags, options};
        const auto& maker = running.maker;
        EXPECT_LE(latency(running, order_frame(maker, enter_order(), shape)), 9U);
        EXPECT_LE(latency(running, order_frame(maker, cancel_order(), shape)), 9U);
        const auto feed = latency(running, feed_frame(maker, sequence++, {itch(type)}, shape));
        EXPECT_LE(feed, 9U) << tags << ' ' << options;
        EXPECT_GE(feed, 7U);
      }
}

/// Cycles that a frame takes, on average over many that follow each other.
double cycles_of(const std::vector<WireBytes>& messages) {
  Running running({.ring_slots_log2 = 14});
  constexpr std::uint64_t slots = 2'000;
  const std::uint64_t frames = slots / messages.size();
  std::uint64_t sequence = 1;
  const std::uint64_t start = running.bench.now();
  for (std::uint64_t i = 0; i < frames; ++i, sequence += messages.size())
    running.bench.send(feed_frame(running.maker, sequence, messages));
  while (running.slots.size() < sequence - 1 && running.bench.now() - start < 50'000)
    running.bench.cycle();
  EXPECT_EQ(running.slots.size(), sequence - 1);
  constexpr std::uint64_t under_way = 40;
  return static_cast<double>(running.bench.now() - start - under_way) / static_cast<double>(frames);
}

TEST(KernelThroughput, a_full_datagram_takes_a_cycle_a_message) {
  EXPECT_LE(cycles_of(std::vector(46, itch('E'))), 46);  // of 31 bytes, and 2 of length
}

/// Of 19 bytes, and 2 of length.
TEST(KernelThroughput, a_frame_of_two_beats_takes_a_cycle_a_message) {
  EXPECT_LE(cycles_of(std::vector(1, itch('D'))), 2);
  EXPECT_LE(cycles_of(std::vector(2, itch('D'))), 2);
  EXPECT_LE(cycles_of(std::vector(3, itch('D'))), 3);
}

/// Also where only one message ends in a frame's last beat: the next frame's first beat is worked
/// on beside it.
TEST(KernelThroughput, any_frame_takes_a_cycle_a_message) {
  for (std::size_t messages = 4; messages < 30; ++messages)
    EXPECT_LE(cycles_of(std::vector(messages, itch('D'))), static_cast<double>(messages));
}

class RandomMix : public testing::TestWithParam<unsigned> {};

/// All types, back to back. No design takes less than a cycle a slot, nor than a cycle a beat; this
/// one takes no more, but for the latency of the last frame.
TEST_P(RandomMix, takes_a_cycle_a_slot_or_beat) {
  const std::size_t most = GetParam();
  Running running;
  std::mt19937 random(1);
  std::uint64_t sequence = 1, least = 0, slots = 0;
  const std::uint64_t start = running.bench.now();
  std::uint64_t last = start;
  running.bench.on_cycle = [&](Vwirebook_kernel& dut) {
    if (dut.m_axi_wvalid && dut.m_axi_wready)
      last = running.bench.now();
  };
  for (int frame = 0; frame < 2'000; ++frame) {
    std::vector<WireBytes> messages;
    for (std::size_t count = 1 + random() % most; count != 0; --count)
      messages.push_back(itch("SRHYLVWKJhAFECXDUPQBINO"[random() % 23]));
    const auto bytes = feed_frame(running.maker, sequence, messages);
    sequence += messages.size();
    slots += messages.size();
    least += std::max<std::size_t>(messages.size(), (bytes.size() + 63) / 64);
    running.bench.send(bytes);
    while (running.bench.now() + 600 < start + least)  // no more than fits into the buffer
      running.bench.cycle();
  }
  running.idle(3'000);
  ASSERT_EQ(running.slots.size(), slots);
  RecordProperty("least", static_cast<int>(least));
  RecordProperty("slots", static_cast<int>(slots));
  RecordProperty("cycles", static_cast<int>(last - start));
  EXPECT_LE(last - start, least + 7);
}
INSTANTIATE_TEST_SUITE_P(MessagesAtMost, RandomMix, testing::Values(1U, 2U, 3U, 8U, 20U, 40U));

/// Cycles from the first beat in to the last beat on W, of frames back to back.
std::uint64_t cycles_to_last_write(Running& running, const std::vector<WireBytes>& frames) {
  const std::uint64_t start = running.bench.now();
  std::uint64_t last = start;
  running.bench.on_cycle = [&](Vwirebook_kernel& dut) {
    if (dut.m_axi_wvalid && dut.m_axi_wready)
      last = running.bench.now();
  };
  for (const WireBytes& frame : frames)
    running.bench.send(frame);
  running.idle(5'000);
  running.bench.on_cycle = nullptr;
  return last - start;
}

/// Of the last order's, what is not under way beside another's.
constexpr std::uint64_t order_latency = 6;

struct OrderPace {
  std::size_t least_appendage, most_appendage;
  std::uint64_t slots, cycles;
};

class OrdersAlike : public testing::TestWithParam<OrderPace> {};

TEST_P(OrdersAlike, take_so_many_cycles_each) {
  constexpr std::uint64_t orders = 500;
  const OrderPace pace = GetParam();
  for (const std::size_t bytes : {pace.least_appendage, pace.most_appendage}) {
    Running running({.ring_slots_log2 = 14});
    const std::vector<WireBytes> frames(orders, order_frame(running.maker, enter_order(bytes)));
    EXPECT_EQ(cycles_to_last_write(running, frames), orders * pace.cycles + order_latency) << bytes;
    EXPECT_EQ(running.slots.size(), orders * pace.slots) << bytes;
  }
}
INSTANTIATE_TEST_SUITE_P(Appendage, OrdersAlike,
                         testing::Values(OrderPace{0, 0, 1, 2}, OrderPace{1, 38, 2, 3},
                                         OrderPace{39, 48, 2, 4}, OrderPace{49, 96, 3, 5}),
                         [](const auto& test) {
                           return "up_to_" + std::to_string(test.param.most_appendage) + "_bytes";
                         });

/// What a frame takes among others: an order a cycle a beat and one for each extension slot, a
/// feed's frame a cycle a message or beat, and each of them two at least.
std::uint64_t order_cycles(Bytes frame, std::size_t appendage_bytes) {
  return std::max<std::uint64_t>(2, (frame.size() + 63) / 64 + (appendage_bytes + 47) / 48);
}
std::uint64_t feed_cycles(Bytes frame, std::size_t messages) {
  return std::max<std::uint64_t>({2, (frame.size() + 63) / 64, messages});
}

/// On a 100G wire, with FCS, preamble and gap, at 300 MHz.
double wire_cycles(Bytes frame) { return static_cast<double>(frame.size() + 24) * 8 * 300 / 100e3; }

TEST(KernelThroughput, orders_of_any_length_keep_within_six_percent_of_the_wire) {
  Running running({.ring_slots_log2 = 14});
  std::mt19937 random(1);
  std::vector<WireBytes> frames;
  std::uint64_t expected = 0;
  double wire = 0;
  for (int i = 0; i < 2'000; ++i) {
    const std::size_t bytes = random() % 97;
    frames.push_back(order_frame(running.maker, enter_order(bytes)));
    expected += order_cycles(frames.back(), bytes);
    wire += wire_cycles(frames.back());
  }
  const std::uint64_t cycles = cycles_to_last_write(running, frames);
  RecordProperty("slots", static_cast<int>(running.slots.size()));
  RecordProperty("cycles", static_cast<int>(cycles));
  RecordProperty("cycles_on_the_wire", static_cast<int>(wire));
  EXPECT_LE(cycles, expected + 7);
  EXPECT_LE(static_cast<double>(cycles), wire * 1.06);
}

TEST(KernelThroughput, between_orders_and_feeds_few_frames_take_one_more) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    Running running({.ring_slots_log2 = 14});
    std::mt19937 random(seed);
    std::vector<WireBytes> frames;
    std::uint64_t expected = 0, sequence = 1;
    for (int i = 0; i < 1'000; ++i) {
      if (random() % 2 == 0) {
        const std::size_t messages = 1 + random() % 8;
        frames.push_back(feed_frame(running.maker, sequence, std::vector(messages, itch('D'))));
        expected += feed_cycles(frames.back(), messages);
        sequence += messages;
      } else {
        const std::size_t bytes = random() % 97;
        const bool cancels = random() % 4 == 0;
        frames.push_back(order_frame(running.maker, cancels ? cancel_order() : enter_order(bytes)));
        expected += order_cycles(frames.back(), cancels ? 0 : bytes);
      }
    }
    const std::uint64_t cycles = cycles_to_last_write(running, frames);
    EXPECT_LE(cycles, expected + frames.size() / 16 + 7) << "seed " << seed;
  }
}

TEST(KernelInject, merges_whole_groups_between_frames) {
  Running running({.memory = {.stall_percent = 20, .latency_cycles = 100}});
  std::vector<std::uint32_t> injected;
  std::mt19937 random(3);
  for (std::uint32_t i = 0; i < 300; ++i) {
    std::vector<Slot> group(1 + random() % 3);
    for (Slot& slot : group) {
      slot = Slot{};
      slot.enter.user_ref_num = i;
      slot.tail.kind = SlotKind::extension;
    }
    group[0].tail = {.kind = SlotKind::session_up,
                     .extension_count = static_cast<std::uint8_t>(group.size() - 1)};
    running.bench.inject(group);
    injected.push_back(static_cast<std::uint32_t>(group.size()));
    for (std::uint32_t frame = random() % 4; frame != 0; --frame)
      running.bench.send(order_frame(running.maker, enter_order(random() % 97)));
    running.idle(static_cast<int>(random() % 200));
  }
  running.idle(3'000);
  std::uint32_t next = 0;
  std::uint64_t last_time = 0;
  for (std::size_t i = 0; i < running.slots.size(); ++i) {
    const Slot& slot = running.slots[i];
    EXPECT_GE(slot.time_ns.raw, last_time);
    last_time = slot.time_ns.raw;
    if (slot.tail.kind != SlotKind::session_up)
      continue;
    EXPECT_EQ(slot.enter.user_ref_num, next);
    ASSERT_EQ(slot.tail.extension_count + 1U, injected[next]);
    for (std::size_t part = 1; part < injected[next]; ++part) {
      EXPECT_EQ(running.slots[i + part].tail.kind, SlotKind::extension);
      EXPECT_EQ(running.slots[i + part].enter.user_ref_num, next);
    }
    ++next;
  }
  EXPECT_EQ(next, injected.size());
  EXPECT_EQ(running.bench.read(reg::inject_consumed),
            std::accumulate(injected.begin(), injected.end(), 0U));
}

TEST(KernelTransmit, sends_every_frame_whole_and_in_order) {
  Running running({.memory = {.stall_percent = 10, .latency_cycles = 450, .jitter_cycles = 60}});
  running.bench.tx_stall_percent = 20;
  std::mt19937 random(5);
  std::vector<std::vector<std::byte>> frames;
  for (int i = 0; i < 400; ++i) {
    std::vector<std::byte> frame(1 + random() % (i % 3 == 0 ? 2'040 : 260));
    if (i < 70)
      frame.resize(static_cast<std::size_t>(i) + 1);
    for (std::byte& byte : frame)
      byte = static_cast<std::byte>(random());
    running.bench.transmit(frame);
    frames.push_back(frame);
    running.idle(static_cast<int>(random() % 60));
    while (frames.size() - running.bench.sent.size() > 100)
      running.bench.cycle();
  }
  running.idle(20'000);
  ASSERT_EQ(running.bench.sent.size(), frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i)
    ASSERT_EQ(running.bench.sent[i], frames[i]) << i;
  EXPECT_EQ(running.bench.read(reg::tx_consumed), frames.size());
}

/// A stream has no way to take a beat back: what a soft reset cut would be the next frame's head.
TEST(KernelTransmit, a_frame_that_has_begun_goes_out_before_a_soft_reset) {
  const std::vector<std::byte> first(2'000, std::byte{1});
  const std::vector<std::byte> second(2'000, std::byte{2});
  for (int beats = 0; beats < 32; beats += 3) {
    SCOPED_TRACE(beats);
    Running running;
    auto& bench = running.bench;
    int seen = 0;
    bench.on_cycle = [&](Vwirebook_kernel& dut) {
      seen += dut.m_axis_tx_tvalid && dut.m_axis_tx_tready;
      bench.tx_stall_percent = seen < beats ? 0 : 100;
    };
    bench.tx_stall_percent = beats == 0 ? 100 : 0;
    bench.transmit(first);
    running.idle(500);
    bench.registers().write(reg::control, 2);
    bench.settle();
    running.idle(200);
    bench.on_cycle = nullptr;
    if (running.state() != state_quiesced)
      bench.tx_stall_percent = 0;
    for (int tries = 0; tries < 100 && running.state() != state_quiesced; ++tries)
      running.idle(10);
    ASSERT_EQ(running.state(), state_quiesced);
    bench.registers().write(reg::control, 0);
    bench.settle();
    bench.registers().write(reg::soft_reset, 1);
    bench.settle();
    bench.tx_stall_percent = 0;
    running.idle(50);
    // The reset made the ring new: the first cell is sent again.
    bench.start();
    bench.transmit(second);
    running.idle(500);
    ASSERT_EQ(bench.sent.size(), 3U);
    EXPECT_EQ(bench.sent[0], first);
    EXPECT_EQ(bench.sent[1], first);
    EXPECT_EQ(bench.sent[2], second);
  }
}

TEST(KernelTransmit, skips_cells_without_a_length_and_counts_them) {
  Running running;
  const std::vector<std::byte> frame(60);
  running.bench.transmit({});
  running.bench.transmit(frame);
  running.bench.transmit(std::vector<std::byte>(2'041));
  running.bench.transmit(frame);
  running.idle(500);
  EXPECT_EQ(running.bench.sent.size(), 2U);
  running.bench.outcomes();
  EXPECT_EQ(running.bench.event(6), 2U);
  EXPECT_EQ(running.bench.event(7), 2U);
}

/// At 1.5 µs read latency and 300 MHz.
TEST(KernelTransmit, hides_the_latency_of_host_memory) {
  Running running({.memory = {.latency_cycles = 450}});
  const std::vector<std::byte> frame(1'500, std::byte{7});
  for (int i = 0; i < 120; ++i)
    running.bench.transmit(frame, i == 119);
  const std::uint64_t start = running.bench.now();
  while (running.bench.sent.size() < 120 && running.bench.now() - start < 50'000)
    running.bench.cycle();
  const double gbit_per_s =
      120.0 * 1'500 * 8 / (static_cast<double>(running.bench.now() - start) / 300e6) / 1e9;
  EXPECT_GT(gbit_per_s, 50) << "of 1,500-byte frames";
  RecordProperty("gbit_per_s", std::to_string(gbit_per_s));
}

TEST(KernelControl, every_address_answers_within_16_cycles) {
  Running running({.memory = {.stall_percent = 90}});
  for (std::uint32_t offset = 0; offset < 0x1000; offset += 4) {
    running.bench.registers().read(offset, [](std::uint32_t) {});
    if (offset >= 0x300)  // not to disturb what is configured
      running.bench.registers().write(offset, 0xFFFF'FFFF);
  }
  running.bench.settle();
  EXPECT_LE(running.bench.registers().slowest_cycles(), 16U);
  EXPECT_EQ(running.bench.read(reg::identity), reg::identity_value);
  EXPECT_EQ(running.bench.read(reg::version), reg::map_version);
}

TEST(KernelControl, quiesces_between_frames_and_goes_on_where_it_was) {
  Running running({.memory = {.stall_percent = 50, .latency_cycles = 300}});
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 10; ++i)
      running.bench.send(order_frame(running.maker, enter_order(96)));
    running.bench.registers().write(reg::control, 3);
    running.bench.settle();
    while (running.state() != state_quiesced)
      running.idle(10);
    const std::uint64_t written = running.bench.memory().beats_written();
    EXPECT_EQ(running.bench.read64(reg::produced), running.bench.read64(reg::acknowledged));
    running.idle(1'000);
    EXPECT_EQ(running.bench.memory().beats_written(), written);
    EXPECT_EQ(running.slots.size() % 3, 0U) << "a group was cut";
    running.bench.registers().write(reg::control, 1);
    running.bench.settle();
    EXPECT_EQ(running.state(), state_running);
  }
  running.idle(20'000);
  EXPECT_EQ(running.slots.size(), 20U * 10 * 3);
}

/// Wherever the request falls: what is quiesced has nothing under way.
TEST(KernelControl, is_not_quiesced_while_a_write_is_under_way) {
  for (int offset = 0; offset < 40; ++offset) {
    Running running({.memory = {.latency_cycles = 100}});
    int open = 0;
    int early = 0;
    running.bench.on_cycle = [&](Vwirebook_kernel& dut) {
      open += dut.m_axi_awvalid && dut.m_axi_awready;
      const bool quiesced = dut.rootp->wirebook_kernel__DOT__state == state_quiesced;
      early += quiesced && (open > 0 || dut.m_axi_awvalid || dut.m_axi_wvalid);
      open -= dut.m_axi_bvalid && dut.m_axi_bready;
    };
    running.bench.registers().write(reg::control, 3);
    running.idle(offset);
    running.bench.send(order_frame(running.maker, enter_order()));
    running.idle(400);
    EXPECT_EQ(early, 0) << "a frame " << offset << " cycles behind the request";
  }
}

TEST(KernelControl, a_lease_that_ends_while_quiesced_is_over) {
  Running running({.lease_cycles = 2'000, .memory = {.stall_percent = 50, .latency_cycles = 300}});
  for (int i = 0; i < 40; ++i)
    running.bench.send(order_frame(running.maker, enter_order(96)));
  running.bench.registers().write(reg::control, 3);
  running.idle(6'000);
  const std::size_t before = running.slots.size();
  running.bench.registers().write(reg::control, 1);  // without a heartbeat
  running.idle(3'000);
  EXPECT_EQ(running.slots.size(), before);
  EXPECT_EQ(running.state(), state_lease_expired);
}

TEST(KernelControl, a_lease_begins_when_it_is_set) {
  Running running;
  running.bench.registers().write(reg::lease_cycles, 3'000);
  running.idle(1'000);
  EXPECT_EQ(running.state(), state_running);
  running.idle(3'000);
  EXPECT_EQ(running.state(), state_lease_expired);
}

TEST(KernelControl, stops_by_itself_when_the_host_is_gone) {
  Running running({.lease_cycles = 2'000});
  running.bench.registers().write(reg::heartbeat, 1);
  running.bench.send(order_frame(running.maker, enter_order()));
  running.idle(1'000);
  EXPECT_EQ(running.slots.size(), 1U);
  running.idle(1'500);  // no heartbeat
  running.bench.send(order_frame(running.maker, enter_order()));
  running.idle(500);
  EXPECT_EQ(running.slots.size(), 1U);
  EXPECT_EQ(running.state(), state_lease_expired);
  running.bench.outcomes();
  EXPECT_EQ(running.bench.event(2), 1U) << "a frame at a closed door is counted";

  running.bench.registers().write(reg::control, 0);
  running.bench.registers().write(reg::heartbeat, 1);
  running.bench.registers().write(reg::control, 1);
  running.bench.settle();
  EXPECT_EQ(running.state(), state_running);
}

// Behind the end of a frame's last beat is noise; it must not complete what was cut.
TEST(KernelPunt, an_arp_request_that_is_cut_is_not_for_the_host) {
  Running running;
  const auto request = [&](std::size_t tags) {
    WireBytes frame = WireBytes().zeros(12);
    for (std::size_t i = 0; i < tags; ++i)
      frame.be(0x8100, 2).be(1, 2);
    frame.be(0x0806, 2).be(0x0001'0800'0604'0001, 8).zeros(16);
    return frame.be(running.maker.config().local_address, 4);
  };
  for (std::size_t tags = 0; tags <= 2; ++tags) {
    const WireBytes whole = request(tags);
    for (int i = 0; i < 2'000; ++i)
      running.bench.send(Bytes(whole).first(whole.size() - 1));
    running.idle(5'000);
    EXPECT_TRUE(running.bench.take_punted().empty()) << tags << " tags";
    running.bench.send(whole);
    running.idle(500);
    EXPECT_FALSE(running.bench.take_punted().empty()) << tags << " tags";
  }
}

TEST(KernelControl, stops_at_the_slot_limit_and_says_done) {
  Running running({.slot_limit = 10});
  for (int i = 0; i < 10; ++i) {
    running.bench.send(order_frame(running.maker, enter_order(60)));  // three slots each
    running.idle(200);
  }
  EXPECT_EQ(running.slots.size(), 12U) << "the frame that reaches the limit is whole";
  EXPECT_EQ(running.state(), state_limit_reached);
  EXPECT_EQ(running.bench.read(reg::ap_ctrl) & 0xE, 0x6U) << "done and idle";
  EXPECT_EQ(running.bench.read(reg::ap_ctrl) & 0xE, 0x4U) << "done is cleared by the read";
}

TEST(KernelControl, frames_that_wait_do_not_pass_the_slot_limit) {
  Running running({.slot_limit = 10});
  const auto frame = order_frame(running.maker, cancel_order());  // one beat
  for (int i = 0; i < 40; ++i)
    running.bench.send(frame);
  running.idle(200);
  EXPECT_EQ(running.slots.size(), 10U);
  EXPECT_EQ(running.state(), state_limit_reached);
}

TEST(KernelControl, a_soft_reset_within_a_frame_does_not_make_its_rest_a_frame) {
  Running running;
  auto& bench = running.bench;
  bench.registers().write(reg::control, 0);
  bench.settle();
  bench.registers().write(reg::soft_reset, 1);  // these take a few cycles each
  bench.registers().write(reg::control, 1);
  bench.send(WireBytes(64 * 100, 0xEE));
  bench.send(order_frame(running.maker, cancel_order()));
  running.idle(100);
  EXPECT_EQ(running.slots.size(), 1U);
  const auto counts = bench.outcomes().count;
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), 1U) << "accepted";
}

TEST(KernelControl, a_bad_response_stops_the_ring) {
  Running running({.memory = {.bad_address = KernelBench::memory_base + 10 * slot_bytes}});
  for (int i = 0; i < 20; ++i) {
    running.bench.send(order_frame(running.maker, enter_order()));
    running.idle(100);
  }
  EXPECT_EQ(running.slots.size(), 10U);
  EXPECT_EQ(running.state(), state_bad_response);
  EXPECT_EQ(running.bench.read(reg::error) & 7, 1U);
  EXPECT_EQ(running.bench.read64(reg::acknowledged), 10U);
}

TEST(KernelControl, a_consumer_beyond_what_was_produced_stops_the_ring) {
  Running running;
  running.bench.send(order_frame(running.maker, enter_order()));
  running.idle(100);
  running.bench.write64(reg::consumer, 2);
  running.bench.settle();
  running.idle(100);
  EXPECT_EQ(running.state(), state_bad_consumer);
  EXPECT_EQ(running.bench.read(reg::error) & 7, 2U);
}

TEST(KernelControl, a_ring_without_credit_drops_frames_whole_and_tells) {
  Running running({.ring_slots_log2 = 10});
  running.bench.returns_credit = false;
  int sent = 0;
  for (; sent < 4'000; ++sent)
    running.bench.send(order_frame(running.maker, enter_order(96)));
  running.idle(1'000);
  EXPECT_LE(running.slots.size(), 1'024U);
  const std::size_t before = running.slots.size();
  EXPECT_EQ(before % 3, 0U);
  running.bench.outcomes();
  const std::uint64_t dropped = running.bench.event(1);
  EXPECT_GT(dropped, 0U);
  running.bench.returns_credit = true;
  running.idle(60'000);
  running.bench.send(order_frame(running.maker, enter_order()));
  running.idle(200);
  const auto gap = std::find_if(running.slots.begin(), running.slots.end(),
                                [](const Slot& slot) { return slot.tail.kind == SlotKind::gap; });
  ASSERT_NE(gap, running.slots.end());
  EXPECT_EQ(gap->gap.count, dropped);
  EXPECT_EQ(running.slots.size(), 3 * (static_cast<std::size_t>(sent) - dropped) + 2);
}

TEST(KernelControl, a_clock_slot_comes_each_period) {
  Running running;
  running.bench.registers().write(reg::tick_period_ns, 500);
  running.idle(10'000);
  EXPECT_NEAR(static_cast<double>(running.slots.size()), 20, 1);
  for (const Slot& slot : running.slots)
    EXPECT_EQ(slot.tail.kind, SlotKind::clock);
}

TEST(KernelControl, behind_the_slot_limit_it_starts_anew) {
  Running running({.slot_limit = 10});
  for (int round = 1; round <= 2; ++round) {
    for (int i = 0; i < 10; ++i) {
      running.bench.send(order_frame(running.maker, enter_order(60)));
      running.idle(200);
    }
    EXPECT_EQ(running.state(), state_limit_reached);
    ASSERT_EQ(running.slots.size(), 12U * static_cast<unsigned>(round));
    running.bench.registers().write(reg::control, 0);
    running.bench.settle();
    EXPECT_EQ(running.state(), state_idle);
    running.bench.write64(reg::start_sequence, running.slots.size());
    running.bench.write64(reg::consumer, running.slots.size());
    running.bench.start();
  }
}

TEST(KernelControl, a_soft_reset_leads_out_of_an_error) {
  Running running;
  running.bench.send(order_frame(running.maker, enter_order()));
  running.idle(100);
  running.bench.write64(reg::consumer, 2);
  running.bench.registers().write(reg::control, 0);
  running.bench.settle();
  running.idle(100);
  ASSERT_EQ(running.state(), state_bad_consumer) << "taking enable back is not enough";

  running.bench.write64(reg::consumer, 1);
  running.bench.write64(reg::start_sequence, 1);
  running.bench.registers().write(reg::soft_reset, 1);
  running.bench.settle();
  running.idle(10);
  EXPECT_EQ(running.state(), state_idle);
  EXPECT_EQ(running.bench.read(reg::error), 0U);
  running.bench.start();
  running.bench.send(order_frame(running.maker, enter_order()));
  running.idle(100);
  EXPECT_EQ(running.state(), state_running);
  EXPECT_EQ(running.slots.size(), 2U);
}

TEST(KernelControl, a_soft_reset_does_nothing_while_running) {
  Running running;
  for (int round = 0; round < 2;
       ++round) {  // what starts anew would number the second as the first
    running.bench.send(order_frame(running.maker, enter_order()));
    running.idle(100);
    running.bench.registers().write(reg::soft_reset, 1);
    running.bench.settle();
    running.idle(20);
    EXPECT_EQ(running.state(), state_running);
  }
  EXPECT_EQ(running.slots.size(), 2U);
}

TEST(KernelControl, the_interrupt_registers_keep_what_is_written) {
  Running running;
  for (const std::uint32_t offset :
       {reg::global_interrupt, reg::interrupt_enable, reg::interrupt_status})
    running.bench.registers().write(offset, 0x1234'0000 + offset);
  for (const std::uint32_t offset :
       {reg::global_interrupt, reg::interrupt_enable, reg::interrupt_status})
    EXPECT_EQ(running.bench.read(offset), 0x1234'0000 + offset);
}

}  // namespace
}  // namespace wirebook::hw_sim
