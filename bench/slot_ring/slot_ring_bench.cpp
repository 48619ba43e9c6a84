// The ring between two pinned cores, against boost::lockfree::spsc_queue of 64-byte values and
// against a bare ping-pong of one cache line, by turns in one run.
//
// Throughput: one thread makes entries, the other reads each and adds up a part of it. Both queues
// hold as many entries. Latency: an entry there and one back, halved; the median of the round
// trips.
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <type_traits>
#include <vector>

#include <boost/lockfree/spsc_queue.hpp>

#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

#include "bench/report.hpp"
#include "slot_ring/idle.hpp"
#include "slot_ring/ring.hpp"

namespace {

using wirebook::Event;
using wirebook::Slot;
using wirebook::bench::now_ns;
using wirebook::slot_ring::Doorbell;
using wirebook::slot_ring::pause_processor;
using wirebook::slot_ring::Reader;
using wirebook::slot_ring::Ring;
using wirebook::slot_ring::Writer;

constexpr std::size_t capacity = 16'384;
constexpr std::uint64_t entries = 8'000'000;
constexpr std::uint64_t release_batch = 64;
constexpr std::uint64_t far_ahead = 64;
constexpr int far_polls = 50;
constexpr std::uint64_t round_trips = 200'000;

/// Runs `produce` here and `consume` on another core; both pinned. Returns what `consume` returns.
template <class Produce, class Consume>
std::uint64_t on_two_cores(Produce produce, Consume consume) {
  std::atomic<int> ready{0};
  const auto meet = [&ready](unsigned core) {
    if (!wirebook::bench::pin_to_core(core))
      std::fprintf(stderr, "cannot pin to core %u\n", core);
    ready.fetch_add(1);
    while (ready.load() != 2)
      pause_processor();
  };
  std::uint64_t result = 0;
  std::thread consumer([&] {
    meet(wirebook::bench::there);
    result = consume();
  });
  meet(wirebook::bench::here);
  produce();
  consumer.join();
  return result;
}

double mops(std::uint64_t start_ns, std::uint64_t end_ns) {
  return static_cast<double>(entries) * 1e3 / static_cast<double>(end_ns - start_ns);
}

/// The same stores for every queue: 56 bytes that follow from a number.
void fill(Event& event, std::uint64_t number) {
  event.time_ns = {number};
  event.cause_sequence = number;
  event.order_ref = number + 1;
  event.match_number = number + 2;
  event.session = 1;
  event.user_ref_num = static_cast<std::uint32_t>(number);
  event.quantity = {100};
  event.price = {1'000'000};
  event.market_quantity = {100};
  event.instrument = 1;
  event.reject_code = 0;
}
/// A slot comes from the parsers in registers, as words.
wirebook::SlotWords words_of(std::uint64_t number) {
  return {number, 1, number, number + 1, 100, 1'000'000, 'B'};
}
void write(Writer<Event>& writer, std::uint64_t number) {
  fill(writer.at(), number);
  writer.publish({.kind = wirebook::EventKind::executed});
}
void write(Writer<Slot>& writer, std::uint64_t number) {
  writer.publish(words_of(number), {.kind = wirebook::SlotKind::enter});
}
std::uint64_t taste(const Event& event) { return event.cause_sequence + event.order_ref; }
std::uint64_t taste(const Slot& slot) { return slot.enter.user_ref_num + slot.time_ns.raw; }

/// How a reader that has caught up waits. `far` looks only at what lies 64 entries ahead, for some
/// polls, and so leaves the lines in between to the writer.
enum class Poll { next, far };

template <class IsThere>
void wait_far(std::uint64_t taken, IsThere is_there) {
  for (int polls = 0; taken + far_ahead < entries && !is_there() && polls < far_polls; ++polls)
    pause_processor();
}

template <class Entry, Poll poll = Poll::next>
double ring_throughput(Doorbell* bell = nullptr) {
  Ring<Entry> ring(capacity);
  ring.attach_reader_bell(bell);
  Writer<Entry> writer(ring);
  Reader<Entry> reader(ring);
  std::uint64_t start_ns = 0;
  const std::uint64_t end_ns = on_two_cores(
      [&] {
        start_ns = now_ns();
        for (std::uint64_t i = 0; i < entries; ++i) {
          while (!writer.has_credit(1))
            pause_processor();
          write(writer, i);
        }
      },
      [&] {
        std::uint64_t sum = 0;
        while (reader.sequence() < entries) {
          if constexpr (poll == Poll::far)
            wait_far(reader.sequence(), [&] { return reader.peek(far_ahead) != nullptr; });
          std::uint64_t batch = 0;
          for (const Entry* entry; batch < release_batch && (entry = reader.peek(batch)) != nullptr;
               ++batch)
            sum += taste(*entry);
          reader.release(batch);
          if (batch == 0)
            pause_processor();
        }
        wirebook::bench::keep(sum);
        return now_ns();
      });
  return mops(start_ns, end_ns);
}

enum class Take { one, one_of_many, all };

template <Take take>
double boost_throughput() {
  boost::lockfree::spsc_queue<Event> queue(capacity);
  std::uint64_t start_ns = 0;
  const std::uint64_t end_ns = on_two_cores(
      [&] {
        start_ns = now_ns();
        Event event{};
        for (std::uint64_t i = 0; i < entries; ++i) {
          fill(event, i);
          while (!queue.push(event))
            pause_processor();
        }
      },
      [&] {
        std::uint64_t sum = 0;
        for (std::uint64_t taken = 0; taken < entries;) {
          std::uint64_t count = 0;
          if (take == Take::one_of_many && taken % release_batch == 0)
            wait_far(taken, [&] { return queue.read_available() > far_ahead; });
          if constexpr (take == Take::all) {
            count = queue.consume_all([&sum](const Event& event) { sum += taste(event); });
          } else {
            Event event;
            if (queue.pop(event)) {
              sum += taste(event);
              count = 1;
            }
          }
          taken += count;
          if (count == 0)
            pause_processor();
        }
        wirebook::bench::keep(sum);
        return now_ns();
      });
  return mops(start_ns, end_ns);
}

/// One way, in ns: half of the median round trip.
template <class Go, class Answer>
double latency(Go go, Answer answer) {
  std::vector<double> halves(round_trips);
  on_two_cores(
      [&] {
        std::uint64_t before_ns = now_ns();
        for (std::uint64_t i = 0; i < round_trips; ++i) {
          go(i);
          const std::uint64_t after_ns = now_ns();
          halves[i] = static_cast<double>(after_ns - before_ns) / 2;
          before_ns = after_ns;
        }
      },
      [&] {
        for (std::uint64_t i = 0; i < round_trips; ++i)
          answer(i);
        return std::uint64_t{0};
      });
  return wirebook::bench::summarize(std::move(halves)).median;
}

double bare_latency() {
  struct alignas(64) Line {
    std::atomic<std::uint64_t> value{0};
  };
  // Two lines, as two rings have: one there, one back.
  static std::array<Line, 2> lines;
  lines[0].value = lines[1].value = 0;
  const auto wait_for = [](Line& line, std::uint64_t value) {
    while (line.value.load(std::memory_order_acquire) != value) {
    }
  };
  return latency(
      [&](std::uint64_t i) {
        lines[0].value.store(i + 1, std::memory_order_release);
        wait_for(lines[1], i + 1);
      },
      [&](std::uint64_t i) {
        wait_for(lines[0], i + 1);
        lines[1].value.store(i + 1, std::memory_order_release);
      });
}

template <class Entry>
double ring_latency() {
  Ring<Entry> out(capacity), back(capacity);
  Writer<Entry> out_writer(out), back_writer(back);
  Reader<Entry> out_reader(out), back_reader(back);
  const auto send = [](Writer<Entry>& writer, std::uint64_t number) {
    if (writer.has_credit(1))
      write(writer, number);
  };
  const auto take = [](Reader<Entry>& reader) {
    const Entry* entry = nullptr;
    while ((entry = reader.peek()) == nullptr) {
    }
    const std::uint64_t number = taste(*entry);
    reader.release(1);
    return number;
  };
  return latency(
      [&](std::uint64_t i) {
        send(out_writer, i);
        wirebook::bench::keep(take(back_reader));
      },
      [&](std::uint64_t) { send(back_writer, take(out_reader)); });
}

}  // namespace

int main(int argc, char** argv) {
  using wirebook::bench::Goal;
  using wirebook::bench::paired_runs;
  wirebook::bench::Report report("slot_ring", argc, argv);
  const std::size_t runs = report.runs();

  const auto events = paired_runs(
      runs, [] { return ring_throughput<Event>(); }, boost_throughput<Take::one>);
  report.add("ring, events, reader polls the next", events.a, "Mops/s");
  report.add("boost spsc_queue, push and pop", events.b, "Mops/s");
  report.add_ratio("  ring / boost", events.ratio, Goal{.at_least = 4.0});

  const auto slots = paired_runs(
      runs, [] { return ring_throughput<Slot>(); }, boost_throughput<Take::one>);
  report.add("ring, sealed slots, reader polls the next", slots.a, "Mops/s");
  report.add("boost spsc_queue, push and pop", slots.b, "Mops/s");
  report.add_ratio("  ring / boost", slots.ratio);

  const auto far = paired_runs(
      runs, [] { return ring_throughput<Slot, Poll::far>(); }, boost_throughput<Take::one_of_many>);
  report.add("ring, sealed slots, reader polls 64 ahead", far.a, "Mops/s");
  report.add("boost spsc_queue, pop when there are 64", far.b, "Mops/s");
  report.add_ratio("  ring / boost", far.ratio, Goal{.at_least = 4.0});

  const auto batches = paired_runs(
      runs, [] { return ring_throughput<Event>(); }, boost_throughput<Take::all>);
  report.add("ring, events", batches.a, "Mops/s");
  report.add("boost spsc_queue, push and consume_all", batches.b, "Mops/s");
  report.add_ratio("  ring / boost", batches.ratio);

  Doorbell bell;
  Doorbell fenced(Doorbell::Barrier::by_ringer);
  const auto bells = paired_runs(
      runs, [&] { return ring_throughput<Event>(&bell); },
      [&] { return ring_throughput<Event>(&fenced); });
  report.add("ring, events, doorbell, nobody asleep", bells.a, "Mops/s");
  report.add("  the same with a fence in each ring", bells.b, "Mops/s");

  const auto event_latency = paired_runs(runs, ring_latency<Event>, bare_latency);
  report.add("one way p50, ring, events", event_latency.a, "ns");
  report.add("one way p50, bare cache line", event_latency.b, "ns");
  report.add_ratio("  ring / bare", event_latency.ratio, Goal{.at_most = 1.2});

  const auto slot_latency = paired_runs(runs, ring_latency<Slot>, bare_latency);
  report.add("one way p50, ring, sealed slots", slot_latency.a, "ns");
  report.add("one way p50, bare cache line", slot_latency.b, "ns");
  report.add_ratio("  ring / bare", slot_latency.ratio);

  report.note("64-byte entries; cores 0 and 1; every queue holds 16384 entries; 8 M entries a run");
  report.note("the ring's memory: " + Ring<Event>(capacity).memory().describe());
  return report.finish();
}
