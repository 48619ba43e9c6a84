// What nearly all slots are, in one go: an order without an appendage that rests and does not
// trade, its cancel, its replace.
//
// Each looks first whether the slot is such a one, and changes nothing if it is not: the rules are
// those of engine_enter.cpp, engine_checks.cpp and engine_change.cpp, and what is refused is
// refused there. What is told is put together in registers and leaves in two stores.
#include <bit>
#include <cstddef>
#include <cstring>

#include "match/engine_core.hpp"
#include "match/letters.hpp"

namespace wirebook::match {

namespace {

constexpr std::uint64_t side_letter = 0xFF;

/// The six letters of an Enter or a Replace, the side lowest.
template <class Body>
std::uint64_t letters_of(const Body& body) {
  return digest::load(reinterpret_cast<const std::byte*>(&body) + sizeof(Body) - 8) >> 16;
}
static_assert(offsetof(EnterBody, cross_type) + 1 == sizeof(EnterBody));
static_assert(offsetof(ReplaceBody, reserved_cross_type) + 1 == sizeof(ReplaceBody));
static_assert(offsetof(EnterBody, side) + 6 == sizeof(EnterBody));

char letter(std::uint64_t letters, unsigned place) {
  return static_cast<char>(letters >> 8 * place);
}

constexpr std::uint64_t pair(std::uint64_t low, std::uint64_t high) { return low | high << 32; }

constexpr unsigned bit(bool is_so) { return is_so ? 1 : 0; }
constexpr bool is_size(Quantity quantity) { return quantity.raw - 1 < quantity_max; }

}  // namespace

/// Of an Enter, but for its side: it rests for the day in the continuous market.
bool EngineCore::are_plain(std::uint64_t letters) {
  const bool plain = letter(letters, 1) == '0' && is_in(Letters::display, letter(letters, 2)) &&
                     is_in(Letters::capacity, letter(letters, 3)) &&
                     is_in(Letters::yes_no, letter(letters, 4)) && letter(letters, 5) == 'N';
  if (plain)
    plain_letters_ = letters;
  return plain;
}

[[gnu::always_inline]] inline void EngineCore::publish_plain(const EventWords& words,
                                                             EventTail tail) {
  budget_ -= 1U + tail.extension_count;
  writer_->publish(words, tail);
}

/// The order's node and record are written; the session knows it as its youngest.
[[gnu::always_inline]] inline void EngineCore::rest_plain(std::uint32_t order, Session& session,
                                                          std::uint64_t salt) {
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  book_.add(order, record.price);
  ids_.insert(order_key(node), order, session.recent);
  record.salt = salt;
  state_sum_ += digest::order(salt, node.open, node.executed);
  open_exposure(order);
  record.list_place = lists_.push(session.orders, order);
}

bool EngineCore::enter_plain(const EnterBody& body) {
  const std::uint32_t number = body.session;
  if (number >= sessions_.size()) [[unlikely]]
    return false;
  Session& session = sessions_[number];
  std::uint32_t& last = last_number(number, 0);
  const std::uint16_t locate = find_again(body.symbol);
  const std::uint64_t letters = letters_of(body);
  const bool buy = is_buy(body.side);
  // Bits: all of it is nearly always true, so one branch asks for all.
  const unsigned may = bit(session.may_enter != 0) & bit(body.user_ref_num > last) &
                       bit(instruments_[locate].trading_state == 'T') & bit(takes_day_orders_) &
                       bit(is_in(Letters::side, body.side)) & bit(is_size(body.quantity)) &
                       bit(is_limit(body.price));
  if (may == 0 ||
      ((letters & ~side_letter) != plain_letters_ && !are_plain(letters & ~side_letter)) ||
      book_.meets(locate, buy, body.price.raw) || book_.in_use() >= capacity_.orders) [[unlikely]]
    return false;

  state_sum_ += session.number_step * (std::uint64_t{body.user_ref_num} - last);
  last = body.user_ref_num;
  if (limits_.any()) {
    limits_.count_enter(body, time_ns_);
    if (const std::uint16_t code = refuse_limits(body, session.firm, locate); code != 0) {
      reject(number, 0, body.user_ref_num, code);
      return true;
    }
  }
  const std::uint32_t order = book_.take();
  const std::uint64_t order_ref = shard_bits_ | ++order_count_;
  const std::uint32_t shares = body.quantity.raw;
  const std::uint32_t firm = std::bit_cast<std::uint32_t>(session.firm);
  const bool displayed = body.display != 'N';
  const bool attributed = body.display == 'A';
  publish_plain({time_ns_.raw, cause_sequence_, order_ref, attributed ? firm : 0,
                 pair(number, body.user_ref_num), pair(shares, body.price.raw),
                 pair(displayed ? shares : 0, locate)},
                {.kind = EventKind::accepted,
                 .market = displayed ? (attributed ? 'F' : 'A') : '\0',
                 .side = body.side,
                 .state = 'L'});

  book_.order(order) = {.open = shares,
                        .user_ref_num = body.user_ref_num,
                        .session = static_cast<std::uint16_t>(number),
                        .instrument = locate,
                        .side = body.side,
                        .displayed = displayed};
  OrderRecord& record = records_[order];
  record.order_ref = order_ref;
  record.extra = 0;
  record.price = body.price.raw;
  record.group = 0;
  record.capacity = body.capacity;
  record.cross_type = 'N';
  record.display = body.display;
  record.post_only = 0;
  record.cl_ord_id = body.cl_ord_id;
  record.firm = session.firm;
  record.has_tags = 0;
  const char* const text = body.cl_ord_id.text.data();
  rest_plain(order, session,
             digest::salt({.order_ref = order_ref,
                           .place = number | std::uint64_t{locate} << 16 |
                                    digest::byte(body.side) << 32 | std::uint64_t{displayed} << 40,
                           .terms = body.price.raw | digest::byte(body.capacity) << 48 |
                                    digest::byte('N') << 56,
                           .text_head = digest::byte(body.display) | digest::load(text) << 16,
                           .text_tail = digest::load(text + 6),
                           .owner = pair(body.user_ref_num, firm)}));
  return true;
}

/// Of channel 0, where a hint has found it or anew. A stale note leads to another order or to none.
[[gnu::always_inline]] inline EngineCore::Found EngineCore::find_plain(
    std::uint32_t session, std::uint32_t user_ref_num) const {
  const std::uint64_t id = order_key(session, 0, user_ref_num);
  std::uint32_t block = found_in_[user_ref_num % found_in_.size()];
  std::uint32_t order = ids_.at(id, block);
  if (order_key(book_.order(order)) != id) [[unlikely]] {
    block = ids_.block_of(id);
    order = ids_.at(id, block);
  }
  return {.order = order, .block = block};
}

/// Out of the book, by its id's block.
[[gnu::always_inline]] inline void EngineCore::leave_plain(std::uint32_t order,
                                                           std::uint32_t block) {
  const OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  Session& session = sessions_[node.session];
  state_sum_ -= digest::order(record.salt, node.open, node.executed);
  close_exposure(order);
  ids_.erase(order_key(node), session.recent, block);
  lists_.erase(session.orders, record.list_place);
  record.list_place = 0;
  book_.remove(order);
}

/// All of a plain order.
bool EngineCore::cancel_plain(const ReduceBody& body) {
  if (body.session >= sessions_.size()) [[unlikely]]
    return false;
  const auto [order, block] = find_plain(body.session, body.user_ref_num);
  const OrderNode& node = book_.order(order);
  if (order == 0 || node.special != 0 || body.quantity.raw > node.executed) [[unlikely]]
    return false;
  publish_plain(
      {time_ns_.raw, cause_sequence_, records_[order].order_ref, 0,
       pair(body.session, body.user_ref_num), node.open, pair(0, node.instrument)},
      {.kind = EventKind::canceled, .market = node.displayed != 0 ? 'D' : '\0', .code = 'U'});
  leave_plain(order, block);
  book_.give_back(order);
  return true;
}

bool EngineCore::replace_plain(const ReplaceBody& body) {
  const std::uint32_t number = body.session;
  if (number >= sessions_.size()) [[unlikely]]
    return false;
  const auto [order, block] = find_plain(number, body.orig_user_ref_num);
  if (order == 0) [[unlikely]]
    return false;
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  Session& session = sessions_[number];
  std::uint32_t& last = last_number(number, 0);
  const std::uint16_t locate = node.instrument;
  const unsigned may =
      bit(session.may_enter != 0) & bit(body.user_ref_num > last) & bit(node.special == 0) &
      bit(record.post_only == 0) & bit(record.has_tags == 0) & bit(record.firm == session.firm) &
      bit(instruments_[locate].trading_state == 'T') & bit(takes_day_orders_) &
      bit(!limits_.any()) & bit(is_size(body.quantity)) & bit(body.quantity.raw > node.executed) &
      bit(is_limit(body.price)) & bit(body.time_in_force == '0') &
      bit(body.display == record.display) & bit(is_in(Letters::yes_no, body.iso));
  if (may == 0 || book_.meets(locate, is_buy(node.side), body.price.raw)) [[unlikely]]
    return false;

  state_sum_ += session.number_step * (std::uint64_t{body.user_ref_num} - last);
  last = body.user_ref_num;
  const std::uint64_t old_ref = record.order_ref;
  const std::uint64_t order_ref = shard_bits_ | ++order_count_;
  const std::uint32_t shares = body.quantity.raw - node.executed;
  const bool displayed = node.displayed != 0;
  leave_plain(order, block);
  node.open = shares;
  node.user_ref_num = body.user_ref_num;
  record.order_ref = order_ref;
  record.price = body.price.raw;
  record.cl_ord_id = body.cl_ord_id;

  EventExtension& extension = as_extension(writer_->at(1));
  std::memset(static_cast<void*>(&extension), 0, offsetof(EventExtension, tail));
  extension.symbol = instruments_[locate].symbol;
  extension.capacity = record.capacity;
  extension.cross_type = record.cross_type;
  publish_plain({time_ns_.raw, cause_sequence_, order_ref, displayed ? old_ref : 0,
                 pair(number, body.user_ref_num), pair(shares, body.price.raw),
                 pair(displayed ? shares : 0, locate)},
                {.kind = EventKind::replaced,
                 .extension_count = 1,
                 .market = displayed ? 'U' : '\0',
                 .side = node.side,
                 .state = 'L'});
  const char* const text = body.cl_ord_id.text.data();
  rest_plain(
      order, session,
      digest::salt({.order_ref = order_ref,
                    .place = number | std::uint64_t{locate} << 16 | digest::byte(node.side) << 32 |
                             std::uint64_t{displayed} << 40,
                    .terms = pair(body.price.raw, record.group) |
                             digest::byte(record.capacity) << 48 |
                             digest::byte(record.cross_type) << 56,
                    .text_head = digest::byte(record.display) | digest::load(text) << 16,
                    .text_tail = digest::load(text + 6),
                    .owner = pair(body.user_ref_num, std::bit_cast<std::uint32_t>(record.firm))}));
  return true;
}

/// An order that comes in with a plain one that rests.
void EngineCore::fill_plain(std::uint32_t order, std::uint32_t resting) {
  OrderNode& maker = book_.order(resting);
  OrderNode& taker = book_.order(order);
  const OrderRecord& made = records_[resting];
  const OrderRecord& taken = records_[order];
  const std::uint32_t shares = std::min(maker.open, taker.open);
  const std::uint64_t number = shard_bits_ | ++trade_count_;
  const std::uint64_t terms = pair(shares, made.price);
  const bool displayed = maker.displayed != 0;
  publish_plain({time_ns_.raw, cause_sequence_, made.order_ref, number,
                 pair(maker.session, maker.user_ref_num), terms, pair(shares, maker.instrument)},
                {.kind = EventKind::executed,
                 .market = displayed ? 'E' : 'P',
                 .side = maker.side,
                 .code = displayed ? 'A' : 'J',
                 .user_ref_idx = maker.user_ref_idx});
  publish_plain({time_ns_.raw, cause_sequence_, taken.order_ref, number,
                 pair(taker.session, taker.user_ref_num), terms, pair(0, taker.instrument)},
                {.kind = EventKind::executed,
                 .side = taker.side,
                 .code = 'R',
                 .user_ref_idx = taker.user_ref_idx});
  note_trade(number, resting, order);
  ++counters_.trades;
  counters_.volume += shares;
  limits_.trade_at(taker.instrument, made.price);
  if (limits_.counts_exposure())
    count_traded(resting, order, made.price, shares);
  taker.open -= shares;
  taker.executed += shares;
  if (maker.open == shares) {
    leave_plain(resting, ids_.block_of(order_key(maker)));
    return book_.give_back(resting);
  }
  maker.executed += shares;
  close_exposure(resting);
  book_.reduce(resting, shares);
  open_exposure(resting);
  state_sum_ -= digest::traded(made.salt, shares);
}

}  // namespace wirebook::match
