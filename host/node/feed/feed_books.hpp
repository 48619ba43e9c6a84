// The books that a feed tells of, for one thread to build and any to read.
//
// It follows as match::FeedFollower does, by the same rules, and gives besides what a live listener
// needs: depth, every order in its place, views for other threads, and a new start in place. Tests
// hold the two against each other.
//
// Shapes: ITCH 5.0 messages in; they become feed slots, and the slots change the books. Locates are
// those of the feed. Threads: one builds; `readers()` are for any, see match/book_readers.hpp.
// Errors: an outcome a message; what does not fit the book is counted. The constructor may throw
// std::bad_alloc. Cost: constant a message; 48 bytes an order that may live, taken at the start.
// Specification: host/match/README.md, "The feed follower"; README.md of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "wirebook/outcome.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "match/book.hpp"
#include "match/book_readers.hpp"
#include "match/capacity.hpp"
#include "match/engine_counters.hpp"
#include "match/key_table.hpp"
#include "match/table.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::feed {

struct FeedBooksOptions {
  std::uint32_t orders = 1U << 20;     ///< live at most; one more is counted and left out
  std::uint16_t instruments = 65'535;  ///< locates up to this; messages of others are left out
  std::uint16_t watches = 64;          ///< depth views at one time
  std::uint64_t table_seed = 0x9E37'79B9'7F4A'7C15;
};

/// A displayed order as the feed tells it.
struct FeedOrder {
  std::uint64_t order_ref = 0;
  std::uint16_t locate = 0;
  char side = 'B';
  Price price{};
  Quantity open{};
  friend bool operator==(const FeedOrder&, const FeedOrder&) = default;
};

class FeedBooks {
 public:
  explicit FeedBooks(const FeedBooksOptions& options);

  /// Applies one message. The slot that it became is valid until the next; null if it made none.
  struct Applied {
    Outcome outcome;
    const Slot* slot;
  };
  Applied on_message(std::span<const std::byte> message) noexcept;
  /// All books become empty, and have no names; counters stay.
  void clear() noexcept;

  // ── The thread that builds ──
  [[nodiscard]] match::BookSummary book(std::uint16_t locate) const;
  /// As the first directory or add message of the locate named it.
  [[nodiscard]] std::optional<Symbol> symbol(std::uint16_t locate) const;
  /// Fills `levels` from the best price on; gives how many.
  [[nodiscard]] std::size_t depth(std::uint16_t locate, bool buy,
                                  std::span<match::LevelSummary> levels) const;
  /// Every order of a book: buys, then sells, each from the best price on, the oldest first.
  void each_order(std::uint16_t locate, const std::function<void(const FeedOrder&)>& told) const;
  /// Over every order of every book, in that order: equal for equal books, whoever built them.
  [[nodiscard]] std::uint64_t digest() const;
  [[nodiscard]] const match::FeedCounters& counters() const { return counters_; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  [[nodiscard]] std::uint16_t instruments() const { return instruments_; }

  // ── Any thread ──
  [[nodiscard]] match::BookReaders& readers() { return readers_; }
  /// Lets other threads see; by the thread that builds, between messages. True if all is shown.
  bool show(match::Show when) noexcept { return readers_.show(book_, messages_, when); }

 private:
  void apply(const Slot& slot) noexcept;
  void add(std::uint64_t ref, const match::OrderNode& node, std::uint32_t price) noexcept;
  void reduce(std::uint64_t ref, std::uint32_t shares) noexcept;
  void replace(const FeedChangeBody& body) noexcept;
  void end(std::uint32_t order) noexcept;
  [[nodiscard]] std::uint32_t find(std::uint64_t ref) noexcept;
  void name(std::uint16_t locate, Symbol symbol) noexcept;
  void count_trade(std::uint64_t shares) noexcept;

  const std::uint16_t instruments_;
  slot_ring::Ring<Slot> slots_;
  slot_ring::Writer<Slot> writer_{slots_};
  slot_ring::Reader<Slot> reader_{slots_};
  match::Book book_;
  match::KeyTable index_;
  match::Table<std::uint64_t> refs_;
  match::Table<std::uint32_t> prices_;
  match::Table<Symbol> symbols_;
  match::BookReaders readers_;
  match::FeedCounters counters_{};
  std::uint64_t messages_ = 0;
};

}  // namespace wirebook::feed
