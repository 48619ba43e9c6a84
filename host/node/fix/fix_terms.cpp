#include "node/fix/fix_terms.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "wirebook/limits.hpp"

#include "node/fix/fix_reasons.hpp"
#include "node/fix/fix_tags.hpp"
#include "node/fix/fix_values.hpp"

namespace wirebook::fix {

namespace {

using MaybeRefusal = std::optional<Refusal>;

Refusal other(std::string text) { return {ord_rej::other, std::move(text)}; }
Refusal unsupported(std::string text) { return {ord_rej::unsupported, std::move(text)}; }

/// The field's one character, 0 where the field is not there or longer.
char letter(const Message& message, int tag) {
  const std::string* const text = message.find(tag);
  return text && text->size() == 1 ? text->front() : '\0';
}

MaybeRefusal read_symbol(const Message& message, Terms& terms) {
  const std::string* const symbol = message.find(tag::symbol);
  if (!symbol || symbol->empty())
    return other("Symbol (55) is missing");
  if (symbol->size() > sizeof(Symbol) || symbol->find(' ') != std::string::npos)
    return Refusal{ord_rej::unknown_symbol, "Symbol (55) is none of 1 to 8 characters"};
  terms.symbol = Symbol::from(*symbol);
  return std::nullopt;
}

MaybeRefusal read_quantities(const Message& message, Terms& terms) {
  const std::string* const quantity = message.find(tag::order_qty);
  const auto shares = quantity ? read_quantity(*quantity) : std::nullopt;
  if (!shares || *shares == 0 || *shares > quantity_max)
    return Refusal{ord_rej::incorrect_quantity,
                   fmt::format("OrderQty (38) must be a whole number, 1 to {}", quantity_max)};
  terms.quantity = *shares;
  if (const std::string* const text = message.find(tag::min_qty)) {
    const auto least = read_quantity(*text);
    if (!least || *least > terms.quantity)
      return Refusal{ord_rej::incorrect_quantity, "MinQty (110) must be 0 to OrderQty"};
    terms.min_qty = *least;
  }
  const std::string* floor = message.find(tag::max_floor);
  if (const std::string* const display = message.find(tag::display_qty)) {
    if (floor && *floor != *display)
      return other("MaxFloor (111) and DisplayQty (1138) are both there and differ");
    floor = display;
  }
  if (floor) {
    const auto shown = read_quantity(*floor);
    if (!shown)
      return Refusal{ord_rej::incorrect_quantity, "MaxFloor (111) must be a whole number"};
    if (*shown == 0)
      terms.display = 'N';
    else if (*shown < terms.quantity)
      terms.max_floor = *shown;
  }
  return std::nullopt;
}

MaybeRefusal read_exec_inst(const Message& message, Terms& terms) {
  const std::string* const text = message.find(tag::exec_inst);
  for (std::size_t i = 0; text && i < text->size(); ++i) {
    const char value = (*text)[i];
    if (i % 2 == 1) {
      if (value != ' ')
        return other("ExecInst (18) must be single characters with spaces between");
    } else if (value == '6') {
      terms.post_only = true;
    } else if (value == 'M' || value == 'P' || value == 'R') {
      if (terms.price_type != 'L' && terms.price_type != value)
        return other("ExecInst (18) names two kinds of peg");
      terms.price_type = value;
    } else {
      return unsupported(fmt::format("ExecInst (18) {} is not supported: 6 M P R are", value));
    }
  }
  return std::nullopt;
}

MaybeRefusal read_peg_price_type(const Message& message, Terms& terms) {
  const std::string* const text = message.find(tag::peg_price_type);
  if (!text)
    return std::nullopt;
  const char type = *text == "2" ? 'M' : *text == "4" ? 'P' : *text == "5" ? 'R' : '\0';
  if (type == '\0')
    return unsupported("PegPriceType (1094) is not supported: 2 mid, 4 market, 5 primary are");
  if (terms.price_type != 'L' && terms.price_type != type)
    return other("ExecInst (18) and PegPriceType (1094) differ");
  terms.price_type = type;
  return std::nullopt;
}

MaybeRefusal read_limit(const Message& message, Terms& terms, bool needed) {
  const std::string* const text = message.find(tag::price);
  if (!text) {
    terms.price = price_market;
    return needed ? MaybeRefusal(other("Price (44) is missing: OrdType is limit")) : std::nullopt;
  }
  const auto price = read_price(*text, false);
  if (!price || *price < 1 || *price > price_limit_max.raw)
    return other("Price (44) must be 0.0001 to 199999.99, with 4 places at most");
  terms.price = Price{static_cast<std::uint32_t>(*price)};
  return std::nullopt;
}

/// FIX adds the offset to the reference; OUCH's is more aggressive the greater it is.
MaybeRefusal read_peg_offset(const Message& message, Terms& terms) {
  if (const std::string* const type = message.find(tag::peg_offset_type); type && *type != "0")
    return unsupported("PegOffsetType (836) is not supported: 0 price is");
  const std::string* const text = message.find(tag::peg_offset_value);
  if (!text)
    return std::nullopt;
  const auto offset = read_price(*text, true);
  if (!offset || *offset < -std::int64_t{price_limit_max.raw} || *offset > price_limit_max.raw)
    return other("PegOffsetValue (211) must be a price of at most 4 places, with a sign");
  terms.peg_offset = static_cast<std::int32_t>(terms.side == 'B' ? *offset : -*offset);
  return std::nullopt;
}

MaybeRefusal read_price_terms(const Message& message, Terms& terms) {
  for (const int tag : {tag::stop_px, tag::discretion_inst})
    if (message.find(tag))
      return unsupported(fmt::format("tag {} is not supported", tag));
  if (auto refusal = read_exec_inst(message, terms))
    return refusal;
  if (auto refusal = read_peg_price_type(message, terms))
    return refusal;
  const char type = letter(message, tag::ord_type);
  if (type != 'P' && terms.price_type != 'L')
    return unsupported("a kind of peg is named, but OrdType (40) is not P pegged");
  switch (type) {
    case '1':
      terms.price = price_market;
      return std::nullopt;
    case '2':
      return read_limit(message, terms, true);
    case 'P':
      if (terms.price_type == 'L')
        return unsupported("OrdType (40) is P pegged: ExecInst (18) must name M, P or R");
      if (terms.price_type == 'M')
        terms.display = 'N';  // the engine knows no displayed midpoint orders
      if (auto refusal = read_peg_offset(message, terms))
        return refusal;
      return read_limit(message, terms, false);
    case '\0':
      return other("OrdType (40) is missing");
    default:
      return unsupported(fmt::format("OrdType (40) {} is not supported: 1 2 P are", type));
  }
}

MaybeRefusal read_expiry(const Message& message, const Now& now, Terms& terms) {
  if (const std::string* const text = message.find(tag::expire_time)) {
    const auto time = read_utc_timestamp(*text);
    if (!time)
      return other("ExpireTime (126) must be YYYYMMDD-HH:MM:SS, with a fraction or without");
    // Rather a second late than gone before its time.
    const std::int64_t seconds = (*time - now.ns + ns_a_second - 1) / ns_a_second;
    if (*time <= now.ns)
      return other("ExpireTime (126) is over");
    if (seconds >= 86'400)
      return other("ExpireTime (126) is more than a day away");
    terms.time_in_force = '6';
    terms.expire_seconds = static_cast<std::uint32_t>(seconds);
    return std::nullopt;
  }
  const std::string* const text = message.find(tag::expire_date);
  const auto date = text ? read_date(*text) : std::nullopt;
  if (!date)
    return other("TimeInForce (59) 6 needs ExpireTime (126) or ExpireDate (432)");
  const std::int64_t today = (now.ns + now.utc_offset_minutes * 60 * ns_a_second) / ns_a_day;
  if (*date != today)
    return other("ExpireDate (432) must be today: orders end with the trading day");
  terms.time_in_force = '5';
  return std::nullopt;
}

MaybeRefusal read_time_in_force(const Message& message, const Now& now, Terms& terms) {
  const char value = message.find(tag::time_in_force) ? letter(message, tag::time_in_force) : '0';
  switch (value) {
    case '0':
    case '3':
    case '5':
      terms.time_in_force = value;
      return std::nullopt;
    case '4':
      terms.time_in_force = '3';
      terms.fill_or_kill = true;
      terms.min_qty = terms.quantity;
      return std::nullopt;
    case '6':
      return read_expiry(message, now, terms);
    default:
      return unsupported("TimeInForce (59) is not supported: 0 3 4 5 6 are");
  }
}

MaybeRefusal read_capacity(const Message& message, Terms& terms) {
  const std::string* const text = message.find(tag::order_capacity);
  if (!text)
    return std::nullopt;
  const char value = letter(message, tag::order_capacity);
  if (value != 'A' && value != 'P' && value != 'R')
    return unsupported("OrderCapacity (528) is not supported: A P R are");
  terms.capacity = value;
  return std::nullopt;
}

}  // namespace

std::int64_t day_start(const Now& now) {
  const std::int64_t offset = now.utc_offset_minutes * 60 * ns_a_second;
  return (now.ns + offset) / ns_a_day * ns_a_day - offset;
}

char ouch_side(char side) {
  switch (side) {
    case '1':
      return 'B';
    case '2':
      return 'S';
    case '5':
      return 'T';
    case '6':
      return 'E';
    default:
      return '\0';
  }
}

char fix_side(char side) {
  switch (side) {
    case 'B':
      return '1';
    case 'S':
      return '2';
    case 'T':
      return '5';
    case 'E':
      return '6';
    default:
      return '7';  // undisclosed
  }
}

MaybeRefusal check_cl_ord_id(const std::string& text) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (text.empty() || text.size() > sizeof(ClOrdId) || !printable || text.back() == ' ')
    return other("ClOrdID (11) must be 1 to 14 printable characters, the last no space");
  return std::nullopt;
}

MaybeRefusal read_terms(const Message& message, const Now& now, Terms& terms) {
  if (auto refusal = read_symbol(message, terms))
    return refusal;
  terms.side = ouch_side(letter(message, tag::side));
  if (terms.side == '\0')
    return message.find(tag::side) ? unsupported("Side (54) is not supported: 1 2 5 6 are")
                                   : other("Side (54) is missing");
  if (auto refusal = read_quantities(message, terms))
    return refusal;
  if (auto refusal = read_price_terms(message, terms))
    return refusal;
  if (auto refusal = read_time_in_force(message, now, terms))
    return refusal;
  return read_capacity(message, terms);
}

}  // namespace wirebook::fix
