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

void set_clock(VerilatedCard& card, std::uint64_t ns) {
  card.write(reg::time, static_cast<std::uint32_t>(ns));
  card.write(reg::time + 4, static_cast<std::uint32_t>(ns >> 32));
  card.cycles(20);
}

TEST(KernelClock, runs_at_its_rate) {
  VerilatedCard verilated;
  const Opened opened(verilated);
  verilated.cycles(30'000);
  EXPECT_NEAR(static_cast<double>(clock_of(verilated) - start_time.raw), 100'000, 500);
}

TEST(KernelClock, is_pushed_only_when_it_lags) {
  struct Case {
    const char* what;
    std::int64_t ahead_ns;
    bool pushed;
  };
  for (const Case& now :
       {Case{"50 µs are let be", -45'000, false}, Case{"more are not", -60'000, true},
        Case{"nor is much more", -9'000'000, true}, Case{"ahead: never back", 5'000'000, false}}) {
    VerilatedCard verilated;
    const Opened opened(verilated);
    const TimeNs host{start_time.raw + 20 * ns_per_ms};
    const std::uint64_t card = host.raw + static_cast<std::uint64_t>(now.ahead_ns);
    set_clock(verilated, card);
    opened.card->poll(host);
    verilated.cycles(20);
    const std::uint64_t after = clock_of(verilated);
    constexpr std::uint64_t passed_ns = 2'000;
    EXPECT_GE(after, now.pushed ? host.raw : card) << now.what;
    EXPECT_LT(after, (now.pushed ? host.raw : card) + passed_ns) << now.what;
  }
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
