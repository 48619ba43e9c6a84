#include "match/feed_follower.hpp"

#include <algorithm>

#include "wirebook/wire/itch50.hpp"

#include "match/book/book.hpp"
#include "match/memory/key_table.hpp"

namespace wirebook::match {

namespace {

/// Where a verbatim body keeps a field: ITCH offsets count from the type byte, bodies from 11.
template <class Field>
const Field& field_at(const FeedVerbatimBody& body, std::size_t itch_offset) {
  return wire::view<Field>(body.bytes.data() + itch_offset - 11);
}

/// FNV-1a over words.
class Sum {
 public:
  void add(std::uint64_t word) {
    for (int shift = 0; shift < 64; shift += 8)
      value_ = (value_ ^ (word >> shift & 0xFF)) * 0x100'0000'01B3;
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xCBF2'9CE4'8422'2325;
};

}  // namespace

class FollowerCore {
 public:
  explicit FollowerCore(const Capacity& capacity)
      : capacity_(capacity),
        book_(capacity.orders, capacity.instruments, capacity.orders_start),
        index_(capacity.orders, capacity.table_seed, book_.growth().ready()),
        refs_(std::size_t{capacity.orders} + 1, book_.growth()),
        prices_(std::size_t{capacity.orders} + 1, book_.growth()),
        symbols_(std::size_t{capacity.instruments} + 1) {}

  void on_slot(const Slot& slot);
  void clear();
  bool show(BookReaders& readers, std::uint64_t sequence, Show when) {
    return readers.show(book_, sequence, when);
  }

  [[nodiscard]] BookSummary book(std::uint16_t locate) const { return book_.summary(locate); }
  [[nodiscard]] std::optional<Symbol> symbol(std::uint16_t locate) const {
    if (locate >= symbols_.size() || symbols_[locate].text[0] == '\0')
      return std::nullopt;
    return symbols_[locate];
  }
  [[nodiscard]] std::size_t depth(std::uint16_t locate, bool buy,
                                  std::span<LevelSummary> levels) const {
    return book_.depth(locate, buy, levels);
  }
  void each_order(std::uint16_t locate, const std::function<void(const FeedOrder&)>& told) const;
  [[nodiscard]] std::uint64_t digest() const;
  [[nodiscard]] const FeedCounters& counters() const { return counters_; }
  [[nodiscard]] std::uint16_t instruments() const { return capacity_.instruments; }

 private:
  void on_feed(const Slot& slot);
  void add(std::uint64_t ref, const OrderNode& node, std::uint32_t price);
  void reduce(std::uint64_t ref, std::uint32_t shares);
  void replace(const FeedChangeBody& body);
  void end(std::uint32_t order);
  [[nodiscard]] std::uint32_t find(std::uint64_t ref);
  void name(std::uint16_t locate, Symbol symbol);
  void count_trade(std::uint64_t shares) {
    ++counters_.trades;
    counters_.volume += shares;
  }

  Capacity capacity_;
  Book book_;
  KeyTable index_;
  Table<std::uint64_t> refs_;
  Table<std::uint32_t> prices_;
  Table<Symbol> symbols_;
  FeedCounters counters_{};
};

void FollowerCore::on_slot(const Slot& slot) {
  if (slot.tail.kind == SlotKind::gap)
    ++counters_.gaps;
  else if (is_feed(slot.tail.kind) && slot.feed.instrument <= capacity_.instruments)
    on_feed(slot);
  else if (slot.tail.kind != SlotKind::feed_end)
    ++counters_.ignored_slot;
}

void FollowerCore::on_feed(const Slot& slot) {
  switch (itch_type(slot.tail.kind)) {
    case 'R':
      return name(slot.feed.instrument, field_at<Symbol>(slot.feed_verbatim, 11));
    case 'A':
    case 'F': {
      const FeedAddBody& body = slot.feed_add;
      name(body.head.instrument, body.symbol);
      return add(body.order_ref,
                 {.open = body.quantity.raw,
                  .instrument = body.head.instrument,
                  .side = body.side == 'B' ? 'B' : 'S',
                  .displayed = 1},
                 body.price.raw);
    }
    case 'E':
      count_trade(slot.feed_execute.quantity.raw);
      return reduce(slot.feed_execute.order_ref, slot.feed_execute.quantity.raw);
    case 'C':
      if (slot.feed_execute.printable == 'Y')
        count_trade(slot.feed_execute.quantity.raw);
      return reduce(slot.feed_execute.order_ref, slot.feed_execute.quantity.raw);
    case 'X':
      return reduce(slot.feed_change.order_ref, slot.feed_change.quantity.raw);
    case 'D':
      if (const std::uint32_t order = find(slot.feed_change.order_ref))
        end(order);
      return;
    case 'U':
      return replace(slot.feed_change);
    case 'P':
      return count_trade(field_at<wire::Big32>(slot.feed_verbatim, 20));
    case 'Q':
      return count_trade(field_at<wire::Big64>(slot.feed_verbatim, 11));
    default:
      return;  // tells nothing of the book
  }
}

void FollowerCore::name(std::uint16_t locate, Symbol symbol) {
  if (symbols_[locate].text[0] == '\0')
    symbols_[locate] = symbol;
}

std::uint32_t FollowerCore::find(std::uint64_t ref) {
  const std::uint32_t order = index_.find(ref);
  if (order == 0)
    ++counters_.unknown_reference;
  return order;
}

void FollowerCore::add(std::uint64_t ref, const OrderNode& node, std::uint32_t price) {
  if (index_.find(ref) != 0) {
    ++counters_.duplicate_reference;
    return;
  }
  if (node.open == 0)
    return;
  const std::uint32_t order = book_.take();
  if (order == 0) {
    ++counters_.capacity_reject;
    return;
  }
  book_.order(order) = node;
  refs_[order] = ref;
  prices_[order] = price;
  book_.add(order, price);
  index_.insert(ref, order);
}

void FollowerCore::end(std::uint32_t order) {
  book_.remove(order);
  index_.erase(refs_[order]);
  book_.give_back(order);
}

void FollowerCore::reduce(std::uint64_t ref, std::uint32_t shares) {
  const std::uint32_t order = find(ref);
  if (order == 0)
    return;
  const std::uint32_t open = book_.order(order).open;
  if (shares > open)
    ++counters_.over_reduction;
  if (shares >= open)
    return end(order);
  book_.reduce(order, shares);
}

void FollowerCore::replace(const FeedChangeBody& body) {
  const std::uint32_t order = find(body.order_ref);
  if (order == 0)
    return;
  OrderNode node = book_.order(order);
  end(order);
  node.open = body.quantity.raw;
  add(body.new_order_ref, node, body.price.raw);
}

void FollowerCore::clear() {
  for (std::uint32_t locate = 0; locate < symbols_.size(); ++locate) {
    for (const bool buy : {true, false})
      while (const std::uint32_t level = book_.best_level(static_cast<std::uint16_t>(locate), buy))
        end(book_.level(level).head);
    symbols_[locate] = Symbol{};
  }
}

void FollowerCore::each_order(std::uint16_t locate,
                              const std::function<void(const FeedOrder&)>& told) const {
  if (locate >= symbols_.size())
    return;
  for (const bool buy : {true, false})
    for (std::uint32_t level = book_.best_level(locate, buy); level != 0;
         level = book_.next_level(locate, buy, level))
      for (std::uint32_t order = book_.level(level).head; order != 0;
           order = book_.order(order).next)
        told({.order_ref = refs_[order],
              .locate = locate,
              .side = book_.order(order).side,
              .price = {prices_[order]},
              .open = {book_.order(order).open}});
}

std::uint64_t FollowerCore::digest() const {
  Sum sum;
  for (std::uint32_t locate = 0; locate < symbols_.size(); ++locate)
    each_order(static_cast<std::uint16_t>(locate), [&](const FeedOrder& order) {
      sum.add(order.order_ref);
      sum.add(std::uint64_t{order.locate} << 8 | static_cast<unsigned char>(order.side));
      sum.add(std::uint64_t{order.price.raw} << 32 | order.open.raw);
    });
  return sum.value();
}

FeedFollower::FeedFollower(const Capacity& capacity)
    : core_(std::make_unique<FollowerCore>(capacity)) {}
FeedFollower::~FeedFollower() = default;
FeedFollower::FeedFollower(FeedFollower&&) noexcept = default;
FeedFollower& FeedFollower::operator=(FeedFollower&&) noexcept = default;

void FeedFollower::on_slot(const Slot& slot) noexcept { core_->on_slot(slot); }
BookSummary FeedFollower::book(std::uint16_t locate) const { return core_->book(locate); }
std::optional<Symbol> FeedFollower::symbol(std::uint16_t locate) const {
  return core_->symbol(locate);
}
std::size_t FeedFollower::depth(std::uint16_t locate, bool buy,
                                std::span<LevelSummary> levels) const {
  return core_->depth(locate, buy, levels);
}
void FeedFollower::each_order(std::uint16_t locate,
                              const std::function<void(const FeedOrder&)>& told) const {
  core_->each_order(locate, told);
}
std::uint64_t FeedFollower::digest() const { return core_->digest(); }
void FeedFollower::clear() noexcept { core_->clear(); }
bool FeedFollower::show(BookReaders& readers, std::uint64_t sequence, Show when) noexcept {
  return core_->show(readers, sequence, when);
}
const FeedCounters& FeedFollower::counters() const { return core_->counters(); }
std::uint16_t FeedFollower::instruments() const { return core_->instruments(); }

}  // namespace wirebook::match
