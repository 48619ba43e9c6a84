// Goal: what the kernel promises besides its slots and its pace: merging of the host's slots,
// transmission of its frames, and that it stops when and as it must. Method: the whole kernel on
// its bench.
#include <algorithm>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/rtl/kernel_fixture.hpp"

namespace wirebook::hw_sim {
namespace {

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
