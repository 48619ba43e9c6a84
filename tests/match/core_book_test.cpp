// Goal: the fast book is one book for any ids and any prices, and its memory follows what lives.
// Method: random operations over near, odd and extreme prices, and ids with gaps and great jumps,
// against maps and lists; then both are walked and compared.
#include "match/core_book.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace wirebook::match {
namespace {

constexpr std::uint32_t orders_max = 400;
constexpr std::uint32_t instruments = 3;  // and number 0
constexpr std::uint32_t lists = 3;

std::uint32_t wild_price(std::mt19937_64& random) {
  switch (random() % 7) {
    case 0:
      return 1 + static_cast<std::uint32_t>(random() % 5);
    case 1:
      return 1 + static_cast<std::uint32_t>(random() % 0xFFFF'FFFEU);  // anywhere at all
    case 2:
      return 0xFFFF'FFFEU - static_cast<std::uint32_t>(random() % 5);
    case 3:
      return 100'0000 + static_cast<std::uint32_t>(random() % 300);  // between the cents
    case 4:
      return 100'0000 + 100 * static_cast<std::uint32_t>(random() % 80'000);  // beyond a window
    default:
      return 100'0000 + 100 * static_cast<std::uint32_t>(random() % 90);
  }
}

struct PlainOrder {
  std::uint64_t id;
  std::uint32_t open;
  bool special;
};
/// Sides by number; their prices through `side_mask`, so that the last one is the best.
using PlainSide = std::map<std::uint32_t, std::list<PlainOrder>>;

struct Fill {
  std::uint64_t id;
  std::uint32_t shares;
  std::uint32_t price;
  friend bool operator==(const Fill&, const Fill&) = default;
};

struct Recorder {
  const CoreBook<2>* book;
  std::uint32_t most;
  std::vector<Fill> fills;

  [[nodiscard]] bool go_on() const { return fills.size() < most; }
  void fill(std::uint32_t order, std::uint32_t shares, std::uint32_t /*open*/,
            std::uint32_t level) {
    fills.push_back({book->id_of(order), shares, book->ladder().price(level)});
  }
};

class CoreBookTest : public ::testing::Test {
 protected:
  CoreBookTest()
      : seed_(std::random_device{}()),
        random_(seed_),
        book_({.orders = orders_max, .instruments = instruments, .lists = lists}) {}

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  static std::uint32_t mask(std::uint32_t side) { return side_mask(side % 2 != 0); }
  /// Mostly the next one; at times a gap, or a jump as far as numbers reach.
  std::uint64_t fresh_id() {
    const std::uint64_t stream =
        std::uint64_t{1 + below(lists)} << 40 | std::uint64_t{below(4) == 0 ? below(256) : 0} << 32;
    std::uint64_t& last = last_[stream];
    const std::uint64_t left = 0xFFFF'FFFF - last;
    std::uint64_t step = 1;
    if (below(10) == 0)
      step = 1 + below(40);
    if (below(50) == 0)
      step = 1 + random_() % (left / 4 + 1);
    if (below(50) == 0)
      step = std::uint64_t{16} << below(20);
    last += std::min(step, left);
    return stream | last;
  }
  std::uint64_t some_live() {
    auto at = places_.begin();
    std::advance(at, below(static_cast<std::uint32_t>(places_.size())));
    return at->first;
  }
  PlainOrder& plain(std::uint64_t id) {
    const auto [side, rank] = places_.at(id);
    std::list<PlainOrder>& level = sides_[side].at(rank);
    return *std::find_if(level.begin(), level.end(), [id](const auto& o) { return o.id == id; });
  }
  void forget(std::uint64_t id) {
    const auto [side, rank] = places_.at(id);
    std::list<PlainOrder>& level = sides_[side].at(rank);
    level.remove_if([id](const PlainOrder& order) { return order.id == id; });
    if (level.empty())
      sides_[side].erase(rank);
    places_.erase(id);
  }
  void remember(std::uint32_t side, std::uint32_t price, const PlainOrder& order) {
    sides_[side][price ^ mask(side)].push_back(order);
    places_[order.id] = {side, price ^ mask(side)};
  }

  void add();
  void remove();
  void move();
  void reduce();
  void sweep();
  void expect_equal();
  void expect_marks(std::uint32_t side);

  std::uint64_t seed_;
  std::mt19937_64 random_;
  CoreBook<2> book_;
  std::map<std::uint64_t, std::uint64_t> last_;
  std::map<std::uint32_t, PlainSide> sides_;
  std::map<std::uint64_t, std::pair<std::uint32_t, std::uint32_t>> places_;  ///< id: side, rank
};

void CoreBookTest::add() {
  const std::uint64_t id = fresh_id();
  if (places_.contains(id))
    return;
  const std::uint32_t side = below(2 * (instruments + 1));
  const std::uint32_t price = wild_price(random_);
  const bool special = below(8) == 0;
  const std::uint32_t open = 1 + below(open_mask);
  const std::uint32_t state = open | (special ? special_flag : 0);
  const bool crosses =
      !sides_[side ^ 1].empty() && sides_[side ^ 1].rbegin()->first >= (price ^ mask(side ^ 1));
  if (crosses) {
    ASSERT_TRUE(book_.may_trade(side, price));
  }
  Turned turned = Turned::would_trade;
  const bool in_one = below(2) == 0;
  if (in_one)
    turned = book_.turn(~0U, id, side, price, state, 7);
  if (crosses) {
    ASSERT_EQ(turned, Turned::would_trade);
  }
  if (turned == Turned::would_trade) {  // books may be crossed: whoever wants to trade does
    const std::uint32_t order = book_.place(id, state, 7);
    ASSERT_NE(order, 0U);
    book_.join(order, side, price);
  }
  remember(side, price, {id, open, special});
  const std::uint32_t order = book_.find(id);
  ASSERT_NE(order, 0U);
  ASSERT_EQ(book_.id_of(order), id);
  ASSERT_EQ(book_.node(order).cold, 7U);
}

void CoreBookTest::remove() {
  const std::uint64_t id = some_live();
  if (below(2) == 0) {
    ASSERT_EQ(book_.turn(0, id, below(8), wild_price(random_), 3, 0), Turned::done);
  } else {
    book_.remove(book_.find(id));
  }
  forget(id);
  ASSERT_EQ(book_.find(id), 0U);
  ASSERT_EQ(book_.turn(0, id, 0, 0, 0, 0), Turned::refused);
}

/// Out of its level and to the back of another, under the same id.
void CoreBookTest::move() {
  const std::uint64_t id = some_live();
  const PlainOrder order = plain(id);
  const std::uint32_t side = places_.at(id).first;
  const std::uint32_t price = wild_price(random_);
  book_.leave(book_.find(id));
  book_.leave(book_.find(id));  // of an order in no level: nothing
  forget(id);
  ASSERT_NE(book_.find(id), 0U);
  book_.join(book_.find(id), side, price);
  remember(side, price, order);
}

void CoreBookTest::reduce() {
  PlainOrder& order = plain(some_live());
  if (order.open == 1)
    return;
  const std::uint32_t shares = 1 + below(order.open - 1);
  book_.reduce(book_.find(order.id), shares);
  order.open -= shares;
}

void CoreBookTest::sweep() {
  const std::uint32_t side = below(2 * (instruments + 1));
  const std::uint32_t limit = wild_price(random_);
  const std::uint32_t shares = 1 + below(20 * open_mask / 2);
  std::vector<Fill> expected;
  const std::uint32_t most = below(2) == 0 ? below(4) : 1000;
  std::uint32_t left = shares;
  Stop stop = Stop::done;
  PlainSide& contra = sides_[side ^ 1];
  while (left != 0 && !contra.empty() && contra.rbegin()->first >= (limit ^ mask(side ^ 1))) {
    PlainOrder& order = contra.rbegin()->second.front();
    if (order.special || expected.size() == most) {
      stop = order.special ? Stop::special : Stop::asked;
      break;
    }
    const std::uint32_t traded = std::min(left, order.open);
    expected.push_back({order.id, traded, contra.rbegin()->first ^ mask(side ^ 1)});
    left -= traded;
    order.open -= traded;
    if (order.open == 0)
      forget(order.id);
  }
  Recorder recorder{.book = &book_, .most = most, .fills = {}};
  const Taken taken = book_.take(side, limit, shares, recorder);
  ASSERT_EQ(recorder.fills, expected);
  ASSERT_EQ(taken.left, left);
  ASSERT_EQ(taken.stop, stop);
  for (const Fill& fill : expected)
    ASSERT_EQ(book_.find(fill.id) != 0, places_.contains(fill.id));
}

void CoreBookTest::expect_equal() {
  for (std::uint32_t side = 0; side < 2 * (instruments + 1); ++side) {
    std::uint32_t level = book_.ladder().best(side);
    for (auto at = sides_[side].rbegin(); at != sides_[side].rend(); ++at) {
      ASSERT_NE(level, 0U);
      ASSERT_LT(level, book_.level_count());
      ASSERT_EQ(book_.ladder().price(level), at->first ^ mask(side));
      ASSERT_EQ(book_.ladder().side_of(level), side);
      std::uint32_t order = book_.first(level);
      for (const PlainOrder& plain : at->second) {
        ASSERT_NE(order, 0U);
        ASSERT_EQ(book_.id_of(order), plain.id);
        ASSERT_EQ(book_.node(order).state, plain.open | (plain.special ? special_flag : 0));
        order = book_.next(order);
      }
      ASSERT_EQ(order, 0U);
      level = book_.ladder().behind(level);
    }
    ASSERT_EQ(level, 0U);
    expect_marks(side);
  }
  std::set<std::uint64_t> seen;
  for (std::uint32_t list = 0; list <= lists; ++list)
    book_.for_each_of_list(list, [&](std::uint32_t order) {
      ASSERT_EQ(book_.id_of(order) >> 40, list);
      ASSERT_TRUE(seen.insert(book_.id_of(order)).second);
    });
  ASSERT_EQ(seen.size(), places_.size());
  std::set<std::uint64_t> blocks;
  for (const auto& [id, place] : places_)
    blocks.insert(id / block_ids);
  ASSERT_LE(book_.ids().blocks_in_use(), blocks.size() + 1);
}

/// Marks some levels in both sets, walks them, and takes the marks off.
void CoreBookTest::expect_marks(std::uint32_t side) {
  CoreLadder<2>& ladder = book_.ladder();
  for (const std::size_t set : {0U, 1U}) {
    std::vector<std::uint32_t> marked;
    for (std::uint32_t level = ladder.best(side); level != 0; level = ladder.behind(level))
      if (below(3) == 0)
        marked.push_back(level);
    for (const std::uint32_t level : marked)
      ladder.mark(level, set);
    std::uint32_t level = ladder.best_marked(side, set);
    for (const std::uint32_t expected : marked) {
      ASSERT_EQ(level, expected);
      level = ladder.behind_marked(level, set);
    }
    ASSERT_EQ(level, 0U);
    ASSERT_EQ(ladder.best_marked(side, 1 - set), 0U);
    for (const std::uint32_t each : marked)
      ladder.unmark(each, set);
    ASSERT_EQ(ladder.best_marked(side, set), 0U);
  }
}

TEST_F(CoreBookTest, is_a_book_of_maps_and_lists) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  for (int step = 0; step < 60'000 && !HasFatalFailure(); ++step) {
    const bool fill = step / 3'000 % 2 == 0;  // grow, then shrink to nothing, over and over
    const std::uint32_t chance = below(100);
    if (places_.empty() || (places_.size() < orders_max && chance < (fill ? 60U : 25U)))
      add();
    else if (chance < 75)
      remove();
    else if (chance < 83)
      move();
    else if (chance < 90)
      reduce();
    else if (chance < 94)
      sweep();
    if (step % 100 == 0)
      expect_equal();
  }
}

TEST_F(CoreBookTest, holds_as_many_orders_as_it_was_made_for_whatever_their_ids) {
  for (std::uint64_t round = 0; round < 3; ++round) {
    for (std::uint64_t i = 0; i < orders_max; ++i) {
      const std::uint64_t id = std::uint64_t{1} << 40 | (round * orders_max + i) * 4096;
      ASSERT_NE(book_.place(id, 1, 0), 0U);
    }
    ASSERT_EQ(book_.ids().blocks_in_use(), orders_max);
    book_.for_each_of_list(1, [this](std::uint32_t order) { book_.drop(order); });
    ASSERT_LE(book_.ids().blocks_in_use(), 1U);
  }
}

TEST_F(CoreBookTest, says_when_there_is_no_room) {
  std::uint64_t id = std::uint64_t{1} << 40;
  while (book_.place(id, 1, 0) != 0)
    id += block_ids;
  EXPECT_GE((id & 0xFFFF'FFFF) / block_ids, orders_max);
  EXPECT_EQ(book_.turn(~0U, id, 0, 100, 1, 0), Turned::refused);
}

}  // namespace
}  // namespace wirebook::match
