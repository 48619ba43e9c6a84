// Goal: a kernel is opened whatever a host before left behind, refused when it is not ours, kept
// alive and in time while it is polled, given up when it is lost, and left at rest. Method: hosts
// come and go on one Verilated kernel that stays.
#include <string>

#include <gtest/gtest.h>

#include "card/registers.hpp"
#include "card/session_places.hpp"
#include "tests/card/host.hpp"
#include "tests/card/verilated_card.hpp"

namespace wirebook::card::test {
namespace {

namespace reg = card_registers;

constexpr TimeNs start_time{34'200'000'000'000};
constexpr std::uint64_t ns_per_ms = 1'000'000;

/// One host, with what it sees.
struct Opened {
  explicit Opened(VerilatedCard& on, const CardConfig& config_in = small_config(),
                  bool starts = true)
      : bus(new VerilatedBus(on)),
        card(make_kernel_card(std::unique_ptr<Bus>(bus), config_in)),
        host(*card, config_in) {
    if (starts)
      card->start(start_time);
  }
  VerilatedBus* bus;
  std::unique_ptr<Card> card;
  Host host;
};

/// Sources of all kinds; those of `source_of` are neighbours, which never crowd a bucket.
wire_in::OrderSource scattered_source(std::uint32_t session) {
  const std::uint64_t key = session * std::uint64_t{0x9E37'79B9'7F4A'7C15};
  return {.address = static_cast<std::uint32_t>(key >> 32),
          .port = static_cast<std::uint16_t>((key >> 16 & 0xFFFF) | 1),
          .session = session};
}

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

TEST(KernelSessions, find_their_places_also_where_a_bucket_overflows) {
  VerilatedCard verilated;
  CardConfig config = small_config(0);
  config.ring_slots = 4096;
  Opened opened(verilated, config);
  constexpr std::uint32_t sessions = 600;  // some bucket gets a fifth
  for (std::uint32_t session = 1; session <= sessions; ++session)
    ASSERT_TRUE(opened.card->add_session(scattered_source(session))) << session;
  for (std::uint32_t session = 1; session <= sessions; ++session) {
    verilated.receive(order_frame(scattered_source(session), session));
    verilated.cycles(4);
  }
  verilated.receive(order_frame(scattered_source(sessions + 1), 1));
  verilated.cycles(2'000);
  opened.host.take();
  ASSERT_EQ(opened.host.slots.size(), sessions);
  for (std::uint32_t i = 0; i < sessions; ++i)
    ASSERT_EQ(opened.host.slots[i].enter.session, i + 1);

  for (std::uint32_t session = 1; session <= sessions; session += 2)
    opened.card->remove_session(scattered_source(session));
  opened.host.give_back();
  for (std::uint32_t session = 1; session <= sessions; ++session) {
    verilated.receive(order_frame(scattered_source(session), session));
    verilated.cycles(4);
  }
  verilated.cycles(2'000);
  EXPECT_EQ(opened.host.take(), sessions / 2);
  EXPECT_EQ(opened.card->counters().outcomes[Outcome::ufo_unknown_source], 1U + sessions / 2);
}

/// A bus that only counts what is written.
class CountingBus final : public Bus {
 public:
  std::uint32_t read(std::uint32_t) noexcept override { return 0; }
  void write(std::uint32_t offset, std::uint32_t) noexcept override {
    places += offset == reg::session_index;
    rows += offset == reg::hash_row;
  }
  DmaMemory allocate(std::size_t) override { return {}; }
  [[nodiscard]] BusInfo info() override { return {}; }
  int places = 0;
  int rows = 0;
};

TEST(KernelSessions, one_more_is_one_place_unless_a_bucket_overflows) {
  CountingBus bus;
  Registers registers(bus);
  SessionPlaces places(registers);
  ASSERT_TRUE(places.program({}));
  EXPECT_EQ(bus.places, 2'048);
  for (std::uint32_t session = 1; session <= 600; ++session) {
    bus.places = bus.rows = 0;
    const std::uint64_t before = places.rebuilt();
    ASSERT_TRUE(places.add(scattered_source(session)));
    if (places.rebuilt() == before) {
      EXPECT_EQ(bus.places, 1);
      EXPECT_EQ(bus.rows, 0);
    } else {
      EXPECT_GT(bus.places, 1);
      EXPECT_EQ(bus.rows, 1);
    }
  }
  EXPECT_GT(places.rebuilt(), 0U);
  EXPECT_LT(places.rebuilt(), 20U);
}

TEST(KernelSessions, a_source_that_has_no_place_is_refused_and_the_others_stay) {
  CountingBus bus;
  Registers registers(bus);
  SessionPlaces places(registers);
  std::uint32_t session = 1;
  while (session < 2'000 && places.add(scattered_source(session)))
    ++session;
  ASSERT_LT(session, 2'000U);
  EXPECT_GT(session, 600U);
  places.remove(scattered_source(7));
  EXPECT_TRUE(places.add(scattered_source(7)));
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
