// Goal: a kernel is kept alive and in time while it is polled, and given up when it is lost.
// Method: time passes on a Verilated kernel with and without a host.
#include <gtest/gtest.h>

#include "card/registers.hpp"
#include "tests/card/opened.hpp"

namespace wirebook::card::test {
namespace {

namespace reg = card_registers;

TEST(KernelLost, all_ones_are_a_lost_card_for_good) {
  VerilatedCard verilated;
  Opened opened(verilated);
  verilated.receive(order_frame(source_of(1), 1));
  verilated.cycles(200);
  const CardCounters counted = opened.card->counters();
  verilated.lost = true;
  EXPECT_EQ(opened.card->state(), CardState::running) << "as of the last look";
  opened.card->poll({start_time.raw + 2 * ns_per_ms});
  EXPECT_EQ(opened.card->state(), CardState::lost);
  verilated.lost = false;  // what comes back is not what was configured
  opened.card->poll({start_time.raw + 4 * ns_per_ms});
  EXPECT_EQ(opened.card->state(), CardState::lost);
  EXPECT_TRUE(opened.card->frame_room().empty());
  EXPECT_EQ(opened.card->taken(), 0U);
  EXPECT_EQ(opened.card->counters().slots, counted.slots) << "what was counted at last";
  EXPECT_FALSE(opened.card->quiesce());
  EXPECT_THROW(opened.card->start(start_time), CardError);
  EXPECT_EQ(verilated.read(reg::state), 1U) << "a lost card is not written to";
}

TEST(KernelLost, one_register_of_all_ones_is_none) {
  VerilatedCard verilated;
  Opened opened(verilated);
  opened.bus->forge[reg::inject_consumed] = ~0U;
  EXPECT_EQ(opened.card->taken(), 0xFFFF'FFFFU);
  EXPECT_EQ(opened.card->state(), CardState::running);
}

TEST(KernelLease, runs_out_without_a_poll_and_the_card_goes_on_from_there) {
  VerilatedCard verilated;
  CardConfig config = small_config();
  config.lease_ms = 1;  // 300,000 cycles
  Opened opened(verilated, config);
  verilated.receive(order_frame(source_of(1), 1, 60));
  verilated.cycles(301'000);
  const std::uint64_t written = verilated.memory().beats_written();
  verilated.receive(order_frame(source_of(1), 2));
  verilated.cycles(500);
  EXPECT_EQ(verilated.memory().beats_written(), written);
  opened.card->poll({start_time.raw + ns_per_ms});
  EXPECT_EQ(opened.card->state(), CardState::lease_expired);

  opened.card->start({start_time.raw + ns_per_ms});
  EXPECT_EQ(opened.card->state(), CardState::running);
  opened.host.inject(std::vector{host_slot(SlotKind::clock)});
  verilated.receive(order_frame(source_of(1), 3));
  verilated.cycles(500);
  opened.host.take();
  ASSERT_EQ(opened.host.slots.size(), 5U);
  EXPECT_EQ(opened.host.error, "");
  EXPECT_EQ(opened.card->counters().frames_dropped_stopped, 1U);
}

TEST(KernelLease, is_renewed_by_polling) {
  VerilatedCard verilated;
  CardConfig config = small_config();
  config.lease_ms = 1;
  Opened opened(verilated, config);
  TimeNs now = start_time;
  for (int i = 0; i < 30; ++i) {
    verilated.cycles(30'000);
    now.raw += 100'000;
    opened.card->poll(now);
  }
  EXPECT_EQ(opened.card->state(), CardState::running);
}

std::uint64_t clock_of(VerilatedCard& card) {
  const std::uint64_t low = card.read(reg::now);
  return low | std::uint64_t{card.read(reg::now + 4)} << 32;
}

TEST(KernelClock, runs_at_its_rate_and_is_pushed_only_when_it_lags) {
  VerilatedCard verilated;
  const Opened opened(verilated);
  verilated.cycles(30'000);
  EXPECT_NEAR(static_cast<double>(clock_of(verilated) - start_time.raw), 100'000, 500);

  // 100 µs passed there and 120 here: let be.
  opened.card->poll({start_time.raw + 120'000});
  opened.card->poll({start_time.raw + 10 * ns_per_ms + 1});
  verilated.cycles(20);
  EXPECT_GE(clock_of(verilated), start_time.raw + 10 * ns_per_ms) << "far behind: pushed";

  const std::uint64_t pushed = clock_of(verilated);
  opened.card->poll({start_time.raw + 21 * ns_per_ms});
  verilated.cycles(20);
  EXPECT_GE(clock_of(verilated), start_time.raw + 21 * ns_per_ms);
  verilated.write(reg::time, static_cast<std::uint32_t>(pushed + 40 * ns_per_ms));
  verilated.write(reg::time + 4, static_cast<std::uint32_t>((pushed + 40 * ns_per_ms) >> 32));
  verilated.cycles(20);
  opened.card->poll({start_time.raw + 32 * ns_per_ms});
  verilated.cycles(20);
  EXPECT_GE(clock_of(verilated), pushed + 40 * ns_per_ms) << "it is ahead: let be";
}

/// The card stays on over night: the day's clock is behind that of the day before.
TEST(KernelClock, begins_anew_with_each_host) {
  constexpr std::uint64_t hour_ns = 3'600'000'000'000;
  VerilatedCard verilated;
  for (const std::uint64_t hour : {20U, 8U}) {
    Opened opened(verilated, small_config(), false);
    opened.card->start({hour * hour_ns});
    verilated.cycles(3'000);
    const std::uint64_t now = clock_of(verilated);
    EXPECT_GE(now, hour * hour_ns + 9'000);
    EXPECT_LT(now, hour * hour_ns + 1'000'000);
  }
}

TEST(KernelCounts, totals_outgrow_their_registers) {
  WideCount count;
  EXPECT_EQ(count.take(5), 5U);
  EXPECT_EQ(count.take(0xFFFF'FFFF), 0xFFFF'FFFFU);
  EXPECT_EQ(count.take(3), 0x1'0000'0003U);
  EXPECT_EQ(count.take(3), 0x1'0000'0003U);
}

}  // namespace
}  // namespace wirebook::card::test
