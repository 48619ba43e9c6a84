// What nearly all slots are, in one go: an order without an appendage that rests and does not
// trade, its cancel, its replace.
//
// Each looks first whether the slot is such a one, and changes nothing if it is not: the rules are
// those of engine_enter.cpp, rules/engine_checks.cpp and engine_change.cpp, and what is refused is
// refused there. What is told is put together in registers and leaves in two stores.
#include "match/engine_plain.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

#include "match/rules/letters.hpp"

namespace wirebook::match {

namespace {

constexpr std::uint64_t side_letter = 0xFF;

/// The six letters of an Enter, which are its last bytes, the side lowest.
std::uint64_t letters_of(const EnterBody& body) {
  return digest::load(reinterpret_cast<const std::byte*>(&body) + sizeof body - 8) >> 16;
}
static_assert(offsetof(EnterBody, side) + 6 == sizeof(EnterBody));
static_assert(offsetof(EnterBody, cross_type) + 1 == sizeof(EnterBody));

char letter(std::uint64_t letters, unsigned place) {
  return static_cast<char>(letters >> 8 * place);
}

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

/// What an Enter must be to be plain. As bits, because nearly always all of it is so: one branch
/// asks for most.
[[gnu::always_inline]] inline bool EngineCore::may_enter_plain(const EnterBody& body,
                                                               const Session& session,
                                                               std::uint16_t locate) {
  const unsigned may = bit(session.may_enter != 0) &
                       bit(body.user_ref_num > last_number(body.session, 0)) &
                       bit(instruments_[locate].trading_state == 'T') & bit(takes_day_orders_) &
                       bit(is_in(Letters::side, body.side)) & bit(is_size(body.quantity)) &
                       bit(is_limit(body.price));
  const std::uint64_t letters = letters_of(body) & ~side_letter;
  if (may == 0 || (letters != plain_letters_ && !are_plain(letters)) ||
      book_.meets(locate, is_buy(body.side), body.price.raw) || book_.in_use() >= capacity_.orders)
      [[unlikely]]
    return false;
  return true;
}

/// The order is told of, and rests.
[[gnu::always_inline]] inline void EngineCore::accept_plain(const EnterBody& body, Session& session,
                                                            std::uint16_t locate) {
  const std::uint32_t order = book_.take();
  const std::uint64_t order_ref = shard_bits_ | ++order_count_;
  const std::uint32_t shares = body.quantity.raw;
  const bool displayed = body.display != 'N';
  const bool attributed = body.display == 'A';
  publish_plain({time_ns_.raw, cause_sequence_, order_ref,
                 attributed ? std::bit_cast<std::uint32_t>(session.firm) : 0,
                 pair(body.session, body.user_ref_num), pair(shares, body.price.raw),
                 pair(displayed ? shares : 0, locate)},
                {.kind = EventKind::accepted,
                 .market = displayed ? (attributed ? 'F' : 'A') : '\0',
                 .side = body.side,
                 .state = 'L'});

  OrderNode& node = book_.order(order);
  node = {.open = shares,
          .user_ref_num = body.user_ref_num,
          .session = static_cast<std::uint16_t>(body.session),
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
  rest_plain(order, session, plain_salt(node, record));
}

bool EngineCore::enter_plain(const EnterBody& body) {
  if (body.session >= sessions_.size()) [[unlikely]]
    return false;
  Session& session = sessions_[body.session];
  const std::uint16_t locate = find_again(body.symbol);
  if (!may_enter_plain(body, session, locate)) [[unlikely]]
    return false;
  use_plain_number(body.session, session, body.user_ref_num);
  if (limits_.any()) {
    limits_.count_enter(body, time_ns_);
    if (const std::uint16_t code = refuse_limits(body, session.firm, locate); code != 0) {
      reject(body.session, 0, body.user_ref_num, code);
      return true;
    }
  }
  accept_plain(body, session, locate);
  return true;
}

/// A cancel of the whole order.
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

/// The same of a Replace, which keeps its order's display.
[[gnu::always_inline]] inline bool EngineCore::may_replace_plain(const ReplaceBody& body,
                                                                 const Session& session,
                                                                 std::uint32_t order) {
  const OrderNode& node = book_.order(order);
  const OrderRecord& record = records_[order];
  const unsigned may =
      bit(session.may_enter != 0) & bit(body.user_ref_num > last_number(body.session, 0)) &
      bit(node.special == 0) & bit(record.post_only == 0) & bit(record.has_tags == 0) &
      bit(record.firm == session.firm) & bit(instruments_[node.instrument].trading_state == 'T') &
      bit(takes_day_orders_) & bit(!limits_.any()) & bit(is_size(body.quantity)) &
      bit(body.quantity.raw > node.executed) & bit(is_limit(body.price)) &
      bit(body.time_in_force == '0') & bit(body.display == record.display) &
      bit(is_in(Letters::yes_no, body.iso));
  return may != 0 && !book_.meets(node.instrument, is_buy(node.side), body.price.raw);
}

[[gnu::always_inline]] inline void EngineCore::report_replaced_plain(const OrderNode& node,
                                                                     const OrderRecord& record,
                                                                     std::uint64_t old_ref) {
  const bool displayed = node.displayed != 0;
  EventExtension& extension = as_extension(writer_->at(1));
  std::memset(static_cast<void*>(&extension), 0, offsetof(EventExtension, tail));
  extension.symbol = instruments_[node.instrument].symbol;
  extension.capacity = record.capacity;
  extension.cross_type = record.cross_type;
  publish_plain({time_ns_.raw, cause_sequence_, record.order_ref, displayed ? old_ref : 0,
                 pair(node.session, node.user_ref_num), pair(node.open, record.price),
                 pair(displayed ? node.open : 0, node.instrument)},
                {.kind = EventKind::replaced,
                 .extension_count = 1,
                 .market = displayed ? 'U' : '\0',
                 .side = node.side,
                 .state = 'L'});
}

bool EngineCore::replace_plain(const ReplaceBody& body) {
  if (body.session >= sessions_.size()) [[unlikely]]
    return false;
  const auto [order, block] = find_plain(body.session, body.orig_user_ref_num);
  Session& session = sessions_[body.session];
  if (order == 0 || !may_replace_plain(body, session, order)) [[unlikely]]
    return false;
  use_plain_number(body.session, session, body.user_ref_num);
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  const std::uint64_t old_ref = record.order_ref;
  leave_plain(order, block);
  node.open = body.quantity.raw - node.executed;
  node.user_ref_num = body.user_ref_num;
  record.order_ref = shard_bits_ | ++order_count_;
  record.price = body.price.raw;
  record.cl_ord_id = body.cl_ord_id;
  report_replaced_plain(node, record, old_ref);
  rest_plain(order, session, plain_salt(node, record));
  return true;
}

/// A trade of an order that comes in with a plain one that rests: as `fill` in engine_match.cpp.
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
