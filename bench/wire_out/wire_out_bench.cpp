// Events to OUCH messages in a session's store, and to ITCH messages in MoldUDP64 datagrams, each
// by turns with a bare copy of the finished bytes to the same places in one run.
//
// Events and the slots that caused them lie in memory one behind the other, as in their rings. What
// the ratio shows is what encoding costs beyond writing the bytes at all.
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

#include "bench/report.hpp"
#include "wire_out/itch_encoder.hpp"
#include "wire_out/mold_packer.hpp"
#include "wire_out/ouch_encoder.hpp"
#include "wire_out/sequenced_store.hpp"

namespace {

using namespace wirebook;
using bench::now_ns;

constexpr std::uint64_t seed = 20'250'119;
constexpr std::size_t events = 4'096;
constexpr int passes = 250;
constexpr std::size_t datagram_body_bytes = 1'465;
constexpr std::uint32_t store_chunks = 4;

/// What happened, in parts of a thousand; the letter is the market's.
struct Share {
  EventKind kind;
  char market;
  unsigned parts;
};
constexpr Share mix[] = {
    {EventKind::accepted, 'A', 400}, {EventKind::canceled, 'D', 330},
    {EventKind::executed, 'E', 80},  {EventKind::executed, 0, 80},
    {EventKind::replaced, 'U', 80},  {EventKind::canceled, 'X', 20},
    {EventKind::rejected, 0, 10},
};

struct Decided {
  Event event;
  EventExtension extension;
  std::array<Slot, 2> cause;
};

/// Of the orders, one in eight names its firm, as an appendage of six bytes.
Decided decide(std::mt19937_64& random) {
  auto draw = static_cast<unsigned>(random() % 1'000);
  const Share* share = std::begin(mix);
  for (; draw >= share->parts; ++share)
    draw -= share->parts;
  Decided one{};
  one.event.time_ns = {34'200'000'000'000 + random() % 1'000'000'000};
  one.event.order_ref = random();
  one.event.match_number = random();
  one.event.session = 1;
  one.event.user_ref_num = static_cast<std::uint32_t>(random());
  one.event.quantity = {static_cast<std::uint32_t>(100 + random() % 900)};
  one.event.price = {static_cast<std::uint32_t>(1'000'000 + random() % 10'000)};
  one.event.market_quantity = one.event.quantity;
  one.event.instrument = static_cast<std::uint16_t>(1 + random() % 100);
  one.event.tail = {.kind = share->kind,
                    .extension_count = share->kind == EventKind::replaced,
                    .market = share->market,
                    .side = 'B',
                    .code = 'U',
                    .state = 'L'};
  one.extension.symbol = Symbol::from("AAPL");
  one.extension.capacity = 'P';
  one.extension.cross_type = 'N';
  Slot& slot = one.cause[0];
  slot.enter = {.symbol = Symbol::from("AAPL"),
                .cl_ord_id = ClOrdId::from("order"),
                .side = 'B',
                .time_in_force = '0',
                .display = 'Y',
                .capacity = 'P',
                .iso = 'N',
                .cross_type = 'N'};
  if (random() % 8 == 0) {
    constexpr std::array<unsigned char, 6> firm{5, 2, 'F', 'I', 'R', 'M'};
    std::memcpy(one.cause[1].extension.appendage.data(), firm.data(), firm.size());
    slot.enter.appendage_bytes = firm.size();
    slot.tail.extension_count = 1;
  }
  return one;
}

EventGroup event_of(const Decided& one) {
  return {.head = &one.event,
          .extension = one.event.tail.extension_count != 0 ? &one.extension : nullptr};
}
SlotGroup cause_of(const Decided& one) {
  return {.head = one.cause.data(), .extensions = {&one.cause[1], nullptr}};
}

template <std::size_t N>
struct Finished {
  std::uint16_t size;
  std::array<std::byte, N> bytes;
};
using FinishedOuch = Finished<wire_out::ouch_message_bytes_max>;
using FinishedItch = Finished<wire_out::itch_message_bytes_max>;

double ns_per(std::uint64_t start_ns, std::size_t count) {
  return static_cast<double>(now_ns() - start_ns) / static_cast<double>(count * passes);
}

/// Runs `write(item, room)` over all items into a store whose messages are taken for sending.
template <class Items, class Write>
double run_store(const Items& items, Write write) {
  wire_out::ChunkPool pool(store_chunks);
  wire_out::SequencedStore store(pool);
  const std::uint64_t start = now_ns();
  for (int pass = 0; pass < passes; ++pass) {
    std::size_t since_sent = 0;
    for (const auto& item : items) {
      store.commit(write(item, store.room()));
      if (++since_sent % 16 == 0)
        bench::keep(store.take_unsent(datagram_body_bytes).blocks.data());
    }
  }
  return ns_per(start, items.size());
}

/// The same into datagrams.
template <class Items, class Write>
double run_packer(const Items& items, Write write) {
  wire_out::MoldPacker packer(Alpha<10>::from("BENCH"));
  const std::uint64_t start = now_ns();
  for (int pass = 0; pass < passes; ++pass)
    for (const auto& item : items) {
      if (!packer.has_room())
        bench::keep(packer.flush().data());
      packer.commit(write(item, packer.room()));
    }
  return ns_per(start, items.size());
}

template <class Done>
std::size_t copy(const Done& done, std::byte* to) {
  std::memcpy(to, done.bytes.data(), done.size);
  return done.size;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Report report("wire_out", argc, argv);
  const bool pinned = bench::pin_to_core(1);
  std::mt19937_64 random(seed);
  std::vector<Decided> told;
  std::vector<Decided> published;
  while (told.size() < events)
    told.push_back(decide(random));
  while (published.size() < events)
    if (const Decided one = decide(random); one.event.tail.market != 0)
      published.push_back(one);

  wire_out::ItchEncoder encoder;
  std::vector<FinishedOuch> ouch(events);
  std::vector<FinishedItch> itch(events);
  std::size_t ouch_bytes = 0;
  std::size_t itch_bytes = 0;
  for (std::size_t i = 0; i < events; ++i) {
    ouch[i].size = static_cast<std::uint16_t>(
        wire_out::encode_ouch(event_of(told[i]), cause_of(told[i]), ouch[i].bytes));
    itch[i].size = static_cast<std::uint16_t>(
        encoder.encode(event_of(published[i]), cause_of(published[i]), itch[i].bytes));
    ouch_bytes += ouch[i].size;
    itch_bytes += itch[i].size;
  }

  const auto ouch_pair = bench::paired_runs(
      report.runs(),
      [&] {
        return run_store(told, [](const Decided& one, auto room) {
          return wire_out::encode_ouch(event_of(one), cause_of(one), room);
        });
      },
      [&] {
        return run_store(ouch, [](const auto& done, auto room) { return copy(done, room.data()); });
      });
  const auto itch_pair = bench::paired_runs(
      report.runs(),
      [&] {
        return run_packer(published, [&](const Decided& one, auto room) {
          return encoder.encode(event_of(one), cause_of(one), room);
        });
      },
      [&] {
        return run_packer(itch,
                          [](const auto& done, auto room) { return copy(done, room.data()); });
      });
  report.add("event to OUCH in a session's store", ouch_pair.a, "ns/event");
  report.add("bare copy of finished OUCH there", ouch_pair.b, "ns/event");
  report.add_ratio("OUCH: encode / copy", ouch_pair.ratio);
  report.add("event to ITCH in a MoldUDP64 datagram", itch_pair.a, "ns/event");
  report.add("bare copy of finished ITCH there", itch_pair.b, "ns/event");
  report.add_ratio("ITCH: encode / copy", itch_pair.ratio);
  report.note(std::to_string(events) + " events, " + std::to_string(ouch_bytes / events) +
              " OUCH and " + std::to_string(itch_bytes / events) + " ITCH bytes each, seed " +
              std::to_string(seed) + ", " + std::to_string(passes) + " passes a run");
  if (!pinned)
    report.note("not pinned: the host refuses it");
  return report.finish();
}
