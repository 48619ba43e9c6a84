#include "node/feed/feed_books.hpp"

#include "wirebook/assert.hpp"
#include "wirebook/wire/itch50.hpp"

#include "wire_in/itch_parser.hpp"

namespace wirebook::feed {
namespace {

using match::OrderNode;

/// Where a verbatim body keeps a field: ITCH offsets count from the type byte, bodies from 11.
template <class Field>
const Field& field_at(const FeedVerbatimBody& body, std::size_t itch_offset) {
  return wire::view<Field>(body.bytes.data() + itch_offset - 11);
}

/// Views may cost a listener more than they may an engine: they are what it is for.
constexpr std::uint32_t slots_per_top = 64;
constexpr std::uint32_t slots_per_level = 8;

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

FeedBooks::FeedBooks(const FeedBooksOptions& options)
    : instruments_(options.instruments),
      slots_(ring_slots_min),
      book_(options.orders, options.instruments),
      index_(options.orders, options.table_seed),
      refs_(std::size_t{options.orders} + 1),
      prices_(std::size_t{options.orders} + 1),
      symbols_(std::size_t{options.instruments} + 1),
      readers_({.instruments = options.instruments,
                .watches = options.watches,
                .slots_per_top = slots_per_top,
                .slots_per_level = slots_per_level}) {}

FeedBooks::Applied FeedBooks::on_message(std::span<const std::byte> message) noexcept {
  ++messages_;
  WIREBOOK_ASSERT(writer_.has_credit(1));
  const Outcome outcome = wire_in::parse_itch(message, wire_in::itch_time(message), writer_);
  if (outcome != Outcome::ok)
    return {outcome, nullptr};
  const Slot* const slot = reader_.peek();
  apply(*slot);
  // Given back at once: the writer needs the place again only a whole ring later.
  reader_.release(1);
  return {outcome, slot};
}

void FeedBooks::clear() noexcept {
  for (std::uint32_t locate = 0; locate <= instruments_; ++locate)
    for (const bool buy : {true, false})
      while (const std::uint32_t level = book_.best_level(static_cast<std::uint16_t>(locate), buy))
        end(book_.level(level).head);
  for (std::uint32_t locate = 0; locate <= instruments_; ++locate)
    symbols_[locate] = Symbol{};
}

void FeedBooks::apply(const Slot& slot) noexcept {
  if (slot.feed.instrument > instruments_) {
    ++counters_.ignored_slot;
    return;
  }
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

void FeedBooks::name(std::uint16_t locate, Symbol symbol) noexcept {
  if (symbols_[locate].text[0] == '\0')
    symbols_[locate] = symbol;
}

void FeedBooks::count_trade(std::uint64_t shares) noexcept {
  ++counters_.trades;
  counters_.volume += shares;
}

std::uint32_t FeedBooks::find(std::uint64_t ref) noexcept {
  const std::uint32_t order = index_.find(ref);
  if (order == 0)
    ++counters_.unknown_reference;
  return order;
}

void FeedBooks::add(std::uint64_t ref, const OrderNode& node, std::uint32_t price) noexcept {
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

void FeedBooks::end(std::uint32_t order) noexcept {
  book_.remove(order);
  index_.erase(refs_[order]);
  book_.give_back(order);
}

void FeedBooks::reduce(std::uint64_t ref, std::uint32_t shares) noexcept {
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

void FeedBooks::replace(const FeedChangeBody& body) noexcept {
  const std::uint32_t order = find(body.order_ref);
  if (order == 0)
    return;
  OrderNode node = book_.order(order);
  end(order);
  node.open = body.quantity.raw;
  add(body.new_order_ref, node, body.price.raw);
}

match::BookSummary FeedBooks::book(std::uint16_t locate) const {
  return locate > instruments_ ? match::BookSummary{} : book_.summary(locate);
}

std::optional<Symbol> FeedBooks::symbol(std::uint16_t locate) const {
  if (locate > instruments_ || symbols_[locate].text[0] == '\0')
    return std::nullopt;
  return symbols_[locate];
}

std::size_t FeedBooks::depth(std::uint16_t locate, bool buy,
                             std::span<match::LevelSummary> levels) const {
  return locate > instruments_ ? 0 : book_.depth(locate, buy, levels);
}

void FeedBooks::each_order(std::uint16_t locate,
                           const std::function<void(const FeedOrder&)>& told) const {
  if (locate > instruments_)
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

std::uint64_t FeedBooks::digest() const {
  Sum sum;
  for (std::uint32_t locate = 0; locate <= instruments_; ++locate)
    each_order(static_cast<std::uint16_t>(locate), [&](const FeedOrder& order) {
      sum.add(order.order_ref);
      sum.add(std::uint64_t{order.locate} << 8 | static_cast<unsigned char>(order.side));
      sum.add(std::uint64_t{order.price.raw} << 32 | order.open.raw);
    });
  return sum.value();
}

}  // namespace wirebook::feed
