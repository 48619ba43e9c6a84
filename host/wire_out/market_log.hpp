// What the market was told so far: the messages themselves, and the books that they lead to.
//
// A function of the messages: who hears the same ones has the same log. A node that comes back
// makes it of its journal and goes on.
//
// Shapes: messages in the order of their numbers. Threads: one. Errors: a number that is not the
// next one means that messages were lost on the way here: the history begins anew with it, and the
// books are not complete any more. Cost: see both. Specification: README.md of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "match/state/state_io.hpp"
#include "wire_out/market_book.hpp"
#include "wire_out/market_history.hpp"

namespace wirebook::wire_out {

struct MarketLogSize {
  std::size_t history_bytes = std::size_t{64} << 20;
  std::size_t orders = std::size_t{1} << 20;
  friend bool operator==(const MarketLogSize&, const MarketLogSize&) = default;
};

class MarketLog {
 public:
  explicit MarketLog(const MarketLogSize& size)
      : history_(size.history_bytes), book_(size.orders) {}

  /// The next message has this number: those before it that did not come never will.
  void expect(std::uint64_t number) {
    if (number == history_.next())
      return;
    has_gap_ = true;
    history_.restart_at(number);
  }
  void on_message(std::uint64_t number, std::span<const std::byte> message) {
    expect(number);
    history_.append(message);
    if (!has_gap_)
      book_.on_message(message);
  }

  [[nodiscard]] MarketHistory& history() { return history_; }
  [[nodiscard]] const MarketHistory& history() const { return history_; }
  [[nodiscard]] const MarketBook& book() const { return book_; }
  /// The books are those behind the history's last message.
  [[nodiscard]] bool books_are_exact() const { return !has_gap_ && book_.is_complete(); }

  void save(match::StateWriter& writer) const {
    writer.boolean(has_gap_);
    history_.save(writer);
    book_.save(writer);
  }
  bool load(match::StateReader& reader) {
    has_gap_ = reader.boolean();
    return history_.load(reader) && book_.load(reader);
  }

 private:
  MarketHistory history_;
  MarketBook book_;
  bool has_gap_ = false;
};

}  // namespace wirebook::wire_out
