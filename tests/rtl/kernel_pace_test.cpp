// Goal: how fast the kernel is: constant latency, and the throughput that it promises, cycle by
// cycle. Method: the whole kernel on its bench, with memory that never stalls.
#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/rtl/kernel_fixture.hpp"

namespace wirebook::hw_sim {
namespace {

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

}  // namespace
}  // namespace wirebook::hw_sim
