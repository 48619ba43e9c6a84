// Goal: a book of any prices is one book: the ladder, its window's edges and the far tree agree.
// Method: random adds, reductions and removals over near, odd and extreme prices, against a map.
#include "match/book/book.hpp"

#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace wirebook::match {
namespace {

/// The prices of a side's levels, walked from the best one on.
std::vector<std::uint32_t> prices_of(const Book& book, std::uint16_t instrument, bool buy,
                                     bool displayed) {
  std::vector<std::uint32_t> prices;
  std::uint32_t level =
      displayed ? book.next_displayed(instrument, buy, 0) : book.best_level(instrument, buy);
  while (level != 0) {
    prices.push_back(book.level(level).price);
    level = displayed ? book.next_displayed(instrument, buy, level)
                      : book.next_level(instrument, buy, level);
  }
  return prices;
}

std::uint32_t wild_price(std::mt19937_64& random) {
  switch (random() % 6) {
    case 0:
      return 1 + static_cast<std::uint32_t>(random() % 5);
    case 1:
      return static_cast<std::uint32_t>(random());  // anywhere at all
    case 2:
      return 0xFFFF'FFFFU - static_cast<std::uint32_t>(random() % 5);
    case 3:
      return 100'0000 + static_cast<std::uint32_t>(random() % 300);  // between the cents
    default:
      return 100'0000 + 100 * static_cast<std::uint32_t>(random() % 80'000);  // beyond a window
  }
}

TEST(Book, any_price_is_found_again_in_order) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr std::uint32_t orders_max = 300;
  Book book(orders_max, 3);
  using Level = std::vector<std::uint32_t>;
  std::map<std::pair<std::uint16_t, bool>, std::map<std::uint32_t, Level>> sides;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> live;  // order, price

  for (int step = 0; step < 60'000; ++step) {
    const bool fill = step / 3'000 % 2 == 0;  // grow, then shrink to nothing, over and over
    if (live.size() < orders_max && (live.empty() || random() % 100 < (fill ? 70 : 30))) {
      const std::uint32_t order = book.take();
      const auto instrument = static_cast<std::uint16_t>(random() % 4);
      const bool buy = random() % 2 == 0;
      const std::uint32_t price = wild_price(random);
      book.order(order) = {.open = 1 + static_cast<std::uint32_t>(random() % 9),
                           .instrument = instrument,
                           .side = buy ? 'B' : 'S',
                           .displayed = random() % 4 != 0};
      book.add(order, price);
      sides[{instrument, buy}][price].push_back(order);
      live.emplace_back(order, price);
    } else {
      const std::size_t at = random() % live.size();
      const auto [order, price] = live[at];
      OrderNode& node = book.order(order);
      if (node.open > 1 && random() % 3 == 0) {
        book.reduce(order, 1);
        continue;
      }
      Level& level = sides[{node.instrument, is_buy(node.side)}][price];
      std::erase(level, order);
      if (level.empty())
        sides[{node.instrument, is_buy(node.side)}].erase(price);
      book.remove(order);
      book.give_back(order);
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
    }
    for (const auto& side : sides) {
      const auto& levels = side.second;
      const auto instrument = side.first.first;
      const bool buy = side.first.second;
      const std::uint32_t best = book.best_level(instrument, buy);
      ASSERT_EQ(best == 0, levels.empty()) << "step " << step;
      if (levels.empty())
        continue;
      const auto& expected = buy ? *levels.rbegin() : *levels.begin();
      ASSERT_EQ(book.level(best).price, expected.first) << "step " << step;
      ASSERT_EQ(book.level(best).head, expected.second.front());
      ASSERT_EQ(book.level(best).tail, expected.second.back());
      std::uint32_t shown_levels = 0;
      std::optional<LevelSummary> shown;
      std::vector<std::uint32_t> prices;
      std::vector<std::uint32_t> shown_prices;
      std::vector<LevelSummary> depth;
      const auto see = [&](const auto& entry) {
        LevelSummary level{.price = {entry.first}, .quantity = 0, .orders = 0};
        prices.push_back(entry.first);
        for (const std::uint32_t order : entry.second) {
          if (book.order(order).displayed == 0)
            continue;
          level.quantity += book.order(order).open;
          ++level.orders;
        }
        EXPECT_EQ(book.level_at(instrument, buy, level.price), level) << "step " << step;
        const Price next{entry.first + 1};
        EXPECT_EQ(book.level_at(instrument, buy, next).orders == 0,
                  !levels.contains(next.raw) || book.level_at(instrument, buy, next).quantity == 0);
        if (level.orders == 0)
          return;
        ++shown_levels;
        shown_prices.push_back(entry.first);
        depth.push_back(level);
        if (!shown)
          shown = level;
      };
      if (buy)
        std::for_each(levels.rbegin(), levels.rend(), see);
      else
        std::for_each(levels.begin(), levels.end(), see);
      const BookSummary summary = book.summary(instrument);
      ASSERT_EQ(buy ? summary.bid : summary.ask, shown) << "step " << step;
      ASSERT_EQ(buy ? summary.bid_levels : summary.ask_levels, shown_levels);
      if (step % 16 != 0)
        continue;
      ASSERT_EQ(prices_of(book, instrument, buy, false), prices) << "step " << step;
      ASSERT_EQ(prices_of(book, instrument, buy, true), shown_prices) << "step " << step;
      std::vector<LevelSummary> told(random() % 12);
      depth.resize(std::min(depth.size(), told.size()));
      told.resize(book.depth(instrument, buy, told));
      ASSERT_EQ(told, depth) << "step " << step;
    }
  }
}

TEST(Book, what_changed_is_told_once_and_in_turn) {
  Book book(10, 3);
  const auto changed = [&book] {
    std::vector<std::uint16_t> instruments;
    while (const auto instrument = book.take_changed())
      instruments.push_back(*instrument);
    return instruments;
  };
  const auto add = [&](std::uint16_t instrument) {
    const std::uint32_t order = book.take();
    book.order(order) = {.open = 9, .instrument = instrument, .side = 'B', .displayed = 1};
    book.add(order, 100);
    return order;
  };
  EXPECT_TRUE(changed().empty());
  for (int round = 0; round < 5; ++round) {
    const std::uint32_t of_3 = add(3);
    const std::uint32_t of_0 = add(0);
    const std::uint32_t changes = book.changes(3);
    book.reduce(of_3, 1);
    EXPECT_NE(book.changes(3), changes);
    EXPECT_EQ(book.changed_count(), 2U);
    EXPECT_EQ(changed(), (std::vector<std::uint16_t>{3, 0}));
    book.remove(of_0);
    EXPECT_EQ(changed(), std::vector<std::uint16_t>{0});
    book.reduce(of_3, 1);
    EXPECT_EQ(changed(), std::vector<std::uint16_t>{3});
    book.remove(of_3);
    EXPECT_EQ(changed(), std::vector<std::uint16_t>{3});
    book.give_back(of_0);
    book.give_back(of_3);
  }
  EXPECT_EQ(book.changes(1), 0U);
}

}  // namespace
}  // namespace wirebook::match
