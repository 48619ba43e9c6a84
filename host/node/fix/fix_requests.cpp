// What FIX asks for, as OUCH; or why not.
#include <fmt/format.h>

#include "wirebook/limits.hpp"
#include "wirebook/wire/ouch50_in.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

#include "node/fix/fix_reasons.hpp"
#include "node/fix/fix_tags.hpp"
#include "node/fix/fix_translator.hpp"
#include "node/fix/fix_values.hpp"

namespace wirebook::fix {

namespace {

using Bytes = std::vector<std::byte>;

std::string text_of(const Message& message, int tag) {
  const std::string* const text = message.find(tag);
  return text ? *text : std::string();
}

template <class Wire>
Bytes bytes_of(const Wire& message) {
  const auto* const begin = reinterpret_cast<const std::byte*>(&message);
  return {begin, begin + sizeof message};
}

void take_terms(Order& order, const Terms& terms) {
  order.side = terms.side;
  order.time_in_force = terms.time_in_force;
  order.display = terms.display;
  order.capacity = terms.capacity;
  order.price_type = terms.price_type;
  order.post_only = terms.post_only;
  order.special = terms.special();
  order.fill_or_kill = terms.fill_or_kill;
  order.symbol = terms.symbol;
  order.price = terms.price;
  order.quantity = order.open = terms.quantity;
  order.min_qty = terms.min_qty;
  order.max_floor = terms.max_floor;
  order.peg_offset = terms.peg_offset;
}

Bytes mass_cancel_message(std::uint32_t user_ref_num, const std::string& symbol, char side) {
  wire::ouch_in::MassCancel message;
  message.user_ref_num = user_ref_num;
  message.firm = Firm::from("");
  message.symbol = Symbol::from(symbol);
  message.appendage_length = static_cast<std::uint16_t>(side == '\0' ? 0 : 3);
  Bytes bytes = bytes_of(message);
  if (side != '\0') {
    bytes.push_back(std::byte{2});
    bytes.push_back(static_cast<std::byte>(wire::ouch::Tag::side));
    bytes.push_back(static_cast<std::byte>(side));
  }
  return bytes;
}

/// Why this replace of this order cannot be, or nothing.
std::string why_not(const Order& order, const Message& message, const Terms& terms) {
  if (terms.symbol != order.symbol)
    return "Symbol (55) is not that of the order";
  if (terms.side != order.side && (terms.side == 'B' || order.side == 'B'))
    return "Side (54) may change among 2, 5 and 6 only";
  if (message.find(tag::order_capacity) && terms.capacity != order.capacity)
    return "OrderCapacity (528) may not change";
  if (terms.quantity <= order.executed + order.busted)
    return "OrderQty (38) must be more than what is executed: cancel the order instead";
  if (terms.quantity + order.decremented > quantity_max)
    return "OrderQty (38) and what self-match prevention took are too much together";
  return {};
}

}  // namespace

void Translator::on_fix(const Message& message, const Now& now, Actions& actions) {
  using Handler = void (Translator::*)(const Message&, const Now&, Actions&);
  const Handler handler = message.type == "D"   ? &Translator::new_order
                          : message.type == "F" ? &Translator::cancel
                          : message.type == "G" ? &Translator::replace
                          : message.type == "H" ? &Translator::status
                          : message.type == "q" ? &Translator::mass_cancel
                                                : nullptr;
  const auto refuse = [&](int reason, const char* text) {
    actions.fix.push_back(business_rejection(message, reason, text));
  };
  if (!handler)
    refuse(business_rej::unsupported_type, "not taken here: D F G H q are");
  else if (text_of(message, tag::cl_ord_id).empty())
    refuse(business_rej::field_missing, "ClOrdID (11) is missing");
  else if (!ready_)
    refuse(business_rej::not_available, "order entry is not available");
  else
    (this->*handler)(message, now, actions);
}

Occasion Translator::own_occasion(char exec_type, const Now& now) {
  Occasion occasion;
  occasion.version = version_;
  occasion.exec_id = fmt::format("R{}-{}", now.ns, ++own_reports_);
  occasion.exec_type = exec_type;
  occasion.time_ns = now.ns;
  return occasion;
}

void Translator::new_order(const Message& message, const Now& now, Actions& actions) {
  const std::string text = text_of(message, tag::cl_ord_id);
  const auto refuse = [&](Refusal refusal) {
    Occasion occasion = own_occasion('8', now);
    occasion.text = std::move(refusal.text);
    actions.fix.push_back(new_order_rejection(message, occasion, refusal.reason));
  };
  if (auto refusal = check_cl_ord_id(text))
    return refuse(*std::move(refusal));
  const ClOrdId name = ClOrdId::from(text);
  if (const Order* const order = orders_.by_name(name)) {
    if (!message.poss_resend)
      return refuse({ord_rej::duplicate, "ClOrdID (11) was used before today"});
    actions.fix.push_back(execution_report(*order, own_occasion('I', now)));
    return;
  }
  Terms terms;
  if (auto refusal = read_terms(message, now, terms))
    return refuse(*std::move(refusal));
  if (!orders_.has_room() || next_user_ref_num_ == 0)
    return refuse({ord_rej::exceeds_limit, "no more orders are taken today"});
  Order& order = orders_.add(name, next_user_ref_num_++);
  take_terms(order, terms);
  actions.ouch.push_back(enter_message(terms, order.user_ref_num, name));
}

Order* Translator::find_target(const Message& message, char response_to, const Now& now,
                               Actions& actions) {
  const std::string name = text_of(message, tag::cl_ord_id);
  const std::string orig = text_of(message, tag::orig_cl_ord_id);
  Order* order = check_cl_ord_id(orig) ? nullptr : orders_.by_name(ClOrdId::from(orig));
  const auto refuse = [&](int reason, std::string text) -> Order* {
    actions.fix.push_back(cancel_rejection(
        order, {name, orig.empty() ? "NONE" : orig, response_to, reason, std::move(text)}, now.ns));
    return nullptr;
  };
  if (auto refusal = check_cl_ord_id(name))
    return refuse(cxl_rej::other, std::move(refusal->text));
  if (orders_.by_name(ClOrdId::from(name)))
    return refuse(cxl_rej::duplicate, "ClOrdID (11) was used before today");
  if (!order || order->state == OrderState::rejected)
    return refuse(cxl_rej::unknown_order, "OrigClOrdID (41) is no order's");
  if (order->ended())
    return refuse(cxl_rej::too_late, "the order has ended");
  if (order->pending != Pending::none)
    return refuse(cxl_rej::pending, "an earlier cancel or replace of the order has no answer yet");
  if (order->name != ClOrdId::from(orig))
    return refuse(cxl_rej::unknown_order, "OrigClOrdID (41) was replaced by a later ClOrdID");
  return order;
}

void Translator::cancel(const Message& message, const Now& now, Actions& actions) {
  Order* const order = find_target(message, '1', now, actions);
  if (!order)
    return;
  if (const std::string symbol = text_of(message, tag::symbol); symbol != order->symbol.view()) {
    actions.fix.push_back(
        cancel_rejection(order,
                         {text_of(message, tag::cl_ord_id), std::string(order->name.view()), '1',
                          cxl_rej::other, "Symbol (55) is not that of the order"},
                         now.ns));
    return;
  }
  order->pending = Pending::cancel;
  order->pending_name = ClOrdId::from(text_of(message, tag::cl_ord_id));
  if (orders_.has_room())
    orders_.add_name(order->pending_name, *order);
  actions.ouch.push_back(cancel_message(order->user_ref_num));
}

void Translator::replace(const Message& message, const Now& now, Actions& actions) {
  Order* const order = find_target(message, '2', now, actions);
  if (!order)
    return;
  const std::string name = text_of(message, tag::cl_ord_id);
  Terms terms;
  std::string trouble;
  if (auto refusal = read_terms(message, now, terms))
    trouble = std::move(refusal->text);
  else
    trouble = why_not(*order, message, terms);
  if (trouble.empty() && (!orders_.has_room() || next_user_ref_num_ == 0))
    trouble = "no more orders are taken today";
  if (!trouble.empty()) {
    actions.fix.push_back(cancel_rejection(
        order, {name, std::string(order->name.view()), '2', cxl_rej::other, std::move(trouble)},
        now.ns));
    return;
  }
  if (terms.fill_or_kill)
    terms.min_qty = terms.quantity - order->executed - order->busted;
  orders_.expect_replace(*order, ClOrdId::from(name), next_user_ref_num_++);
  orders_.add_name(order->pending_name, *order);
  order->pending_peg_offset = terms.peg_offset;
  const ReplaceKeys keys{.orig_user_ref_num = order->user_ref_num,
                         .user_ref_num = order->pending_user_ref_num,
                         .quantity = terms.quantity + order->decremented,
                         .all_tags = order->special || terms.special(),
                         .new_side = terms.side == order->side ? '\0' : terms.side};
  order->special = keys.all_tags;
  actions.ouch.push_back(replace_message(terms, keys, order->pending_name));
}

void Translator::status(const Message& message, const Now& now, Actions& actions) {
  const std::string text = text_of(message, tag::cl_ord_id);
  const Order* const order = check_cl_ord_id(text) ? nullptr : orders_.by_name(ClOrdId::from(text));
  Occasion occasion = own_occasion('I', now);
  if (!order)
    occasion.text = "unknown order";
  Message report = order ? execution_report(*order, occasion)
                         : new_order_rejection(message, occasion, ord_rej::unknown_order);
  if (const std::string* const id = message.find(tag::ord_status_req_id); id && !id->empty())
    report.add(tag::ord_status_req_id, *id);
  actions.fix.push_back(std::move(report));
}

void Translator::refuse_mass_cancel(const Message& message, std::string text, const Now& now,
                                    Actions& actions) {
  const std::string type = text_of(message, tag::mass_cancel_request_type);
  const MassCancel request{text_of(message, tag::cl_ord_id), type.empty() ? '7' : type.front()};
  Message report = mass_cancel_report(request, 0, false, now.ns);
  report.add(tag::text, std::move(text));
  actions.fix.push_back(std::move(report));
}

void Translator::mass_cancel(const Message& message, const Now& now, Actions& actions) {
  const std::string type = text_of(message, tag::mass_cancel_request_type);
  const std::string symbol = text_of(message, tag::symbol);
  const std::string side = text_of(message, tag::side);
  const char letter = side.size() == 1 ? ouch_side(side.front()) : '\0';
  const auto refuse = [&](const char* text) { refuse_mass_cancel(message, text, now, actions); };
  if (type != "1" && type != "7")
    return refuse("MassCancelRequestType (530) must be 1 one symbol, or 7 all orders");
  if (type == "1" && (symbol.empty() || symbol.size() > sizeof(Symbol)))
    return refuse("Symbol (55) is missing or none of 1 to 8 characters");
  if (!side.empty() && letter == '\0')
    return refuse("Side (54) is not supported: 1 2 5 6 are");
  if (next_user_ref_num_ == 0)
    return refuse("no more requests are taken today");
  const std::uint32_t number = next_user_ref_num_++;
  mass_cancels_[number] = {text_of(message, tag::cl_ord_id), type.front()};
  actions.ouch.push_back(mass_cancel_message(number, type == "1" ? symbol : "", letter));
}

Message Translator::mass_cancel_report(const MassCancel& request, std::uint32_t number, bool taken,
                                       std::int64_t time_ns) const {
  const std::string id = taken ? fmt::format("M{}", number) : "NONE";
  Message report;
  report.type = "r";
  if (!request.name.empty())
    report.add(tag::cl_ord_id, request.name);
  report.add(tag::order_id, id);
  if (version_ == Version::fix50sp2)
    report.add(tag::mass_action_report_id, fmt::format("R{}-{}", time_ns, number));
  report.add(tag::mass_cancel_request_type, request.type);
  report.add(tag::mass_cancel_response, taken ? request.type : '0');
  if (!taken)
    report.add(tag::mass_cancel_reject_reason, std::string("99"));
  report.add(tag::transact_time, utc_timestamp_text(time_ns));
  return report;
}

}  // namespace wirebook::fix
