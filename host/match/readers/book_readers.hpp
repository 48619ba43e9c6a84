// Books for everybody: any thread looks at any book while the engine goes on matching.
//
//   BookReaders readers({.instruments = 500});            // one for each engine
//   ... the engine's thread, between slots, often:        engine.show(readers, sequence,
//   Show::busy)
//   ... and when it has nothing to do, until it is true:  engine.show(readers, sequence,
//   Show::idle) any thread:   readers.top(locate).book.bid
//                 auto watch = readers.watch(locate, 10);  BookDepth depth;  watch->read(depth)
//
// Tops of all instruments are always there. Depth is shown to who asked for it with a `BookWatch`.
//
// Shapes: see book_views.hpp; prices in 1/10000. While the engine is busy a view is some slots old;
// once `show` with `idle` has said true, all views are exact, and `complete_to` says to where.
// Threads: `show` is the engine's thread's; all else is for any, lock-free: a reader goes round
// again only if the engine's thread has meanwhile written, and never waits for it, even if it is
// stopped in the middle. The views' memory is there as long as this is; nothing is given back or
// moved, so there is nothing to reclaim. A watch must end before its `BookReaders` does.
// Errors: no place left to watch: an empty optional. The constructor may throw std::bad_alloc.
// Cost: 128 bytes an instrument, 9 KiB a place to watch. Writing is paced: what was written is
// paid for by so many slots before the next time, so that the engine's loss has a bound, meant to
// be 2 %, whatever is read or watched; see README.md of this folder.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "match/book/book_summary.hpp"
#include "match/readers/board.hpp"
#include "match/readers/book_views.hpp"
#include "match/readers/watch_place.hpp"

namespace wirebook::match {

class Book;

struct BookReadersOptions {
  std::uint16_t instruments = 0;  ///< locates from 1 (a feed's from 0) to this
  std::uint16_t watches = 64;     ///< at one time
  /// How many slots pay for writing one top, and for one level of a watch. More is easier on the
  /// engine, less is fresher.
  std::uint32_t slots_per_top = 1024;
  std::uint32_t slots_per_level = 128;
};

/// Whether slots wait to be dealt with. `busy` writes only what is paid for.
enum class Show : std::uint8_t { busy, idle };

/// The wish to see the depth of a book; ends with the object.
class BookWatch {
 public:
  BookWatch(BookWatch&& other) noexcept
      : place_(std::exchange(other.place_, nullptr)), news_(other.news_), claim_(other.claim_) {}
  BookWatch& operator=(BookWatch&& other) noexcept {
    std::swap(place_, other.place_);
    std::swap(news_, other.news_);
    std::swap(claim_, other.claim_);
    return *this;
  }
  ~BookWatch();

  /// The youngest picture; false as long as the engine's thread has not come by. From any thread.
  [[nodiscard]] bool read(BookDepth& depth) const noexcept { return place_->read(claim_, depth); }
  [[nodiscard]] std::uint16_t instrument() const { return claim_.instrument; }
  [[nodiscard]] std::size_t levels() const { return claim_.levels; }

 private:
  friend class BookReaders;
  BookWatch(WatchPlace& place, std::atomic<std::uint64_t>& news, WatchClaim claim)
      : place_(&place), news_(&news), claim_(claim) {}

  WatchPlace* place_;
  std::atomic<std::uint64_t>* news_;
  WatchClaim claim_;
};

class BookReaders {
 public:
  explicit BookReaders(const BookReadersOptions& options);
  BookReaders(const BookReaders&) = delete;
  BookReaders& operator=(const BookReaders&) = delete;

  // ── Any thread ──
  /// An unknown instrument has an empty book.
  [[nodiscard]] TopOfBook top(std::uint16_t instrument) const noexcept;
  /// `levels` of each side, 1 to `depth_levels_max`. Empty if all places are taken.
  [[nodiscard]] std::optional<BookWatch> watch(std::uint16_t instrument,
                                               std::size_t levels) noexcept;
  /// Every view shows all slots before this one, or has not changed since.
  [[nodiscard]] std::uint64_t complete_to() const noexcept {
    return complete_to_.load(std::memory_order_acquire);
  }

  // ── The engine's thread, between two slots ──
  /// What was shown last is paid for: `show` does something even if busy.
  [[nodiscard]] bool is_due(std::uint64_t sequence) const { return sequence >= due_; }
  /// `sequence` is that of the next slot. True if nothing is left to be shown.
  bool show(Book& book, std::uint64_t sequence, Show when) noexcept {
    return when == Show::busy && !is_due(sequence) ? false : show_now(book, sequence);
  }

 private:
  /// A top as words: 56 bytes, and with its version a cache line.
  struct TopWords {
    std::uint64_t sequence;
    std::uint32_t bid_price;
    std::uint32_t ask_price;
    std::uint64_t bid_quantity;  ///< 0: the side is empty
    std::uint64_t ask_quantity;
    std::uint32_t bid_orders;
    std::uint32_t ask_orders;
    std::uint32_t bid_levels;
    std::uint32_t ask_levels;
    std::uint64_t live_orders;
    friend bool operator==(const TopWords&, const TopWords&) = default;
  };
  static_assert(sizeof(TopWords) == 56);
  struct Watched {  ///< a place as the engine's thread knows it
    WatchClaim claim;
    bool shown = false;         ///< to this claim
    std::uint32_t changes = 0;  ///< of the book when it was shown
  };

  bool show_now(Book& book, std::uint64_t sequence) noexcept;
  std::uint32_t show_tops(Book& book, std::uint64_t sequence) noexcept;
  void show_top(const Book& book, std::uint16_t instrument, std::uint64_t sequence) noexcept;
  std::uint32_t show_watched(const Book& book, std::uint64_t sequence) noexcept;
  std::uint32_t show_depth(const Book& book, std::size_t place, std::uint64_t sequence) noexcept;
  void look_for_watches() noexcept;

  BookReadersOptions options_;
  std::vector<Board<TopWords>> tops_;
  std::vector<WatchPlace> places_;
  alignas(64) std::atomic<std::uint64_t> news_{0};  ///< a watch has come or gone
  alignas(64) std::atomic<std::uint64_t> complete_to_{0};

  // The engine's thread's own.
  alignas(64) std::uint64_t due_ = 0;  ///< nothing is written before this sequence while busy
  std::uint64_t news_seen_ = 0;
  std::vector<Watched> watched_;    ///< by place
  std::vector<std::size_t> taken_;  ///< places
  std::size_t turn_ = 0;            ///< in `taken_`
  std::size_t turns_left_ = 0;      ///< that the last call did not come to
  BookDepth depth_;
};

}  // namespace wirebook::match
