// What the node's OUCH stream says, as the state of the orders.
#include <algorithm>

#include <fmt/format.h>

#include "wirebook/wire/ouch50_out.hpp"

#include "node/fix/fix_reasons.hpp"
#include "node/fix/fix_tags.hpp"
#include "node/fix/fix_translator.hpp"
#include "node/fix/fix_values.hpp"

namespace wirebook::fix {

namespace {

namespace out = wire::ouch_out;

template <class Wire>
const Wire& as(std::span<const std::byte> bytes) {
  return wire::view<Wire>(bytes.data());
}

/// Midnight-based time of the message as time since 1970: the one nearest to now.
std::int64_t time_of(std::uint64_t timestamp, const Now& now) {
  if (timestamp >= static_cast<std::uint64_t>(ns_a_day))
    return now.ns;
  const std::int64_t time = day_start(now) + static_cast<std::int64_t>(timestamp);
  return time > now.ns + ns_a_day / 2 ? time - ns_a_day : time;
}

}  // namespace

void Translator::on_ouch(std::uint64_t sequence, std::span<const std::byte> message, const Now& now,
                         Tell tell, Actions& actions) {
  const auto decoded = wire_out::decode_ouch(wire::ouch::outbound_messages, message);
  if (!decoded) {
    ++ignored_;
    return;
  }
  Heard heard{.sequence = sequence,
              .bytes = message,
              .tags = read_ouch_tags(*decoded),
              .time_ns = time_of(as<out::SystemEvent>(message).timestamp, now),
              .tell = tell,
              .actions = &actions};
  const char type = decoded->info().type;
  if (type == out::AccountQueryResponse::type_code)
    return account_query_answered(heard, now);
  if (heard.tags.channel != 0) {  // another numbering: not ours
    ++ignored_;
    return;
  }
  switch (type) {
    case out::OrderAccepted::type_code:
      return accepted(heard);
    case out::OrderReplaced::type_code:
      return replaced(heard);
    case out::OrderCanceled::type_code:
      return canceled(heard);
    case out::AiqCanceled::type_code:
      return aiq_canceled(heard);
    case out::OrderExecuted::type_code:
      return executed(heard);
    case out::BrokenTrade::type_code:
      return busted(heard);
    case out::Rejected::type_code:
      return rejected(heard);
    case out::OrderModified::type_code:
      return modified(heard);
    case out::OrderRestated::type_code:
      return restated(heard);
    case out::OrderPriorityUpdate::type_code:
      return priority_updated(heard);
    case out::MassCancelResponse::type_code:
      return mass_canceled(heard);
    default:  // system events, and answers to what FIX cannot ask
      return;
  }
}

void Translator::accepted(Heard& heard) {
  const auto& message = as<out::OrderAccepted>(heard.bytes);
  Order* order = orders_.by_user_ref_num(message.user_ref_num);
  const bool given_up = order && order->state == OrderState::rejected && order->order_ref == 0;
  if (order && order->state != OrderState::pending_new && !given_up) {
    ++ignored_;
    return;
  }
  if (given_up)  // its client has heard that it never was: tell what is, and end it
    heard.actions->ouch.push_back(cancel_message(message.user_ref_num));
  if (!order)
    order = &orders_.add(message.cl_ord_id, message.user_ref_num);
  take_terms(*order, message, heard.tags, heard.time_ns);
  order->peg_offset = heard.tags.peg_offset;
  order->order_ref = message.order_ref;
  order->quantity = order->open = message.quantity;
  order->state = OrderState::live;
  tell(heard, execution_report(*order, occasion(heard, '0')));
  if (message.order_state == 'D')
    remove(heard, *order, order->open, 'G');
}

void Translator::replaced(Heard& heard) {
  const auto& message = as<out::OrderReplaced>(heard.bytes);
  Order* const order = order_of(message.orig_user_ref_num);
  const std::uint32_t exposed = message.quantity;
  if (!order)
    return;
  if (order->pending_user_ref_num == message.user_ref_num)
    order->peg_offset = order->pending_peg_offset;
  orders_.drop_pending(*order);
  orders_.renumber(*order, message.user_ref_num);
  Occasion why = occasion(heard, '5');
  why.orig_name = order->name.view();
  order->name = message.cl_ord_id;
  orders_.add_name(order->name, *order);
  take_terms(*order, message, heard.tags, heard.time_ns);
  order->quantity = order->executed + order->busted + exposed;
  order->open = exposed;
  tell(heard, execution_report(*order, why));
  if (message.order_state == 'D')
    remove(heard, *order, order->open, 'G');
}

void Translator::canceled(Heard& heard) {
  const auto& message = as<out::OrderCanceled>(heard.bytes);
  if (Order* const order = order_of(message.user_ref_num))
    remove(heard, *order, message.quantity, message.reason);
}

void Translator::aiq_canceled(Heard& heard) {
  const auto& message = as<out::AiqCanceled>(heard.bytes);
  if (Order* const order = order_of(message.user_ref_num))
    remove(heard, *order, message.decrement_shares, 'Q');
}

void Translator::remove(Heard& heard, Order& order, std::uint32_t shares, char reason) {
  shares = std::min(shares, order.open);
  order.open -= shares;
  if (order.open != 0) {
    order.quantity -= shares;
    if (reason == 'Q')
      order.decremented += shares;
    Occasion why = occasion(heard, 'D');
    why.text = cancel_words(reason);
    Message report = execution_report(order, why);
    report.add(tag::exec_restatement_reason, '5');
    return tell(heard, std::move(report));
  }
  order.state = is_expiry(reason) ? OrderState::expired : OrderState::canceled;
  Occasion why = occasion(heard, is_expiry(reason) ? 'C' : '4');
  if (reason == 'U' && order.pending == Pending::cancel) {
    why.name = order.pending_name.view();
    why.orig_name = order.name.view();
    orders_.drop_pending(order);
  } else {
    why.text = cancel_words(reason);
  }
  tell(heard, execution_report(order, why));
  if (reason == 'U')
    refuse_pending(order, cxl_rej::other, "the replace could not be: the order was canceled",
                   heard.time_ns, *heard.actions);
  refuse_pending(order, cxl_rej::too_late, "the order has ended", heard.time_ns, *heard.actions);
}

void Translator::executed(Heard& heard) {
  const auto& message = as<out::OrderExecuted>(heard.bytes);
  Order* const order = order_of(message.user_ref_num);
  if (!order)
    return;
  const std::uint32_t shares = message.quantity;
  const std::uint64_t price = message.price;
  if (shares > order->open || price > price_limit_max.raw) {
    ++ignored_;
    return;
  }
  order->open -= shares;
  order->executed += shares;
  order->notional += shares * price;
  if (order->open == 0)
    order->state = OrderState::done;
  const Price at{static_cast<std::uint32_t>(price)};
  orders_.add_trade(message.match_number, message.user_ref_num,
                    {order->index, shares, at, heard.sequence});
  tell(heard, fill_report(*order, occasion(heard, 'F'),
                          {shares, at, message.liquidity_flag, message.match_number}));
  if (order->ended())
    refuse_pending(*order, cxl_rej::too_late, "the order has ended", heard.time_ns, *heard.actions);
}

void Translator::busted(Heard& heard) {
  const auto& message = as<out::BrokenTrade>(heard.bytes);
  const Trade* const trade = orders_.trade(message.match_number, message.user_ref_num);
  if (!trade) {
    ++ignored_;
    return;
  }
  const Trade its = *trade;
  orders_.forget_trade(message.match_number, message.user_ref_num);
  Order& order = orders_.at(its.order);
  order.executed -= its.quantity;
  order.busted += its.quantity;
  order.notional -= std::uint64_t{its.quantity} * its.price.raw;
  Occasion why = occasion(heard, 'H');
  why.text = "the trade is busted; its shares do not come back";
  Message report = fill_report(order, why, {its.quantity, its.price, '\0', message.match_number});
  report.add(tag::exec_ref_id, fmt::format("{}-{}", session_, its.sequence));
  tell(heard, std::move(report));
}

void Translator::rejected(Heard& heard) {
  const auto& message = as<out::Rejected>(heard.bytes);
  const RejectWords words = reject_words(message.reason);
  if (Order* const order = orders_.by_pending_replace(message.user_ref_num)) {
    return refuse_pending(*order, cxl_rej::exchange_option, words.text.c_str(), heard.time_ns,
                          *heard.actions);
  }
  Order* order = orders_.by_user_ref_num(message.user_ref_num);
  if (order && order->state != OrderState::pending_new) {
    ++ignored_;
    return;
  }
  if (!order) {  // asked for by somebody who is not here any more
    order = &orders_.add(message.cl_ord_id, message.user_ref_num);
    order->side = '\0';
    order->symbol = Symbol::from("[N/A]");
  }
  order->state = OrderState::rejected;
  order->open = 0;
  Occasion why = occasion(heard, '8');
  why.text = words.text;
  tell(heard, order_rejection(*order, why, words.reason));
  refuse_pending(*order, cxl_rej::unknown_order, "the order was rejected", heard.time_ns,
                 *heard.actions);
}

void Translator::modified(Heard& heard) {
  const auto& message = as<out::OrderModified>(heard.bytes);
  Order* const order = order_of(message.user_ref_num);
  const std::uint32_t outstanding = message.quantity;
  if (!order)
    return;
  if (outstanding > order->open) {
    ++ignored_;
    return;
  }
  order->quantity -= order->open - outstanding;
  order->open = outstanding;
  order->side = message.side;
  Message report = execution_report(*order, occasion(heard, 'D'));
  report.add(tag::exec_restatement_reason, '5');
  tell(heard, std::move(report));
}

void Translator::restated(Heard& heard) {
  const auto& message = as<out::OrderRestated>(heard.bytes);
  const Order* const order = order_of(message.user_ref_num);
  if (!order)
    return;
  Occasion why = occasion(heard, 'D');
  const bool refreshed = message.reason == 'R';
  why.text = refreshed ? "the next part of the order is displayed" : "the displayed price changed";
  Message report = execution_report(*order, why);
  report.add(tag::exec_restatement_reason, refreshed ? '8' : '3');
  tell(heard, std::move(report));
}

void Translator::priority_updated(Heard& heard) {
  const auto& message = as<out::OrderPriorityUpdate>(heard.bytes);
  const Order* const order = order_of(message.user_ref_num);
  if (!order)
    return;
  Occasion why = occasion(heard, 'D');
  why.text = "the order was priced anew and has a new priority";
  Message report = execution_report(*order, why);
  report.add(tag::exec_restatement_reason, '3');
  tell(heard, std::move(report));
}

void Translator::mass_canceled(Heard& heard) {
  const auto& message = as<out::MassCancelResponse>(heard.bytes);
  MassCancel request{"", message.symbol.view().empty() ? '7' : '1'};
  if (const auto asked = mass_cancels_.find(message.user_ref_num); asked != mass_cancels_.end()) {
    request = asked->second;
    mass_cancels_.erase(asked);
  }
  tell(heard, mass_cancel_report(request, message.user_ref_num, true, heard.time_ns));
}

}  // namespace wirebook::fix
