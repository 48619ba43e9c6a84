// Goal: match hands over in batches, and nobody can tell but by the clock: a lone event leaves with
// the poll that made it, a slot is given back only behind its events, and hints change nothing.
// Method: a stage between two rings, polled by hand; and once by a thread of its own.
#include "node/stages/match_stage.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "wirebook/limits.hpp"

namespace wirebook::node {
namespace {

NodeConfig config() {
  NodeConfig config;
  config.instruments.push_back({.symbol = Symbol::from("AAPL")});
  config.sessions.push_back({.username = Alpha<6>::from("alice")});
  config.engine = {.orders = 50'000, .trades = 1024};
  return config;
}

/// Slots in by `write`, out as events.
class StageRig {
 public:
  explicit StageRig(const MatchPace& pace = {}) {
    stage.set_pace(pace);
    write({.instrument = {.instrument = 1, .trading_state = 'T', .symbol = Symbol::from("AAPL")},
           .tail = {.kind = SlotKind::instrument}});
    write({.session = {.session = 1}, .tail = {.kind = SlotKind::session_up}});
  }

  void write(const Slot& slot) {
    ASSERT_TRUE(writer.has_credit(1));
    std::memcpy(static_cast<void*>(&writer.at()), &slot, offsetof(Slot, tail));
    writer.publish(slot.tail);
  }
  void enter(std::uint32_t number, std::uint32_t price, char side = 'B') {
    write({.enter = {.session = 1,
                     .symbol = Symbol::from("AAPL"),
                     .user_ref_num = number,
                     .quantity = {100},
                     .price = {price},
                     .side = side,
                     .time_in_force = '0',
                     .display = 'Y',
                     .capacity = 'P',
                     .iso = 'N',
                     .cross_type = 'N'},
           .tail = {.kind = SlotKind::enter}});
  }
  void cancel(std::uint32_t number) {
    write({.reduce = {.session = 1, .user_ref_num = number}, .tail = {.kind = SlotKind::cancel}});
  }
  void replace(std::uint32_t original, std::uint32_t number, std::uint32_t price) {
    write({.replace = {.session = 1,
                       .orig_user_ref_num = original,
                       .user_ref_num = number,
                       .quantity = {100},
                       .price = {price},
                       .time_in_force = '0',
                       .display = 'Y',
                       .iso = 'N'},
           .tail = {.kind = SlotKind::replace}});
  }
  /// Takes all events that can be seen; their bytes, but for the phase.
  std::string take() {
    std::string bytes;
    while (const Event* const seen = reader.peek()) {
      Event event = *seen;
      event.tail.flags = 0;
      bytes.append(reinterpret_cast<const char*>(&event), sizeof event);
      reader.release(1);
    }
    return bytes;
  }
  [[nodiscard]] std::uint64_t cursor() const { return slots.cursor(stage.reader_index()); }

  slot_ring::Ring<Slot> slots{1024};
  slot_ring::Ring<Event> events{4096};
  slot_ring::Writer<Slot> writer{slots};
  slot_ring::Reader<Event> reader{events};
  Ending ending;
  MatchStage stage{config(), slots, events, ending};
};

TEST(MatchStage, a_lone_event_leaves_with_the_poll_that_made_it) {
  StageRig rig;
  rig.stage.poll();
  rig.take();
  for (std::uint32_t number = 1; number <= 100; ++number) {
    rig.enter(number, 1'000'000);
    EXPECT_EQ(rig.take(), "");
    EXPECT_TRUE(rig.stage.poll());
    EXPECT_EQ(rig.take().size(), sizeof(Event));
    EXPECT_EQ(rig.cursor(), rig.slots.written());
    EXPECT_FALSE(rig.stage.poll());
  }
}

TEST(MatchStage, a_wave_of_slots_is_dealt_with_whole) {
  StageRig rig;
  for (std::uint32_t number = 1; number <= 200; ++number)
    rig.enter(number, 1'000'000);
  rig.stage.poll();
  EXPECT_EQ(rig.take().size(), 202 * sizeof(Event));  // instrument R and H besides
  EXPECT_EQ(rig.cursor(), rig.slots.written());
}

TEST(MatchStage, a_full_event_ring_holds_it_up_and_loses_nothing) {
  StageRig rig;
  std::uint32_t number = 0;
  std::size_t bytes = 0;
  for (int wave = 0; wave < 40; ++wave) {
    for (int i = 0; i < 200; ++i)
      rig.enter(++number, 1'000'000);
    while (rig.stage.poll()) {
    }
    if (wave % 20 == 19)  // 4000 events of 4096: more would wait
      bytes += rig.take().size();
  }
  EXPECT_EQ(bytes, (number + 2U) * sizeof(Event));
}

TEST(MatchStage, its_pace_and_its_hints_change_no_event) {
  const std::uint64_t seed = std::random_device{}();
  const auto play = [seed](const MatchPace& pace) {
    StageRig rig(pace);
    std::mt19937_64 random(seed);
    std::string bytes;
    for (std::uint32_t number = 1; number < 30'000; ++number) {
      const auto price = static_cast<std::uint32_t>(1'000'000 + random() % 40 * 100);
      const auto other = static_cast<std::uint32_t>(1 + random() % number);
      switch (random() % 4) {
        case 0:
          rig.cancel(other);
          break;
        case 1:
          rig.replace(other, number, price);
          break;
        default:
          rig.enter(number, price, random() % 2 == 0 ? 'B' : 'S');
      }
      if (random() % 64 == 0 || number % 256 == 0) {
        rig.stage.poll();
        bytes += rig.take();
      }
    }
    return bytes;
  };
  const std::string expected = play({.events_held_max = 1, .look_ahead_from = ~0U});
  EXPECT_GT(expected.size(), 10'000 * sizeof(Event));
  EXPECT_TRUE(play({}) == expected) << "seed " << seed;
  EXPECT_TRUE(play({.look_ahead_from = 0}) == expected) << "seed " << seed;
  EXPECT_TRUE(play({.events_held_max = 1000,
                    .steps_held_max = 1000,
                    .look_ahead = 64,
                    .look_ahead_from = 0}) == expected)
      << "seed " << seed;
}

// Whoever reads the cursor and then finds no event left may give the slots before it away.
TEST(MatchStage, a_slot_is_given_back_only_behind_its_events) {
  StageRig rig({.look_ahead_from = 0});
  constexpr std::uint32_t orders = 40'000;
  std::thread match([&rig] {
    while (!rig.stage.finished())
      if (!rig.stage.poll())
        std::this_thread::yield();
  });
  std::thread ingress([&rig] {
    std::mt19937 random(1);
    for (std::uint32_t number = 1; number <= orders; ++number) {
      while (!rig.writer.has_credit(1))
        std::this_thread::yield();
      rig.enter(number, 1'000'000);
      if (random() % 16 == 0)
        std::this_thread::yield();
    }
    rig.ending.ingress = true;
  });
  std::uint64_t dealt_with = 0;  // slots whose event has been seen
  std::uint64_t early = 0;
  bool ends = false;
  while (!ends) {
    ends = rig.ending.match;
    const std::uint64_t cursor = rig.cursor();
    while (const Event* const event = rig.reader.peek()) {
      dealt_with = event->cause_sequence + 1;
      rig.reader.release(1);
    }
    std::this_thread::yield();
    early += cursor > std::max<std::uint64_t>(dealt_with, 2) ? 1U : 0U;
  }
  match.join();
  ingress.join();
  EXPECT_EQ(early, 0U);
  EXPECT_EQ(dealt_with, orders + 2U);
}

}  // namespace
}  // namespace wirebook::node
