// Goal: a thread that parks never sleeps through work, nor through credit; waiting has a name.
// Method: threads that go to sleep at the first empty round, with delays that sweep over the moment
// of going to sleep. A sleep that ends by time although there is work is a lost wake-up, counted.
#include <chrono>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>

#include "slot_ring/idle.hpp"
#include "slot_ring/inject_ring.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::slot_ring {
namespace {

using namespace std::chrono_literals;

TEST(Wait, HasNames) {
  for (const Wait wait : {Wait::spin, Wait::yield, Wait::park})
    EXPECT_EQ(wait_from_string(to_string(wait)), wait);
  EXPECT_FALSE(wait_from_string("sleep"));
  EXPECT_EQ(Idle(Wait::spin).bell(), nullptr);
  EXPECT_EQ(Idle(Wait::yield).bell(), nullptr);
  EXPECT_NE(Idle(Wait::park).bell(), nullptr);
}

TEST(Doorbell, RingsOnlyForWhoSleeps) {
  for (const auto barrier : {Doorbell::Barrier::automatic, Doorbell::Barrier::by_ringer}) {
    Doorbell bell(barrier);
    const auto rang = [&] {
      pollfd wait{.fd = bell.descriptor(), .events = POLLIN, .revents = 0};
      return poll(&wait, 1, 0) == 1;
    };
    bell.ring();
    EXPECT_FALSE(rang()) << "nobody was armed";
    ASSERT_TRUE(bell.arm());
    bell.ring();
    bell.ring();
    EXPECT_TRUE(rang());
    EXPECT_TRUE(bell.sleep(10s));
    bell.disarm();
    EXPECT_FALSE(rang());
    ASSERT_TRUE(bell.arm());
    EXPECT_FALSE(bell.sleep(1ms));
    bell.disarm();
  }
}

/// A thread's waiting whose sleeps tell whether they were ended by the bell.
struct Sleeper {
  // Long enough that only a lost wake-up reaches it.
  Idle idle{Wait::park, {.polls_before_sleep = 0, .sleep_max = 30s}};
  bool timed_out = false;
  std::uint64_t lost = 0;

  void wait(bool did_work) {
    lost += did_work && timed_out ? 1U : 0U;
    timed_out = false;
    idle.wait(did_work, [this](std::chrono::nanoseconds longest) {
      timed_out = !idle.bell()->sleep(longest);
    });
  }
};

void pause_for(std::uint64_t pauses) {
  for (; pauses != 0; --pauses)
    pause_processor();
}

constexpr std::uint64_t delays = 200;  // of one pause each: some microseconds
constexpr std::uint32_t parking_seed = 20240502;

/// The moment of going to sleep, hit from both sides: one entry at a time, published some pauses
/// after the reader gave back the last one, while the reader goes to sleep after some pauses of its
/// own. Nothing comes behind an entry that could make up for a wake-up that it lost.
class MomentOfSleep : public testing::TestWithParam<Doorbell::Barrier> {};
INSTANTIATE_TEST_SUITE_P(Barriers, MomentOfSleep,
                         testing::Values(Doorbell::Barrier::automatic,
                                         Doorbell::Barrier::by_ringer));

TEST_P(MomentOfSleep, LosesNoWakeUp) {
  constexpr std::uint64_t entries = 60'000;
  Doorbell bell(GetParam());
  Ring<Event> ring(ring_slots_min);
  ring.attach_reader_bell(&bell);
  Writer<Event> writer(ring);
  Reader<Event> reader(ring);
  std::thread writing([&] {
    std::mt19937 random(parking_seed);
    while (writer.sequence() < entries) {
      pause_for(random() % delays);
      if (writer.has_credit(1))
        writer.publish({.kind = EventKind::executed});
      for (unsigned polls = 1; ring.used() != 0; ++polls)
        polls % 64 == 0 ? std::this_thread::yield() : pause_processor();
    }
  });
  std::mt19937 random(parking_seed + 1);
  std::uint64_t sleeps = 0;
  std::uint64_t lost = 0;
  while (reader.sequence() < entries && lost == 0) {
    bool rang = true;
    pause_for(random() % delays);
    if (reader.peek() == nullptr && bell.arm()) {
      if (reader.peek() == nullptr) {
        ++sleeps;
        rang = bell.sleep(30s);
      }
      bell.disarm();
    }
    if (reader.peek() == nullptr)
      continue;
    lost += rang ? 0U : 1U;
    reader.release(1);
  }
  while (reader.sequence() < entries)  // after a loss: let the writer end
    reader.release(reader.peek() != nullptr ? 1 : 0);
  writing.join();
  EXPECT_EQ(lost, 0U) << "seed " << parking_seed;
  EXPECT_GT(sleeps, 0U);
}

TEST(Parking, NoLostWakeUpBetweenTwoThreads) {
  constexpr std::uint64_t rounds = 20'000;
  Ring<Event> there(ring_slots_min), back(ring_slots_min);
  Sleeper left, right;
  there.attach_reader_bell(right.idle.bell());
  back.attach_reader_bell(left.idle.bell());
  const auto serve = [](Ring<Event>& in, Ring<Event>& out, Sleeper& sleeper, bool begins) {
    return [reader = Reader<Event>(in), writer = Writer<Event>(out), &sleeper, begins]() mutable {
      std::uint64_t sent = 0;
      std::uint64_t taken = 0;
      const auto send = [&] {
        pause_for(sent++ % delays);
        if (writer.has_credit(1))
          writer.publish({.kind = EventKind::executed});
      };
      if (begins)
        send();
      while (taken < rounds) {
        const bool did_work = reader.peek() != nullptr;
        sleeper.wait(did_work);
        if (!did_work)
          continue;
        reader.release(1);
        if (++taken < rounds || !begins)
          send();
      }
    };
  };
  auto left_side = serve(back, there, left, true);
  auto right_side = serve(there, back, right, false);
  std::thread one(left_side), other(right_side);
  one.join();
  other.join();
  EXPECT_EQ(left.lost + right.lost, 0U);
  EXPECT_GT(left.idle.sleeps() + right.idle.sleeps(), 0U);
}

TEST(Parking, AWriterWithoutCreditIsWokenByARelease) {
  constexpr std::uint64_t entries = 300'000;
  Ring<Event> ring(ring_slots_min);
  Sleeper at_writer, at_reader;
  ring.attach_writer_bell(at_writer.idle.bell());
  ring.attach_reader_bell(at_reader.idle.bell());
  Writer<Event> writer(ring);
  Reader<Event> reader(ring);
  std::thread writing([&] {
    while (writer.sequence() < entries) {
      const bool did_work = writer.has_credit(1);
      at_writer.wait(did_work);
      while (writer.sequence() < entries && writer.has_credit(1))
        writer.publish({.kind = EventKind::executed});
    }
  });
  std::thread reading([&] {
    while (reader.sequence() < entries) {
      std::uint64_t seen = 0;
      while (seen < ring.slots() && reader.peek(seen) != nullptr)
        ++seen;
      at_reader.wait(seen != 0);
      pause_for(reader.sequence() % delays);
      reader.release(seen);
    }
  });
  writing.join();
  reading.join();
  EXPECT_EQ(at_writer.lost + at_reader.lost, 0U);
}

TEST(Parking, OneBellForARingAndManyInjectors) {
  constexpr std::uint64_t pushes = 5'000;
  constexpr std::uint64_t injectors = 3;
  Ring<Slot> ring(ring_slots_min);
  Ring<Event> events(ring_slots_min);
  InjectRing inject(ring_slots_min);
  Sleeper sleeper;
  inject.attach_bell(sleeper.idle.bell());
  events.attach_reader_bell(sleeper.idle.bell());
  Writer<Slot> writer(ring);
  Reader<Slot> slots(ring);
  Writer<Event> event_writer(events);
  Reader<Event> reader(events);
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < injectors; ++i)
    threads.emplace_back([&inject, i] {
      Slot slot{};
      slot.tail = {.kind = SlotKind::clock};
      for (std::uint64_t push = 0; push < pushes; ++push) {
        pause_for((push + i) % delays);
        while (!inject.push(slot))
          std::this_thread::yield();
      }
    });
  threads.emplace_back([&event_writer] {
    for (std::uint64_t i = 0; i < pushes; ++i) {
      pause_for(i % delays);
      while (!event_writer.has_credit(1))
        std::this_thread::yield();
      event_writer.publish({.kind = EventKind::executed});
    }
  });
  std::uint64_t drained = 0;
  while (drained < injectors * pushes || reader.sequence() < pushes) {
    const std::size_t moved = inject.drain(writer, {0}, 64);
    slots.release(moved);
    drained += moved;
    const bool event = reader.peek() != nullptr;
    reader.release(event ? 1 : 0);
    sleeper.wait(moved != 0 || event);
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(sleeper.lost, 0U);
}

TEST(Idle, EverySleepEndsByItself) {
  Idle idle(Wait::park, {.polls_before_sleep = 3, .sleep_max = 1ms});
  for (int i = 0; i < 20; ++i)
    idle.wait(false);
  EXPECT_GT(idle.sleeps(), 0U);
  const std::uint64_t before = idle.sleeps();
  for (int i = 0; i < 20; ++i)
    idle.wait(true);
  EXPECT_EQ(idle.sleeps(), before) << "it slept while there was work";
}

}  // namespace
}  // namespace wirebook::slot_ring
