#include "node/feed/message_window.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "wirebook/assert.hpp"

namespace wirebook::feed {

MessageWindow::MessageWindow(std::size_t messages)
    : cells_(messages), held_bits_(messages / 64), mask_(messages - 1) {
  WIREBOOK_ASSERT(messages >= 64 && std::has_single_bit(messages));
}

std::uint64_t MessageWindow::end() const {
  constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  return last - begin_ < capacity() ? last : begin_ + capacity();
}

MessageWindow::Put MessageWindow::put(std::uint64_t number, Bytes message) {
  if (number < begin_)
    return Put::before;
  if (number >= end())
    return Put::beyond;
  if (bit(number))
    return Put::held;
  if (message.size() > message_bytes_max)
    return Put::too_long;
  Cell& cell = cells_[place(number)];
  cell.bytes = static_cast<std::uint16_t>(message.size());
  std::copy(message.begin(), message.end(), cell.message.begin());
  held_bits_[place(number) / 64] |= std::uint64_t{1} << place(number) % 64;
  ++held_;
  return Put::taken;
}

MessageWindow::Bytes MessageWindow::at(std::uint64_t number) const {
  WIREBOOK_ASSERT(holds(number));
  const Cell& cell = cells_[place(number)];
  return std::span(cell.message).first(cell.bytes);
}

void MessageWindow::drop(std::uint64_t number) {
  if (!bit(number))
    return;
  held_bits_[place(number) / 64] &= ~(std::uint64_t{1} << place(number) % 64);
  --held_;
}

void MessageWindow::step() {
  drop(begin_);
  ++begin_;
}

void MessageWindow::move_to(std::uint64_t number) {
  const bool forward = number >= begin_;
  const std::uint64_t distance = forward ? number - begin_ : begin_ - number;
  if (distance >= capacity())
    return clear(number);
  // Forward, those before the new begin go; back, as many at the old end.
  const std::uint64_t first = forward ? begin_ : number + capacity();
  for (std::uint64_t i = 0; held_ != 0 && i < distance; ++i)
    drop(first + i);
  begin_ = number;
}

void MessageWindow::clear(std::uint64_t number) {
  if (held_ != 0)
    std::fill(held_bits_.begin(), held_bits_.end(), 0);
  held_ = 0;
  begin_ = number;
}

/// Word by word; numbers and places have the same bits below the word, so runs do not straddle.
std::uint64_t MessageWindow::find(std::uint64_t from, std::uint64_t to, bool wanted) const {
  while (from < to) {
    const std::size_t at = place(from);
    const std::uint64_t word = wanted ? held_bits_[at / 64] : ~held_bits_[at / 64];
    if (const std::uint64_t rest = word >> at % 64; rest != 0)
      return std::min(to, from + static_cast<std::uint64_t>(std::countr_zero(rest)));
    const std::uint64_t step = 64 - at % 64;
    if (to - from <= step)
      return to;
    from += step;
  }
  return to;
}

std::uint64_t MessageWindow::first_missing(std::uint64_t from, std::uint64_t to) const {
  from = std::max(from, begin_);
  const std::uint64_t in = std::min(to, end());
  const std::uint64_t found = from < in ? find(from, in, false) : from;
  return std::min(found, to);
}

std::uint64_t MessageWindow::first_held(std::uint64_t from, std::uint64_t to) const {
  from = std::max(from, begin_);
  const std::uint64_t in = std::min(to, end());
  const std::uint64_t found = from < in ? find(from, in, true) : in;
  return found == in ? to : found;
}

}  // namespace wirebook::feed
