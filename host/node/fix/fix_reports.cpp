#include "node/fix/fix_reports.hpp"

#include <fmt/format.h>

#include "node/fix/fix_tags.hpp"
#include "node/fix/fix_terms.hpp"
#include "node/fix/fix_values.hpp"

namespace wirebook::fix {

namespace {

std::string number(std::uint64_t value) { return fmt::format("{}", value); }

std::string order_id(const Order& order) {
  return order.order_ref == 0 ? "NONE" : number(order.order_ref);
}

char ord_type(const Order& order) {
  if (order.price_type != 'L' && order.price_type != '\0')
    return 'P';
  return is_market(order.price) ? '1' : '2';
}

char time_in_force(const Order& order) { return order.fill_or_kill ? '4' : order.time_in_force; }

std::string exec_inst(const Order& order) {
  std::string text;
  if (order.post_only)
    text += '6';
  if (order.price_type == 'M' || order.price_type == 'P' || order.price_type == 'R') {
    if (!text.empty())
      text += ' ';
    text += order.price_type;
  }
  return text;
}

void add_terms(Message& report, const Order& order, Version version) {
  report.add(tag::symbol, std::string(order.symbol.view()));
  report.add(tag::side, fix_side(order.side));
  report.add(tag::order_qty, number(order.quantity));
  report.add(tag::ord_type, ord_type(order));
  if (is_limit(order.price))
    report.add(tag::price, price_text(order.price.raw));
  if (const char value = time_in_force(order); value >= '0' && value <= '9')
    report.add(tag::time_in_force, value);
  if (order.expire_ns != 0)
    report.add(tag::expire_time, utc_timestamp_text(order.expire_ns));
  if (const std::string text = exec_inst(order); !text.empty())
    report.add(tag::exec_inst, text);
  if (order.peg_offset != 0)
    report.add(tag::peg_offset_value,
               price_text(order.side == 'B' ? order.peg_offset : -std::int64_t{order.peg_offset}));
  if (order.min_qty != 0)
    report.add(tag::min_qty, number(order.min_qty));
  const int floor_tag = version == Version::fix44 ? tag::max_floor : tag::display_qty;
  if (order.max_floor != 0 || order.display == 'N')
    report.add(floor_tag, number(order.max_floor));
  if (order.capacity == 'A' || order.capacity == 'P' || order.capacity == 'R')
    report.add(tag::order_capacity, order.capacity);
}

void add_quantities(Message& report, const Order& order) {
  report.add(tag::leaves_qty, number(order.open));
  report.add(tag::cum_qty, number(order.executed));
  report.add(tag::avg_px, average_text(order.notional, order.executed));
}

void add_head(Message& report, const std::string& id, const Occasion& occasion, char status) {
  report.add(tag::order_id, id);
  report.add(tag::exec_id, occasion.exec_id);
  report.add(tag::exec_type, occasion.exec_type);
  report.add(tag::ord_status, status);
  if (!occasion.name.empty())
    report.add(tag::cl_ord_id, occasion.name);
  if (!occasion.orig_name.empty())
    report.add(tag::orig_cl_ord_id, occasion.orig_name);
}

void add_tail(Message& report, const Occasion& occasion) {
  report.add(tag::transact_time, utc_timestamp_text(occasion.time_ns));
  if (!occasion.text.empty())
    report.add(tag::text, occasion.text);
}

/// LastLiquidityInd: 1 added, 2 removed.
char liquidity_indicator(char flag) {
  switch (flag) {
    case 'A':
    case 'J':
    case 'k':
    case 'u':
      return '1';
    case 'R':
    case 'm':
      return '2';
    default:
      return '\0';
  }
}

}  // namespace

Message execution_report(const Order& order, const Occasion& occasion) {
  Message report;
  report.type = "8";
  Occasion named = occasion;
  if (named.name.empty())
    named.name = order.name.view();
  add_head(report, order_id(order), named, order.status());
  add_terms(report, order, occasion.version);
  add_quantities(report, order);
  add_tail(report, occasion);
  return report;
}

Message fill_report(const Order& order, const Occasion& occasion, const FillFields& fill) {
  Message report = execution_report(order, occasion);
  report.add(tag::last_qty, number(fill.quantity));
  report.add(tag::last_px, price_text(fill.price.raw));
  if (const char indicator = liquidity_indicator(fill.liquidity); indicator != '\0')
    report.add(tag::last_liquidity_ind, indicator);
  if (occasion.version == Version::fix50sp2)
    report.add(tag::trd_match_id, number(fill.match_number));
  return report;
}

Message new_order_rejection(const Message& request, const Occasion& occasion, int ord_rej_reason) {
  Message report;
  report.type = "8";
  Occasion named = occasion;
  if (const std::string* const name = request.find(tag::cl_ord_id))
    named.name = *name;
  add_head(report, "NONE", named, '8');
  const std::string* const symbol = request.find(tag::symbol);
  report.add(tag::symbol, symbol && !symbol->empty() ? *symbol : "[N/A]");
  const std::string* const side = request.find(tag::side);
  report.add(tag::side, side && side->size() == 1 ? side->front() : '7');
  if (const std::string* const quantity = request.find(tag::order_qty))
    if (read_quantity(*quantity))
      report.add(tag::order_qty, *quantity);
  add_quantities(report, Order{});
  report.add(tag::ord_rej_reason, fmt::format("{}", ord_rej_reason));
  add_tail(report, occasion);
  return report;
}

Message order_rejection(const Order& order, const Occasion& occasion, int ord_rej_reason) {
  Message report = execution_report(order, occasion);
  report.add(tag::ord_rej_reason, fmt::format("{}", ord_rej_reason));
  return report;
}

Message cancel_rejection(const Order* order, const CancelRefusal& refusal, std::int64_t time_ns) {
  Message report;
  report.type = "9";
  report.add(tag::order_id, order ? order_id(*order) : "NONE");
  report.add(tag::cl_ord_id, refusal.name);
  report.add(tag::orig_cl_ord_id, refusal.orig_name);
  report.add(tag::ord_status, order ? order->status() : '8');
  report.add(tag::cxl_rej_response_to, refusal.response_to);
  report.add(tag::cxl_rej_reason, fmt::format("{}", refusal.reason));
  report.add(tag::transact_time, utc_timestamp_text(time_ns));
  if (!refusal.text.empty())
    report.add(tag::text, refusal.text);
  return report;
}

Message business_rejection(const Message& request, int reason, const std::string& text) {
  Message report;
  report.type = "j";
  if (request.sequence != 0)
    report.add(tag::ref_seq_num, number(request.sequence));
  report.add(tag::ref_msg_type, request.type);
  if (const std::string* const name = request.find(tag::cl_ord_id); name && !name->empty())
    report.add(tag::business_reject_ref_id, *name);
  report.add(tag::business_reject_reason, fmt::format("{}", reason));
  report.add(tag::text, text);
  return report;
}

}  // namespace wirebook::fix
