// ITCH bytes to sealed ring slots, against a bare walk over the same bytes that loads every field
// of each message and writes one 64-byte line a message, by turns in one run.
//
// The messages are a seeded mix as a busy book makes it, in BinaryFILE framing. Both write into as
// many lines; ours also checks lengths, seals each slot and gives credit back once a batch.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "wirebook/wire/itch50.hpp"

#include "bench/report.hpp"
#include "bench/wire_in/busy_day.hpp"
#include "slot_ring/ring.hpp"
#include "wire_in/binary_file_source.hpp"

namespace {

using namespace wirebook;
using bench::now_ns;
namespace itch = wire::itch;
using Bytes = std::span<const std::byte>;

constexpr std::size_t messages = 200'000;  // about 6 MB
constexpr std::size_t lines = 4'096;
constexpr std::size_t release_batch = 256;
constexpr int passes = 10;

double ns_per_message(std::uint64_t start_ns) {
  return static_cast<double>(now_ns() - start_ns) / static_cast<double>(messages * passes);
}

double run_parser(Bytes bytes, slot_ring::Writer<Slot>& writer, slot_ring::Reader<Slot>& reader) {
  const std::uint64_t start = now_ns();
  for (int pass = 0; pass < passes; ++pass) {
    wire_in::BinaryFileSource source(bytes);
    std::size_t written = 0;
    while (const auto message = source.next()) {
      WIREBOOK_ASSERT(writer.has_credit(1));
      const Outcome outcome = wire_in::parse_itch(*message, TimeNs{written}, writer);
      WIREBOOK_ASSERT(outcome == Outcome::ok);
      if (++written % release_batch == 0)
        reader.release(release_batch);
    }
    reader.release(written % release_batch);
  }
  return ns_per_message(start);
}

struct alignas(64) Line {
  std::array<std::uint64_t, 8> words;
};

template <std::size_t N>
std::uint64_t field(const Alpha<N>& text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text.text.data(), N);
  return word;
}
template <class Message>
std::uint64_t head(const Message& m) {
  return std::uint64_t{m.stock_locate} + m.tracking_number + m.timestamp;
}
std::uint64_t number(char c) { return static_cast<unsigned char>(c); }

/// The sum of all fields of a message.
std::uint64_t walk_message(const std::byte* bytes) {
  switch (static_cast<char>(*bytes)) {
    case 'A': {
      const auto& m = wire::view<itch::AddOrder>(bytes);
      return head(m) + m.order_ref + number(m.side) + m.shares + field(m.stock) + m.price;
    }
    case 'F': {
      const auto& m = wire::view<itch::AddOrderMpid>(bytes);
      return head(m) + m.order_ref + number(m.side) + m.shares + field(m.stock) + m.price +
             field(m.attribution);
    }
    case 'E': {
      const auto& m = wire::view<itch::OrderExecuted>(bytes);
      return head(m) + m.order_ref + m.executed_shares + m.match_number;
    }
    case 'C': {
      const auto& m = wire::view<itch::OrderExecutedWithPrice>(bytes);
      return head(m) + m.order_ref + m.executed_shares + m.match_number + number(m.printable) +
             m.execution_price;
    }
    case 'X': {
      const auto& m = wire::view<itch::OrderCancel>(bytes);
      return head(m) + m.order_ref + m.cancelled_shares;
    }
    case 'D': {
      const auto& m = wire::view<itch::OrderDelete>(bytes);
      return head(m) + m.order_ref;
    }
    case 'U': {
      const auto& m = wire::view<itch::OrderReplace>(bytes);
      return head(m) + m.orig_order_ref + m.new_order_ref + m.shares + m.price;
    }
    default: {
      const auto& m = wire::view<itch::Trade>(bytes);
      return head(m) + m.order_ref + number(m.side) + m.shares + field(m.stock) + m.price +
             m.match_number;
    }
  }
}

double run_walk(Bytes bytes, std::vector<Line>& to) {
  const std::uint64_t start = now_ns();
  for (int pass = 0; pass < passes; ++pass) {
    std::size_t written = 0;
    for (const std::byte* at = bytes.data(); at != bytes.data() + bytes.size();) {
      const std::size_t length = wire::view<wire::Big16>(at);
      const std::uint64_t sum = walk_message(at + 2);
      to[written++ % lines].words.fill(sum);
      at += 2 + length;
    }
    bench::keep(to.data());
  }
  return ns_per_message(start);
}

}  // namespace

int main(int argc, char** argv) {
  bench::Report report("wire_in", argc, argv);
  const bool pinned = bench::pin_to_core(1);
  const std::vector<std::byte> bytes = bench::busy_day(messages);
  slot_ring::Ring<Slot> ring(lines);
  slot_ring::Writer<Slot> writer(ring);
  slot_ring::Reader<Slot> reader(ring);
  std::vector<Line> to(lines);
  const auto pair = bench::paired_runs(
      report.runs(), [&] { return run_parser(bytes, writer, reader); },
      [&] { return run_walk(bytes, to); });
  report.add("ITCH bytes to sealed slots", pair.a, "ns/message");
  report.add("bare field walk, one line written", pair.b, "ns/message");
  report.add_ratio("slots / walk", pair.ratio, {.at_most = 1.2});
  report.note(std::to_string(messages) + " messages, " + std::to_string(bytes.size()) +
              " bytes, seed " + std::to_string(bench::busy_day_seed) + ", " +
              std::to_string(passes) + " passes a run, " + std::to_string(lines) + " slots");
  if (!pinned)
    report.note("not pinned: the host refuses it");
  return report.finish();
}
