#include "match/readers/book_readers.hpp"

#include <algorithm>

#include "match/book/book.hpp"

namespace wirebook::match {

namespace {

/// What one call writes at most, so that no order waits long behind it.
constexpr std::uint32_t tops_per_call = 8;
constexpr std::uint32_t levels_per_call = 2 * depth_levels_max;

}  // namespace

// ── Any thread ──────────────────────────────────────────────────────────────────────────────────

BookWatch::~BookWatch() {
  if (place_ == nullptr)
    return;
  place_->leave(claim_);
  news_->fetch_add(1, std::memory_order_release);
}

BookReaders::BookReaders(const BookReadersOptions& options)
    : options_(options),
      tops_(std::size_t{options.instruments} + 1),
      places_(options.watches),
      watched_(options.watches) {
  taken_.reserve(options.watches);
}

TopOfBook BookReaders::top(std::uint16_t instrument) const noexcept {
  if (instrument >= tops_.size())
    return {};
  const TopWords words = tops_[instrument].read();
  const auto level = [](std::uint32_t price, std::uint64_t quantity, std::uint32_t orders) {
    return orders == 0 ? std::nullopt
                       : std::optional(LevelSummary{
                             .price = {price}, .quantity = quantity, .orders = orders});
  };
  return {.sequence = words.sequence,
          .book = {.live_orders = words.live_orders,
                   .bid = level(words.bid_price, words.bid_quantity, words.bid_orders),
                   .ask = level(words.ask_price, words.ask_quantity, words.ask_orders),
                   .bid_levels = words.bid_levels,
                   .ask_levels = words.ask_levels}};
}

std::optional<BookWatch> BookReaders::watch(std::uint16_t instrument, std::size_t levels) noexcept {
  const auto wanted =
      static_cast<std::uint8_t>(std::clamp<std::size_t>(levels, 1, depth_levels_max));
  for (WatchPlace& place : places_) {
    const WatchClaim claim = place.claim(instrument, wanted);
    if (!claim.taken)
      continue;
    news_.fetch_add(1, std::memory_order_release);
    return BookWatch(place, news_, claim);
  }
  return std::nullopt;
}

// ── The engine's thread ─────────────────────────────────────────────────────────────────────────

bool BookReaders::show_now(Book& book, std::uint64_t sequence) noexcept {
  if (news_.load(std::memory_order_relaxed) != news_seen_)
    look_for_watches();
  const std::uint32_t levels = show_watched(book, sequence);
  const std::uint32_t tops = show_tops(book, sequence);
  due_ = sequence + std::uint64_t{levels} * options_.slots_per_level +
         std::uint64_t{tops} * options_.slots_per_top;
  const bool complete = book.changed_count() == 0 && turns_left_ == 0;
  if (complete && complete_to_.load(std::memory_order_relaxed) != sequence)
    complete_to_.store(sequence, std::memory_order_release);
  return complete;
}

std::uint32_t BookReaders::show_tops(Book& book, std::uint64_t sequence) noexcept {
  std::uint32_t count = 0;
  while (count < tops_per_call) {
    const std::optional<std::uint16_t> instrument = book.take_changed();
    if (!instrument)
      break;
    if (*instrument < tops_.size())
      show_top(book, *instrument, sequence);
    ++count;
  }
  return count;
}

void BookReaders::show_top(const Book& book, std::uint16_t instrument,
                           std::uint64_t sequence) noexcept {
  Board<TopWords>& board = tops_[instrument];
  board.expect_write();
  const BookSummary summary = book.summary(instrument);
  const TopWords before = board.own();
  TopWords now{.sequence = before.sequence,
               .bid_levels = summary.bid_levels,
               .ask_levels = summary.ask_levels,
               .live_orders = summary.live_orders};
  if (summary.bid) {
    now.bid_price = summary.bid->price.raw;
    now.bid_quantity = summary.bid->quantity;
    now.bid_orders = summary.bid->orders;
  }
  if (summary.ask) {
    now.ask_price = summary.ask->price.raw;
    now.ask_quantity = summary.ask->quantity;
    now.ask_orders = summary.ask->orders;
  }
  if (now == before)
    return;
  now.sequence = sequence;
  board.write(now);
}

/// Round by round, as many as a call may write; who is left is first the next time.
std::uint32_t BookReaders::show_watched(const Book& book, std::uint64_t sequence) noexcept {
  std::uint32_t levels = 0;
  turns_left_ = taken_.size();
  while (turns_left_ != 0 && levels < levels_per_call) {
    turn_ = turn_ + 1 < taken_.size() ? turn_ + 1 : 0;
    levels += show_depth(book, taken_[turn_], sequence);
    --turns_left_;
  }
  return levels;
}

/// What it cost, in levels.
std::uint32_t BookReaders::show_depth(const Book& book, std::size_t place,
                                      std::uint64_t sequence) noexcept {
  Watched& watched = watched_[place];
  const std::uint16_t instrument = watched.claim.instrument;
  const std::uint32_t changes = book.changes(instrument);
  if (watched.shown && watched.changes == changes)
    return 0;
  const BookSummary summary = book.summary(instrument);
  depth_.sequence = sequence;
  depth_.live_orders = static_cast<std::uint32_t>(summary.live_orders);
  depth_.bid_levels = summary.bid_levels;
  depth_.ask_levels = summary.ask_levels;
  const std::size_t levels = watched.claim.levels;
  depth_.bid_count = book.depth(instrument, true, std::span(depth_.bid).first(levels));
  depth_.ask_count = book.depth(instrument, false, std::span(depth_.ask).first(levels));
  places_[place].show(watched.claim, depth_);
  watched.shown = true;
  watched.changes = changes;
  return static_cast<std::uint32_t>(2 * levels);
}

void BookReaders::look_for_watches() noexcept {
  // Acquire, and before the places: a claim that is missed makes news behind these.
  news_seen_ = news_.load(std::memory_order_acquire);
  taken_.clear();
  for (std::size_t place = 0; place < places_.size(); ++place) {
    const WatchClaim claim = places_[place].claimed();
    if (claim != watched_[place].claim)
      watched_[place] = {.claim = claim};
    if (claim.taken)
      taken_.push_back(place);
  }
}

}  // namespace wirebook::match
