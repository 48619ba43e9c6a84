#include "node/background/background_orders.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "wirebook/limits.hpp"
#include "wirebook/wire/itch50.hpp"

namespace wirebook::node {

namespace {

using enum BackgroundCount;

/// Orders of the recording end with their day, whatever phases this node's day has.
constexpr char to_the_end_of_the_day = '5';
constexpr char immediate_or_cancel = '3';
constexpr std::uint8_t firm_tag = 2;

bool is_side(char side) { return side == 'B' || side == 'S'; }
bool is_size(std::uint32_t shares) { return shares != 0 && shares <= quantity_max; }

/// The appendage that gives an order another firm than its session's.
void append_firm(const Firm& firm, BackgroundGroup& out) {
  auto& bytes = out.slots[1].extension.appendage;
  bytes[0] = std::byte{1 + sizeof firm.text};
  bytes[1] = std::byte{firm_tag};
  std::memcpy(&bytes[2], firm.text.data(), sizeof firm.text);
  out.slots[1].tail.kind = SlotKind::extension;
  out.slots[0].enter.appendage_bytes = 2 + sizeof firm.text;
  out.slots[0].tail.extension_count = 1;
  out.count = 2;
}

}  // namespace

BackgroundGroup BackgroundOrders::on_message(const Slot& message) {
  count(messages);
  BackgroundGroup out;
  switch (static_cast<char>(static_cast<std::uint8_t>(message.tail.kind) -
                            static_cast<std::uint8_t>(SlotKind::feed))) {
    case 'A':
    case 'F':
      add(message.feed_add, out);
      break;
    case 'X':
      reduce(message.feed_change, false, out);
      break;
    case 'D':
      reduce(message.feed_change, true, out);
      break;
    case 'U':
      replace(message.feed_change, out);
      break;
    case 'E':
    case 'C':
      execute(message.feed_execute, out);
      break;
    case 'H':
      set_state(message.feed_verbatim, out);
      break;
    default:
      count(skipped);
      break;
  }
  count(slot_bytes, out.count * wirebook::slot_bytes);
  return out;
}

Slot& BackgroundOrders::send(SlotKind kind, BackgroundGroup& out) {
  out.count = 1;
  out.slots[0].tail.kind = kind;
  return out.slots[0];
}

EnterBody BackgroundOrders::enter(const Order& order, std::uint32_t number) const {
  return {.session = session_,
          .symbol = order.symbol,
          .user_ref_num = number,
          .quantity = {order.open()},
          .price = order.price,
          .cl_ord_id = ClOrdId::from(""),
          .side = order.side,
          .time_in_force = to_the_end_of_the_day,
          .display = 'Y',
          .capacity = 'O',
          .iso = 'N',
          .cross_type = 'N'};
}

void BackgroundOrders::add(const FeedAddBody& body, BackgroundGroup& out) {
  if (orders_.contains(body.order_ref))
    return count(duplicate_reference);
  const std::uint32_t shares = body.quantity.raw;
  Order order{.number = next_number_,
              .total = shares,
              .left = shares,
              .price = body.price,
              .symbol = body.symbol,
              .side = body.side};
  // A price that is a market code would make another order of it.
  order.lives = is_size(shares) && is_limit(body.price) && is_side(body.side);
  if (order.lives) {
    ++next_number_;
    send(SlotKind::enter, out).enter = enter(order, order.number);
    if (body.attribution != Firm{}) {
      out.slots[0].enter.display = 'A';
      append_firm(body.attribution, out);
    }
    by_number_.emplace(order.number, body.order_ref);
    count(adds);
  } else {
    order.number = 0;
    count(unsendable);
  }
  if (shares != 0)
    orders_.emplace(body.order_ref, order);
}

void BackgroundOrders::reduce(const FeedChangeBody& body, bool all, BackgroundGroup& out) {
  const auto found = find(body.order_ref);
  if (found == orders_.end())
    return;
  Order& order = found->second;
  order.total -= all ? order.open() : std::min(body.quantity.raw, order.open());
  const bool over = order.open() == 0;
  if (order.lives) {
    count(cancels);
    send(SlotKind::cancel, out).reduce = {
        .session = session_, .user_ref_num = order.number, .quantity = {over ? 0 : order.total}};
  }
  if (over)
    erase(found);
}

void BackgroundOrders::replace(const FeedChangeBody& body, BackgroundGroup& out) {
  const auto found = find(body.order_ref);
  if (found == orders_.end())
    return;
  Order order = found->second;
  order.total = order.executed + body.quantity.raw;
  order.price = body.price;
  const bool is_free =
      body.new_order_ref == body.order_ref || !orders_.contains(body.new_order_ref);
  const bool can_be = is_size(body.quantity.raw) && is_limit(body.price) && is_free;
  if (order.lives && can_be) {
    count(replaces);
    send(SlotKind::replace, out).replace = {.session = session_,
                                            .orig_user_ref_num = order.number,
                                            .user_ref_num = next_number_,
                                            .quantity = {order.total},
                                            .price = order.price,
                                            .cl_ord_id = ClOrdId::from(""),
                                            .time_in_force = to_the_end_of_the_day,
                                            .display = 'Y',
                                            .iso = 'N'};
    if (order.previous != 0)
      by_number_.erase(order.previous);
    order.previous = order.number;
    order.number = next_number_++;
    orders_.erase(found);
    by_number_[order.previous] = body.new_order_ref;
    by_number_[order.number] = body.new_order_ref;
    orders_.emplace(body.new_order_ref, order);
    return;
  }
  if (order.lives)  // it cannot become what it was there, and so it ends
    cancel_all(order.number, out);
  if (!can_be)
    count(is_free ? unsendable : duplicate_reference);
  erase(found);
  order.lives = false;
  order.number = order.previous = 0;
  if (is_free && order.open() != 0)
    orders_.emplace(body.new_order_ref, order);
}

void BackgroundOrders::execute(const FeedExecuteBody& body, BackgroundGroup& out) {
  const auto found = find(body.order_ref);
  if (found == orders_.end())
    return;
  Order& order = found->second;
  const std::uint32_t shares = body.quantity.raw;
  const bool over = shares >= order.open();
  if (order.lives && !is_size(shares)) {
    count(unsendable);
    if (over)
      cancel_all(order.number, out);
  } else if (order.lives) {
    count(executions);
    const std::uint32_t number = next_number_++;
    EnterBody contra = enter(order, number);
    contra.quantity = body.quantity;
    contra.side = order.side == 'B' ? 'S' : 'B';
    contra.time_in_force = immediate_or_cancel;
    send(SlotKind::enter, out).enter = contra;
    executions_.emplace(number, Execution{.resting = order.number, .left = shares});
    if (over)
      executed_.emplace(order.number,
                        Executed{.previous = order.previous, .left = order.left, .by = number});
  }
  order.executed += std::min(shares, order.open());
  if (over)
    erase(found);
}

void BackgroundOrders::cancel_all(std::uint32_t number, BackgroundGroup& out) {
  send(SlotKind::cancel, out).reduce = {.session = session_, .user_ref_num = number};
}

void BackgroundOrders::set_state(const FeedVerbatimBody& body, BackgroundGroup& out) {
  using Action = wire::itch::TradingAction;
  constexpr std::size_t begin = offsetof(Action, stock);
  InstrumentBody state{};
  const auto read = [&body](std::size_t offset, auto& field) {
    std::memcpy(&field, &body.bytes[offset - begin], sizeof field);
  };
  read(offsetof(Action, stock), state.symbol);
  read(offsetof(Action, trading_state), state.trading_state);
  read(offsetof(Action, reason), state.reason);
  if (std::string_view("THPQ").find(state.trading_state) == std::string_view::npos)
    return count(unsendable);
  count(trading_states);
  send(SlotKind::trading_state, out).instrument = state;
}

/// The order, whatever has become of it here; counts what is amiss.
BackgroundOrders::Orders::iterator BackgroundOrders::find(std::uint64_t reference) {
  const auto found = orders_.find(reference);
  if (found == orders_.end())
    count(unknown_reference);
  else if (!found->second.lives)
    count(gone);
  return found;
}

void BackgroundOrders::erase(Orders::iterator order) {
  by_number_.erase(order->second.number);
  by_number_.erase(order->second.previous);
  orders_.erase(order);
}

}  // namespace wirebook::node
