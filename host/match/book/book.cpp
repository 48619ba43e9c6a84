#include "match/book/book.hpp"

#include <algorithm>

#include "wirebook/assert.hpp"

namespace wirebook::match {

Book::Book(std::uint32_t orders, std::uint32_t instruments, std::uint32_t start)
    : growth_(orders, start, block_orders),
      orders_(std::size_t{orders} + 1, growth_),
      pool_(orders, growth_),
      ladder_(orders, std::min(orders, static_cast<std::uint32_t>(growth_.ready()))),
      sides_(std::size_t{instruments} + 1),
      changed_(instruments),
      followed_(instruments),
      touched_(instruments) {
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    for (const bool buy : {false, true})
      sides_[i].ladders[buy].mask = rank_mask(buy);
  }
}

void Book::reduce(std::uint32_t order, std::uint32_t shares) {
  OrderNode& node = orders_[order];
  WIREBOOK_ASSERT((node.level != 0 || node.displayed == 0) && shares < node.open);
  node.open -= shares;
  note_change(node.instrument);
  if (node.displayed != 0)
    ladder_.level(node.level).displayed_quantity -= shares;
}

std::optional<LevelSummary> Book::best_displayed(const LadderSide& side) const {
  const std::uint32_t index = ladder_.best_displayed(side);
  if (index == 0)
    return std::nullopt;
  return displayed(index);
}

LevelSummary Book::displayed(std::uint32_t index) const {
  const Level& level = ladder_.level(index);
  return {.price = {level.price},
          .quantity = level.displayed_quantity,
          .orders = level.displayed_orders};
}

std::size_t Book::depth(std::uint16_t instrument, bool buy, std::span<LevelSummary> levels) const {
  if (instrument >= sides_.size())
    return 0;
  std::size_t count = 0;
  for (std::uint32_t index = next_displayed(instrument, buy, 0);
       index != 0 && count != levels.size(); index = next_displayed(instrument, buy, index))
    levels[count++] = displayed(index);
  return count;
}

std::optional<std::uint16_t> Book::take_changed() {
  const std::optional<std::uint16_t> instrument = changed_.pop();
  if (instrument)
    ChangedBooks::waits_no_more(sides_[*instrument].mark);
  return instrument;
}

BookSummary Book::summary(std::uint16_t instrument) const {
  if (instrument >= sides_.size())
    return {};
  const Sides& sides = sides_[instrument];
  return {.live_orders = sides.live_orders,
          .bid = best_displayed(sides.ladders[true]),
          .ask = best_displayed(sides.ladders[false]),
          .bid_levels = sides.ladders[true].displayed_levels,
          .ask_levels = sides.ladders[false].displayed_levels};
}

LevelSummary Book::level_at(std::uint16_t instrument, bool buy, Price price) const {
  LevelSummary summary{.price = price, .quantity = 0, .orders = 0};
  if (instrument >= sides_.size())
    return summary;
  const std::uint32_t index = ladder_.find(side(instrument, buy), price.raw);
  if (index != 0) {
    summary.quantity = ladder_.level(index).displayed_quantity;
    summary.orders = ladder_.level(index).displayed_orders;
  }
  return summary;
}

}  // namespace wirebook::match
