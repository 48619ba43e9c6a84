// Goal: whoever follows the ITCH feed has the engine's displayed books, whatever the orders ask
// for. Method: random streams from a printed seed (WIREBOOK_SEED repeats one): engine, ITCH
// encoder, ITCH parser, feed follower; books compared after every slot.
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "match/feed_follower.hpp"
#include "tests/match/operations.hpp"
#include "tests/match/state_rig.hpp"
#include "wire_in/itch_slot.hpp"
#include "wire_out/itch_encoder.hpp"

namespace wirebook::wire_out {
namespace {

using match::BookSummary;
using match::Told;

/// A follower at the end of a wire.
class Listener {
 public:
  void hear(const Told& told, const SlotGroup& cause) {
    const EventGroup group{&told.event, told.has_extension ? &told.extension : nullptr};
    std::array<std::byte, itch_message_bytes_max> message{};
    const std::size_t bytes = encoder_.encode(group, cause, message);
    if (bytes == 0)
      return;
    const auto [outcome, slot] = parser_.parse(std::span(message).first(bytes));
    ASSERT_EQ(outcome, Outcome::ok);
    follower_.on_slot(*slot);
    ++heard_[told.event.tail.kind];
  }
  [[nodiscard]] const match::FeedFollower& follower() const { return follower_; }
  [[nodiscard]] std::uint64_t heard(EventKind kind) const {
    const auto found = heard_.find(kind);
    return found == heard_.end() ? 0 : found->second;
  }

 private:
  wire_in::ItchSlot parser_;
  ItchEncoder encoder_;
  match::FeedFollower follower_{{.orders = 2'000, .instruments = 8}};
  std::map<EventKind, std::uint64_t> heard_;
};

/// What of a book a feed can tell.
BookSummary displayed(BookSummary book) {
  book.live_orders = 0;
  return book;
}

struct Seen {
  std::uint64_t restated = 0;
  std::uint64_t prevented = 0;
  std::uint64_t repriced = 0;
};

void check_stream(std::uint64_t seed, Seen& seen) {
  std::mt19937_64 random(seed);
  const match::Draw draw = [&random](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  match::Rig<match::Engine> rig({.orders = 1'000, .sessions = 8, .instruments = 8});
  Listener listener;
  const auto feed = [&](SlotKind kind, const auto& body, TimeNs time_ns,
                        const std::string& appendage) {
    Slot slot{};
    std::memcpy(&slot.enter, &body, sizeof body);
    slot.tail.kind = kind;
    for (const Told& told : rig.feed(kind, body, time_ns, appendage))
      listener.hear(told, {.head = &slot});
  };
  match::open_day(feed);
  match::Swarm swarm = match::Swarm::draw(draw);
  swarm.tags = std::min(swarm.tags + 200, 900U);
  swarm.elements[1] += 10;  // self-match prevention
  swarm.elements[12] += 5;  // pegs
  swarm.weights[13] = 0;    // kills
  match::Operations operations(draw, swarm);
  for (int slot = 0; slot < 1'500 && !testing::Test::HasFatalFailure(); ++slot) {
    operations.next(feed);
    for (std::uint16_t locate = 1; locate <= 3; ++locate)
      ASSERT_EQ(displayed(listener.follower().book(locate)), displayed(rig.engine.book(locate)))
          << "slot " << slot << " instrument " << locate;
  }
  const match::FeedCounters& counters = listener.follower().counters();
  EXPECT_EQ(counters.unknown_reference, 0U);
  EXPECT_EQ(counters.duplicate_reference, 0U);
  EXPECT_EQ(counters.over_reduction, 0U);
  seen.restated += listener.heard(EventKind::restated);
  seen.prevented += listener.heard(EventKind::aiq_canceled);
  seen.repriced += listener.heard(EventKind::priority_update);
}

TEST(FeedBook, the_feed_tells_the_displayed_books_of_any_stream) {
  const std::uint64_t seed = match::seed_from_environment();
  Seen seen;
  for (std::uint64_t stream = 0; stream < 60 && !HasFatalFailure(); ++stream) {
    SCOPED_TRACE("WIREBOOK_SEED=" + std::to_string(seed) + " stream " + std::to_string(stream));
    check_stream(seed + stream, seen);
  }
  std::printf("%llu refreshes, %llu prevented trades, %llu repriced pegs\n",
              static_cast<unsigned long long>(seen.restated),
              static_cast<unsigned long long>(seen.prevented),
              static_cast<unsigned long long>(seen.repriced));
  EXPECT_GT(seen.restated, 10U) << "hardly a reserve was refreshed";
  EXPECT_GT(seen.prevented, 0U) << "hardly a displayed order met its owner's";
  EXPECT_GT(seen.repriced, 10U) << "hardly a displayed peg has moved";
}

}  // namespace
}  // namespace wirebook::wire_out
