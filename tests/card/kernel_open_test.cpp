// Goal: a kernel is opened whatever a host before left behind, refused when it is not ours, and
// left at rest. Method: hosts come and go on one Verilated kernel that stays.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "wirebook/card_registers.hpp"

#include "card/session_places.hpp"
#include "tests/card/opened.hpp"

namespace wirebook::card::test {
namespace {

namespace reg = card_registers;

std::string refusal_of(VerilatedCard& card, std::map<std::uint32_t, std::uint32_t> forged,
                       const CardConfig& config = small_config()) {
  auto bus = std::make_unique<VerilatedBus>(card);
  bus->forge = std::move(forged);
  try {
    static_cast<void>(make_kernel_card(std::move(bus), config));
  } catch (const CardError& error) {
    return error.what();
  }
  return "no refusal";
}

void expect_text(const std::string& text, std::initializer_list<const char*> parts) {
  for (const char* part : parts)
    EXPECT_NE(text.find(part), std::string::npos) << "\"" << part << "\" is not in: " << text;
}

TEST(KernelOpen, tells_what_the_kernel_is) {
  VerilatedCard verilated;
  const Opened opened(verilated, small_config(), false);
  const CardIdentity& identity = opened.card->identity();
  EXPECT_EQ(identity.map_version, reg::map_version);
  EXPECT_EQ(identity.feed_streams, 8U);
  EXPECT_EQ(identity.session_places, session_places);
  EXPECT_EQ(identity.frame_buffer_bytes, 128U << 10);
  EXPECT_EQ(opened.card->state(), CardState::idle);
}

TEST(KernelOpen, refuses_what_is_not_ours_and_says_what_to_do) {
  VerilatedCard verilated;
  expect_text(refusal_of(verilated, {{reg::identity, 0x1234}}),
              {"0x00001234", "0x57425054", "--card"});
  expect_text(refusal_of(verilated, {{reg::version, 9}}),
              {"version 9", "version 1", "same source"});
  expect_text(refusal_of(verilated, {{reg::state, 4}}), {"cannot be reset", "lease expired"});
  verilated.lost = true;
  expect_text(refusal_of(verilated, {}), {"does not answer", "xbutil reset"});
}

TEST(KernelOpen, refuses_what_the_kernel_cannot_hold) {
  VerilatedCard verilated;
  CardConfig config = small_config();
  config.lease_ms = 20'000;
  expect_text(refusal_of(verilated, {}, config), {"lease_ms is 20000", "14316"});
  expect_text(refusal_of(verilated, {}, small_config(2'100)), {"2100 sessions", "2048"});
}

TEST(KernelOpen, a_kernel_that_a_dead_host_left_running_comes_to_rest_first) {
  VerilatedCard verilated({.stall_percent = 30, .latency_cycles = 200, .jitter_cycles = 100});
  Opened dead(verilated);
  for (std::uint32_t i = 0; i < 200; ++i)
    verilated.receive(order_frame(source_of(1), i, 60));
  dead.bus->dead = true;  // in mid-stream: 600 slots are on their way
  const std::size_t old_bytes = verilated.allocated().size();

  CardConfig config = small_config();
  config.start_sequence = 5'000;
  config.epoch = 2;
  Opened opened(verilated, config, false);
  const auto old = verilated.allocated().first(old_bytes);
  const std::vector<std::byte> before(old.begin(), old.end());
  opened.card->start(start_time);
  for (std::uint32_t i = 0; i < 300; ++i) {
    verilated.receive(order_frame(source_of(1), i, 60));
    verilated.cycles(20);
    opened.host.take_and_give_back();
  }
  verilated.receive(arp_request());
  verilated.cycles(5'000);
  opened.host.take();
  EXPECT_EQ(opened.host.slots.size(), 900U);
  EXPECT_EQ(opened.host.error, "");
  for (std::uint32_t i = 0; i < 300; ++i)
    ASSERT_EQ(opened.host.slots[3 * i].enter.user_ref_num, i);
  EXPECT_FALSE(opened.card->punted().empty());
  EXPECT_TRUE(std::ranges::equal(old, before)) << "a write into memory of the dead host";
  EXPECT_EQ(verilated.memory().error(), "");
}

TEST(KernelOpen, nothing_of_the_host_before_is_seen_by_the_next) {
  VerilatedCard verilated;
  {
    CardConfig config = small_config(4);
    config.filters.feeds[3] = {0xEF00'0009, 26'509};
    Opened first(verilated, config);
    first.host.inject(std::vector{host_slot(SlotKind::clock)});
    first.host.send(std::vector<std::byte>(60));
    first.card->flush();
    for (int i = 0; i < 3; ++i)
      verilated.receive(arp_request());
    verilated.cycles(2'000);
    EXPECT_FALSE(first.card->punted().empty());
  }
  const std::size_t sent = verilated.sent.size();
  Opened second(verilated, small_config(2));
  verilated.cycles(2'000);
  EXPECT_TRUE(second.card->punted().empty());
  EXPECT_EQ(second.card->taken(), 0U);
  EXPECT_EQ(verilated.sent.size(), sent);
  verilated.receive(order_frame(source_of(3), 1));
  verilated.receive(order_frame(source_of(2), 1));
  verilated.cycles(500);
  EXPECT_EQ(second.host.take(), 1U) << "of the two sessions only one is left";
  const CardCounters counters = second.card->counters();
  EXPECT_EQ(counters.slots, 1U);
  EXPECT_EQ(counters.outcomes[Outcome::ufo_unknown_source], 1U);
  EXPECT_EQ(counters.punted, 0U);
}

TEST(KernelOpen, an_error_is_left_behind_by_opening_anew) {
  VerilatedCard verilated;
  {
    Opened first(verilated);
    first.card->consumed(1);
    verilated.cycles(100);
    first.card->poll({start_time.raw + 2 * ns_per_ms});
    EXPECT_EQ(first.card->state(), CardState::consumer_beyond);
  }
  Opened second(verilated);
  EXPECT_EQ(second.card->state(), CardState::running);
  verilated.receive(order_frame(source_of(1), 1));
  verilated.cycles(200);
  EXPECT_EQ(second.host.take(), 1U);
}

TEST(KernelOpen, a_refused_write_stops_the_ring_and_shows) {
  VerilatedCard verilated;
  Opened opened(verilated);
  verilated.memory().options().bad_address = verilated.memory().base() + 10 * slot_bytes;
  for (std::uint32_t i = 0; i < 20; ++i) {
    verilated.receive(order_frame(source_of(1), i));
    verilated.cycles(100);
  }
  opened.card->poll({start_time.raw + 2 * ns_per_ms});
  EXPECT_EQ(opened.card->state(), CardState::bad_response);
  EXPECT_EQ(opened.host.take(), 10U);
  EXPECT_TRUE(opened.card->quiesce()) << "nothing is under way";
}

TEST(KernelClose, leaves_a_kernel_at_rest_that_writes_nothing_more) {
  VerilatedCard verilated({.latency_cycles = 300});
  {
    Opened opened(verilated);
    for (std::uint32_t i = 0; i < 100; ++i)
      verilated.receive(order_frame(source_of(1), i, 60));
  }
  EXPECT_EQ(verilated.read(reg::state), 0U) << "idle";
  const std::uint64_t written = verilated.memory().beats_written();
  for (std::uint32_t i = 0; i < 20; ++i)
    verilated.receive(order_frame(source_of(1), i, 60));
  verilated.cycles(5'000);
  EXPECT_EQ(verilated.memory().beats_written(), written);
}

}  // namespace
}  // namespace wirebook::card::test
