#include "wire_out/itch_encoder.hpp"

#include <algorithm>
#include <cstring>

#include "wirebook/wire/itch50.hpp"

namespace wirebook::wire_out {

namespace {

namespace itch = wire::itch;

/// The market knows buyers and sellers; what kind of seller is the firm's own matter.
char market_side(char side) { return side == 'B' ? 'B' : 'S'; }

/// A message where it will be sent from, its header set. Its functions set every other field.
template <class Message>
Message& begin(const Event& event, std::byte* out) {
  Message& message = wire::view<Message>(out);
  message.type = Message::type_code;
  message.stock_locate = event.instrument;
  message.tracking_number = std::uint16_t{0};
  const wire::Big48 time(event.time_ns.raw);
  message.timestamp.high = time.high;
  message.timestamp.low = time.low;
  return message;
}

std::size_t system_event(const Event& event, std::byte* out) {
  auto& message = begin<itch::SystemEvent>(event, out);
  message.event_code = event.tail.code;
  return sizeof message;
}

/// What a node does not know of an instrument has the code for "not applicable".
std::size_t stock_directory(const Event& event, Symbol symbol, std::byte* out) {
  auto& message = begin<itch::StockDirectory>(event, out);
  message.stock = symbol;
  message.market_category = ' ';
  message.financial_status = ' ';
  message.round_lot_size = event.market_quantity.raw;
  message.round_lots_only = 'N';
  message.issue_classification = 'C';
  message.issue_sub_type = Alpha<2>::from("Z");
  message.authenticity = 'P';
  message.short_sale_threshold = ' ';
  message.ipo_flag = ' ';
  message.luld_tier = ' ';
  message.etp_flag = ' ';
  message.etp_leverage = 0U;
  message.inverse_indicator = 'N';
  return sizeof message;
}

std::size_t trading_action(const Event& event, Symbol symbol, std::byte* out) {
  auto& message = begin<itch::TradingAction>(event, out);
  message.stock = symbol;
  message.trading_state = event.tail.code;
  message.reserved = ' ';
  std::copy_n(event.reason.begin(), message.reason.text.size(), message.reason.text.begin());
  if (message.reason.view().empty())
    message.reason = Alpha<4>::from("");  // spaces, where no reason was given
  return sizeof message;
}

template <class Add>
Add& add_order(const Event& event, Symbol symbol, std::byte* out) {
  auto& message = begin<Add>(event, out);
  message.order_ref = event.order_ref;
  message.side = market_side(event.tail.side);
  message.shares = event.market_quantity.raw;
  message.stock = symbol;
  message.price = event.price.raw;
  return message;
}

std::size_t add_attributed(const Event& event, Symbol symbol, std::byte* out) {
  auto& message = add_order<itch::AddOrderMpid>(event, symbol, out);
  std::memcpy(&message.attribution, event.attribution.data(), sizeof message.attribution);
  return sizeof message;
}

std::size_t order_executed(const Event& event, std::byte* out) {
  auto& message = begin<itch::OrderExecuted>(event, out);
  message.order_ref = event.order_ref;
  message.executed_shares = event.market_quantity.raw;
  message.match_number = event.match_number;
  return sizeof message;
}

std::size_t order_executed_with_price(const Event& event, std::byte* out) {
  auto& message = begin<itch::OrderExecutedWithPrice>(event, out);
  message.order_ref = event.order_ref;
  message.executed_shares = event.market_quantity.raw;
  message.match_number = event.match_number;
  message.printable = 'Y';
  message.execution_price = event.price.raw;
  return sizeof message;
}

std::size_t order_cancel(const Event& event, std::byte* out) {
  auto& message = begin<itch::OrderCancel>(event, out);
  message.order_ref = event.order_ref;
  message.cancelled_shares = event.market_quantity.raw;
  return sizeof message;
}

std::size_t order_delete(const Event& event, std::byte* out) {
  auto& message = begin<itch::OrderDelete>(event, out);
  const bool by_replace = event.tail.kind == EventKind::replaced;
  message.order_ref = by_replace ? event.orig_order_ref : event.order_ref;
  return sizeof message;
}

std::size_t order_replace(const Event& event, std::byte* out) {
  auto& message = begin<itch::OrderReplace>(event, out);
  message.orig_order_ref = event.orig_order_ref;
  message.new_order_ref = event.order_ref;
  message.shares = event.market_quantity.raw;
  message.price = event.price.raw;
  return sizeof message;
}

/// A trade against a hidden order: side and reference say nothing, by the specification.
std::size_t trade(const Event& event, Symbol symbol, std::byte* out) {
  auto& message = begin<itch::Trade>(event, out);
  message.order_ref = std::uint64_t{0};
  message.side = 'B';
  message.shares = event.market_quantity.raw;
  message.stock = symbol;
  message.price = event.price.raw;
  message.match_number = event.match_number;
  return sizeof message;
}

std::size_t broken_trade(const Event& event, std::byte* out) {
  auto& message = begin<itch::BrokenTrade>(event, out);
  message.match_number = event.match_number;
  return sizeof message;
}

}  // namespace

std::size_t ItchEncoder::encode(const EventGroup& group, const SlotGroup& cause,
                                std::span<std::byte, itch_message_bytes_max> out) noexcept {
  const Event& event = *group.head;
  std::byte* const bytes = out.data();
  Symbol& symbol = symbols_[event.instrument];
  switch (event.tail.market) {
    case 'S':
      return system_event(event, bytes);
    case 'R':
      symbol = cause.head->instrument.symbol;
      return stock_directory(event, symbol, bytes);
    case 'H':
      return trading_action(event, symbol, bytes);
    case 'A':
      add_order<itch::AddOrder>(event, symbol, bytes);
      return sizeof(itch::AddOrder);
    case 'F':
      return add_attributed(event, symbol, bytes);
    case 'E':
      return order_executed(event, bytes);
    case 'C':
      return order_executed_with_price(event, bytes);
    case 'X':
      return order_cancel(event, bytes);
    case 'D':
      return order_delete(event, bytes);
    case 'U':
      return order_replace(event, bytes);
    case 'P':
      return trade(event, symbol, bytes);
    case 'B':
      return broken_trade(event, bytes);
    default:
      return 0;
  }
}

bool ItchEncoder::pass(const EventGroup& group, const SlotGroup& cause) noexcept {
  switch (group.head->tail.market) {
    case 'R':
      symbols_[group.head->instrument] = cause.head->instrument.symbol;
      return true;
    case 'S':
    case 'H':
    case 'A':
    case 'F':
    case 'E':
    case 'C':
    case 'X':
    case 'D':
    case 'U':
    case 'P':
    case 'B':
      return true;
    default:
      return false;
  }
}

void ItchEncoder::save(match::StateWriter& writer) const {
  const auto is_known = [](Symbol symbol) { return symbol != Symbol{}; };
  writer.u32(static_cast<std::uint32_t>(std::count_if(symbols_.begin(), symbols_.end(), is_known)));
  for (std::size_t locate = 0; locate != symbols_.size(); ++locate)
    if (is_known(symbols_[locate])) {
      writer.u16(static_cast<std::uint16_t>(locate));
      writer.alpha(symbols_[locate]);
    }
}

bool ItchEncoder::load(match::StateReader& reader) {
  for (std::uint32_t left = reader.u32(); left != 0 && !reader.failed(); --left) {
    const std::uint16_t locate = reader.u16();
    symbols_[locate] = reader.alpha<sizeof(Symbol)>();
  }
  return !reader.failed();
}

}  // namespace wirebook::wire_out
