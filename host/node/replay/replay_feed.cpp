#include "node/replay/replay_feed.hpp"

#include "wirebook/assert.hpp"
#include "wirebook/limits.hpp"

#include "node/replay/replay_bulk.hpp"
#include "wire_in/itch_parser.hpp"

namespace wirebook::node {

namespace {

/// A UDP payload is shorter than 64 KiB, and each block in it takes two bytes at least.
constexpr std::size_t feed_ring_slots = std::size_t{1} << 16;
static_assert(feed_ring_slots >= 2 * bulk_messages_max, "two batches are under way");

}  // namespace

FeedReplay::FeedReplay(std::uint32_t orders_max, const ReplayOptions& options)
    : slots_(feed_ring_slots), follower_({.orders = orders_max}), bbo_(options.out_bbo) {}

void FeedReplay::on_message(std::span<const std::byte> message) {
  WIREBOOK_ASSERT(writer_.has_credit(1));
  counts_.outcomes.add(wire_in::parse_itch(message, wire_in::itch_time(message), writer_));
  run_slots();
}

void FeedReplay::on_packet(std::span<const std::byte> payload, TimeNs time_ns) {
  WIREBOOK_ASSERT(writer_.has_credit(wire_in::MoldParser::slots_needed(payload)));
  mold_parser_.on_packet(payload, time_ns, writer_, counts_.outcomes);
  run_slots();
}

card::BulkRing FeedReplay::bulk_ring() const {
  return {.memory = {slots_.memory().data(), slots_.slots() * sizeof(Slot)},
          .epoch = slots_.start().epoch};
}

void FeedReplay::take(card::BulkList& list) {
  WIREBOOK_ASSERT(writer_.has_credit(list.slots()));
  writer_.adopt(list.slots());
}

void FeedReplay::run_slots() {
  // Not as far as slots look published: behind them a device may be writing.
  while (reader_.sequence() != writer_.sequence()) {
    const Slot* const slot = reader_.peek();
    follower_.on_slot(*slot);
    if (is_feed(slot->tail.kind)) {
      counts_.add_message(slot->tail.kind);
      const std::uint16_t locate = slot->feed.instrument;
      if (const auto symbol = bbo_.file().wanted() ? follower_.symbol(locate) : std::nullopt)
        bbo_.update(slot->feed.time(), locate, *symbol, follower_.book(locate));
    }
    reader_.release(1);
  }
}

ReplaySummary FeedReplay::summary() const {
  ReplaySummary summary =
      make_summary(counts_, TypeNames::letter, follower_.counters(), match::feed_counter_names);
  for (std::uint32_t locate = 0; locate <= instruments_max; ++locate) {
    const auto number = static_cast<std::uint16_t>(locate);
    if (const auto symbol = follower_.symbol(number))
      summary.books.push_back({.symbol = *symbol, .book = follower_.book(number)});
  }
  return summary;
}

std::string FeedReplay::close() {
  bbo_.file().close();
  return error();
}

}  // namespace wirebook::node
