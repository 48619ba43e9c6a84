#include "node/fix/fix_reasons.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace wirebook::fix {

namespace {

struct RejectRow {
  std::uint16_t code;
  int reason;
  std::string_view text;
};

constexpr std::array reject_rows{
    RejectRow{0x01, ord_rej::exchange_option, "quote unavailable"},
    RejectRow{0x02, ord_rej::exchange_closed, "the day has ended"},
    RejectRow{0x03, ord_rej::unsupported, "invalid display"},
    RejectRow{0x04, ord_rej::unsupported, "invalid max floor"},
    RejectRow{0x05, ord_rej::unsupported, "invalid peg type"},
    RejectRow{0x06, ord_rej::exceeds_limit, "fat finger"},
    RejectRow{0x07, ord_rej::exchange_option, "halted"},
    RejectRow{0x08, ord_rej::unsupported, "ISO not allowed"},
    RejectRow{0x09, ord_rej::unsupported, "invalid side"},
    RejectRow{0x0A, ord_rej::other, "processing error"},
    RejectRow{0x0B, ord_rej::other, "cancel pending"},
    RejectRow{0x0C, ord_rej::exchange_option, "firm not authorized"},
    RejectRow{0x0D, ord_rej::incorrect_quantity, "invalid minimum quantity"},
    RejectRow{0x0E, ord_rej::exchange_option, "no closing reference price"},
    RejectRow{0x0F, ord_rej::other, "other"},
    RejectRow{0x10, ord_rej::exchange_option, "cancel not allowed"},
    RejectRow{0x11, ord_rej::unsupported, "pegging not allowed"},
    RejectRow{0x12, ord_rej::exchange_option, "crossed market"},
    RejectRow{0x13, ord_rej::incorrect_quantity, "invalid quantity"},
    RejectRow{0x14, ord_rej::unsupported, "invalid cross order"},
    RejectRow{0x15, ord_rej::exchange_option, "replace not allowed"},
    RejectRow{0x16, ord_rej::unsupported, "routing not allowed"},
    RejectRow{0x17, ord_rej::unknown_symbol, "invalid symbol"},
    RejectRow{0x18, ord_rej::other, "test"},
    RejectRow{0x19, ord_rej::too_late, "late LOC too aggressive"},
    RejectRow{0x1A, ord_rej::unsupported, "retail not allowed"},
    RejectRow{0x1B, ord_rej::other, "invalid midpoint post-only price"},
    RejectRow{0x1C, ord_rej::other, "invalid destination"},
    RejectRow{0x1D, ord_rej::other, "invalid price"},
    RejectRow{0x1E, ord_rej::exceeds_limit, "shares exceed threshold"},
    RejectRow{0x1F, ord_rej::exceeds_limit, "exceeds maximum notional"},
    RejectRow{0x20, ord_rej::exceeds_limit, "risk: aggregate exposure"},
    RejectRow{0x21, ord_rej::exceeds_limit, "risk: market impact"},
    RejectRow{0x22, ord_rej::exchange_option, "risk: restricted stock"},
    RejectRow{0x23, ord_rej::exchange_option, "risk: short sell restricted"},
    RejectRow{0x24, ord_rej::unsupported, "risk: order type restricted"},
    RejectRow{0x25, ord_rej::exceeds_limit, "risk: ADV limit"},
    RejectRow{0x26, ord_rej::exceeds_limit, "risk: fat finger"},
    RejectRow{0x27, ord_rej::exchange_option, "risk: locate required"},
    RejectRow{0x28, ord_rej::exceeds_limit, "risk: symbol message rate"},
    RejectRow{0x29, ord_rej::exceeds_limit, "risk: port message rate"},
    RejectRow{0x2A, ord_rej::exceeds_limit, "risk: duplicate message rate"},
    RejectRow{0x2B, ord_rej::exchange_option, "risk: short sell not allowed"},
    RejectRow{0x2C, ord_rej::unsupported, "risk: market order not allowed"},
    RejectRow{0x2D, ord_rej::exchange_closed, "pre-market"},
    RejectRow{0x2E, ord_rej::too_late, "post-market"},
    RejectRow{0x2F, ord_rej::exchange_option, "risk: short exempt"},
    RejectRow{0x30, ord_rej::exceeds_limit, "risk: single order notional"},
    RejectRow{0x31, ord_rej::exceeds_limit, "risk: maximum quantity"},
    RejectRow{0x32, ord_rej::exchange_option, "risk: Reg SHO state not available"},
    RejectRow{0x33, ord_rej::exchange_option, "risk: IPO market buy"},
    RejectRow{0x40, ord_rej::unsupported, "invalid self-match prevention"},
};

}  // namespace

RejectWords reject_words(std::uint16_t code) {
  for (const RejectRow& row : reject_rows)
    if (row.code == code)
      return {row.reason, fmt::format("{} (OUCH {:04X})", row.text, code)};
  return {ord_rej::other, fmt::format("OUCH {:04X}", code)};
}

std::string cancel_words(char reason) {
  switch (reason) {
    case 'U':
      return "canceled by user";
    case 'I':
      return "immediate or cancel: the remainder";
    case 'T':
      return "time is over";
    case 'S':
      return "canceled by the venue's supervision";
    case 'D':
      return "regulatory restriction";
    case 'Q':
      return "self-match prevention";
    case 'Z':
      return "canceled by the system: the connection ended";
    case 'H':
      return "halted";
    case 'K':
      return "market collar";
    case 'X':
      return "opening price protection";
    case 'E':
      return "the day is over";
    case 'F':
    case 'G':
      return "post only: would trade";
    default:
      return fmt::format("OUCH reason {}", reason);
  }
}

}  // namespace wirebook::fix
