// Which books changed since somebody last looked: a mark beside each book, and a queue of the
// marked.
//
// Shapes: instruments from 0 to `instruments`, each in the queue once at most. A mark is a count of
// changes; its lowest bit says that the book waits in the queue. Threads: the book's. Errors: none.
// Cost: an addition and a branch a change; where nobody looks, every book comes to wait once.
#pragma once

#include <cstdint>
#include <optional>

#include "wirebook/assert.hpp"

#include "match/memory/table.hpp"

namespace wirebook::match {

class ChangedBooks {
 public:
  using Mark = std::uint32_t;

  explicit ChangedBooks(std::uint32_t instruments) : queue_(std::size_t{instruments} + 1) {}

  void note(Mark& mark, std::uint16_t instrument) {
    mark += 2;
    if ((mark & waits) == 0) [[unlikely]]
      push(mark, instrument);
  }
  /// The one that has waited longest. The caller takes its mark's wait away.
  [[nodiscard]] std::optional<std::uint16_t> pop() {
    if (count_ == 0)
      return std::nullopt;
    const std::uint16_t instrument = queue_[first_];
    first_ = after(first_);
    --count_;
    return instrument;
  }
  [[nodiscard]] std::uint32_t count() const { return count_; }

  static void waits_no_more(Mark& mark) { mark &= ~waits; }
  /// It differs from that of an earlier moment if there was a change between them.
  [[nodiscard]] static std::uint32_t changes(Mark mark) { return mark >> 1; }

 private:
  static constexpr Mark waits = 1;

  void push(Mark& mark, std::uint16_t instrument) {
    WIREBOOK_ASSERT(count_ < queue_.size());
    mark |= waits;
    queue_[end_] = instrument;
    end_ = after(end_);
    ++count_;
  }
  [[nodiscard]] std::uint32_t after(std::uint32_t place) const {
    return place + 1 == queue_.size() ? 0 : place + 1;
  }

  Table<std::uint16_t> queue_;
  std::uint32_t first_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace wirebook::match
