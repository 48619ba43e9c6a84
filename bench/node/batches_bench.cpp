// Match between its two rings, on one core, its events taken by a second: how much it gains by
// batches and by looking ahead. Forms of one stage by turns, on the same slots.
//
// `--ops N` operations a run, 500000 unless told, of adds and cancels of a random live order.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/report.hpp"
#include "node/stages/match_stage.hpp"

namespace {

using namespace wirebook;  // NOLINT(google-build-using-namespace): a program of its own
using node::MatchPace;

constexpr std::uint32_t instruments = 100;
constexpr std::size_t batch = 256;

Slot enter(std::uint32_t number, std::mt19937_64& random) {
  const auto of = static_cast<std::uint32_t>(random() % instruments);
  const bool buy = random() % 2 == 0;
  const auto away = static_cast<std::uint32_t>(1 + random() % 100) * 100;
  return {.enter = {.session = 1,
                    .symbol = Symbol::from("S" + std::to_string(of)),
                    .user_ref_num = number,
                    .quantity = {100},
                    .price = {buy ? 1'000'000 - away : 1'000'000 + away},
                    .side = buy ? 'B' : 'S',
                    .time_in_force = '0',
                    .display = 'Y',
                    .capacity = 'P',
                    .iso = 'N',
                    .cross_type = 'N'},
          .tail = {.kind = SlotKind::enter}};
}

/// The day's opening, `live` orders, then cancels and adds by turns.
std::vector<Slot> make_slots(std::uint32_t live, std::size_t operations) {
  std::mt19937_64 random(1);
  std::vector<Slot> slots;
  for (std::uint32_t i = 0; i < instruments; ++i)
    slots.push_back({.instrument = {.instrument = static_cast<std::uint16_t>(i + 1),
                                    .trading_state = 'T',
                                    .symbol = Symbol::from("S" + std::to_string(i))},
                     .tail = {.kind = SlotKind::instrument}});
  slots.push_back({.session = {.session = 1}, .tail = {.kind = SlotKind::session_up}});
  std::vector<std::uint32_t> numbers;
  std::uint32_t number = 0;
  while (number < live) {
    numbers.push_back(++number);
    slots.push_back(enter(number, random));
  }
  for (std::size_t i = 0; i < operations; i += 2) {
    std::uint32_t& gone = numbers[random() % live];
    slots.push_back(
        {.reduce = {.session = 1, .user_ref_num = gone}, .tail = {.kind = SlotKind::cancel}});
    gone = ++number;
    slots.push_back(enter(number, random));
  }
  return slots;
}

node::NodeConfig config_for(std::uint32_t live) {
  node::NodeConfig config;
  config.instruments.resize(instruments);
  config.sessions.resize(1);
  config.engine = {.orders = 2 * live, .orders_start = live, .trades = 1024};
  return config;
}

/// Slots are published here in waves, and match polled until each is dealt with.
double mops(const std::vector<Slot>& slots, std::size_t operations, std::uint32_t live,
            const MatchPace& pace) {
  slot_ring::Ring<Slot> ring(4096);
  slot_ring::Ring<Event> events(16'384);
  slot_ring::Writer<Slot> writer(ring);
  slot_ring::Reader<Event> reader(events);
  node::Ending ending;
  node::MatchStage stage(config_for(live), ring, events, ending);
  stage.set_pace(pace);
  std::thread consumer([&] {
    bench::pin_to_core(bench::there);
    std::uint64_t sum = 0;
    while (!ending.match.load(std::memory_order_acquire) || reader.peek() != nullptr) {
      std::uint64_t count = 0;
      for (const Event* event; count < 64 && (event = reader.peek(count)) != nullptr; ++count)
        sum += event->order_ref;
      reader.release(count);
      if (count == 0)
        __builtin_ia32_pause();
    }
    bench::keep(sum);
  });
  std::uint64_t start_ns = 0;
  for (std::size_t i = 0; i < slots.size();) {
    if (start_ns == 0 && i + operations >= slots.size())
      start_ns = bench::now_ns();
    for (const std::size_t end = std::min(i + batch, slots.size()); i < end; ++i) {
      while (!writer.has_credit(1))
        stage.poll();
      std::memcpy(static_cast<void*>(&writer.at()), &slots[i], offsetof(Slot, tail));
      writer.publish(slots[i].tail);
    }
    while (ring.used() > batch / 2)
      stage.poll();
  }
  ending.ingress = true;
  while (!stage.finished())
    stage.poll();
  consumer.join();
  return static_cast<double>(operations) * 1e3 / static_cast<double>(bench::now_ns() - start_ns);
}

}  // namespace

int main(int argc, char** argv) {
  bench::Report report("batches", argc, argv);
  std::size_t operations = 500'000;
  for (int i = 1; i + 1 < argc; ++i)
    if (std::string_view(argv[i]) == "--ops")
      operations = static_cast<std::size_t>(std::atoll(argv[i + 1]));
  if (!bench::pin_to_core(bench::here))
    report.note("not pinned: the host refuses it");
  constexpr std::uint32_t never = ~0U;
  struct Form {
    std::string name;
    MatchPace pace;
    MatchPace other;
  };
  const MatchPace plain{
      .events_held_max = 1, .steps_held_max = 1, .look_ahead_from = never, .look_once_from = never};
  const MatchPace batches{.look_ahead_from = never, .look_once_from = never};
  const auto ahead = [](std::uint32_t distance) {
    return MatchPace{.look_ahead = distance, .look_ahead_from = 0};
  };
  for (const std::uint32_t live : {10'000U, 1'000'000U}) {
    const std::vector<Slot> slots = make_slots(live, operations);
    for (const Form& form : {Form{"batches of 64 / one by one", batches, plain},
                             Form{"look-ahead of 8 / none", ahead(8), batches},
                             Form{"look-ahead of 16 / none", ahead(16), batches},
                             Form{"look-ahead of 24 / none", ahead(24), batches}}) {
      const auto pair = bench::paired_runs(
          report.runs(), [&] { return mops(slots, operations, live, form.pace); },
          [&] { return mops(slots, operations, live, form.other); });
      const std::string name = std::to_string(live) + " live: " + form.name;
      report.add(name + ", with", pair.a, "Mops/s");
      report.add(name + ", without", pair.b, "Mops/s");
      report.add_ratio(name, pair.ratio);
    }
  }
  return static_cast<int>(report.finish());
}
