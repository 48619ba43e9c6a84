#include "wire_out/market_book.hpp"

#include <algorithm>
#include <cstring>

namespace wirebook::wire_out {

namespace {

namespace itch = wire::itch;

constexpr std::uint64_t table_seed = 0x6F72'6465'7273'2121;
constexpr std::size_t table_start = 4096;

template <class Message>
std::span<const std::byte> bytes_of(const Message& message) {
  return std::as_bytes(std::span(&message, 1));
}

}  // namespace

MarketBook::MarketBook(std::size_t orders_max)
    : orders_max_(orders_max), by_reference_(orders_max, table_seed, table_start), orders_(1) {}

void MarketBook::on_message(std::span<const std::byte> message) {
  const std::byte* const bytes = message.data();
  switch (static_cast<char>(message.front())) {
    case 'S':
      return on_system_event(wire::view<itch::SystemEvent>(bytes));
    case 'R': {
      const auto& directory = wire::view<itch::StockDirectory>(bytes);
      Instrument& place = instrument(directory.stock_locate);
      place.directory = directory;
      place.is_defined = true;
      return;
    }
    case 'H': {
      const auto& action = wire::view<itch::TradingAction>(bytes);
      Instrument& place = instrument(action.stock_locate);
      place.action = action;
      place.has_action = true;
      return;
    }
    case 'A':
      return add(wire::view<itch::AddOrder>(bytes), nullptr);
    case 'F':
      return add(wire::view<itch::AddOrder>(bytes),
                 &wire::view<itch::AddOrderMpid>(bytes).attribution);
    case 'E': {
      const auto& executed = wire::view<itch::OrderExecuted>(bytes);
      return reduce(executed.order_ref, executed.executed_shares);
    }
    case 'C': {
      const auto& executed = wire::view<itch::OrderExecutedWithPrice>(bytes);
      return reduce(executed.order_ref, executed.executed_shares);
    }
    case 'X': {
      const auto& cancel = wire::view<itch::OrderCancel>(bytes);
      return reduce(cancel.order_ref, cancel.cancelled_shares);
    }
    case 'D':
      return remove(wire::view<itch::OrderDelete>(bytes).order_ref);
    case 'U':
      return replace(wire::view<itch::OrderReplace>(bytes));
    default:
      return;  // P, B and what else has no effect on a book
  }
}

MarketBook::Instrument& MarketBook::instrument(std::uint16_t locate) {
  if (locate >= instruments_.size())
    instruments_.resize(locate + std::size_t{1});
  return instruments_[locate];
}

void MarketBook::on_system_event(const itch::SystemEvent& message) {
  std::erase_if(events_, [&](const itch::SystemEvent& event) {
    return event.event_code == message.event_code;
  });
  events_.push_back(message);
}

void MarketBook::add(const itch::AddOrder& message, const Alpha<4>* attribution) {
  Order order{.reference = message.order_ref,
              .shares = message.shares,
              .price = message.price,
              .time_low = message.timestamp.low,
              .time_high = message.timestamp.high,
              .locate = message.stock_locate,
              .side = message.side,
              .is_attributed = attribution != nullptr};
  if (attribution != nullptr)
    order.attribution = *attribution;
  put(order);
}

void MarketBook::replace(const itch::OrderReplace& message) {
  const std::uint32_t index = by_reference_.find(message.orig_order_ref);
  if (index == 0) {
    ++misfits_;
    return;
  }
  Order order = orders_[index];
  take_out(index);
  order.reference = message.new_order_ref;
  order.shares = message.shares;
  order.price = message.price;
  order.time_low = message.timestamp.low;
  order.time_high = message.timestamp.high;
  put(order);
}

void MarketBook::reduce(std::uint64_t reference, std::uint32_t shares) {
  const std::uint32_t index = by_reference_.find(reference);
  if (index == 0 || orders_[index].shares < shares) {
    ++misfits_;
    return;
  }
  orders_[index].shares -= shares;
  if (orders_[index].shares == 0)
    take_out(index);
}

void MarketBook::remove(std::uint64_t reference) {
  if (const std::uint32_t index = by_reference_.find(reference); index != 0)
    take_out(index);
  else
    ++misfits_;
}

/// Behind all others of its instrument.
void MarketBook::put(const Order& order) {
  if (live_ == orders_max_ || by_reference_.find(order.reference) != 0) {
    ++misfits_;
    return;
  }
  std::uint32_t index = free_;
  if (index != 0) {
    free_ = orders_[index].behind;
  } else {
    index = static_cast<std::uint32_t>(orders_.size());
    orders_.emplace_back();
  }
  Instrument& owner = instrument(order.locate);
  orders_[index] = order;
  orders_[index].before = owner.youngest;
  orders_[index].behind = 0;
  if (owner.youngest != 0)
    orders_[owner.youngest].behind = index;
  else
    owner.oldest = index;
  owner.youngest = index;
  by_reference_.insert(order.reference, index);
  ++live_;
}

void MarketBook::take_out(std::uint32_t index) {
  Order& order = orders_[index];
  Instrument& owner = instruments_[order.locate];
  (order.before != 0 ? orders_[order.before].behind : owner.oldest) = order.behind;
  (order.behind != 0 ? orders_[order.behind].before : owner.youngest) = order.before;
  by_reference_.erase(order.reference);
  order.behind = free_;
  free_ = index;
  --live_;
}

std::size_t MarketBook::bytes_max(std::size_t extra) const {
  return events_.size() * (sizeof(itch::SystemEvent) + extra) +
         instruments_.size() *
             (sizeof(itch::StockDirectory) + sizeof(itch::TradingAction) + 2 * extra) +
         live_ * (sizeof(itch::AddOrderMpid) + extra);
}

void MarketBook::tell(const Sink& sink) const {
  for (const itch::SystemEvent& event : events_)
    sink(bytes_of(event));
  for (const Instrument& place : instruments_)
    if (place.is_defined)
      sink(bytes_of(place.directory));
  for (const Instrument& place : instruments_)
    if (place.has_action)
      sink(bytes_of(place.action));
  for (const Instrument& place : instruments_)
    for (std::uint32_t index = place.oldest; index != 0; index = orders_[index].behind)
      tell_order(orders_[index], sink);
}

void MarketBook::tell_order(const Order& order, const Sink& sink) const {
  itch::AddOrderMpid attributed;
  auto& message = wire::view<itch::AddOrder>(reinterpret_cast<std::byte*>(&attributed));
  message.type = order.is_attributed ? itch::AddOrderMpid::type_code : itch::AddOrder::type_code;
  message.stock_locate = order.locate;
  message.tracking_number = std::uint16_t{0};
  message.timestamp.high = order.time_high;
  message.timestamp.low = order.time_low;
  message.order_ref = order.reference;
  message.side = order.side;
  message.shares = order.shares;
  message.stock = instruments_[order.locate].directory.stock;
  message.price = order.price;
  attributed.attribution = order.attribution;
  const std::size_t bytes =
      order.is_attributed ? sizeof(itch::AddOrderMpid) : sizeof(itch::AddOrder);
  sink(bytes_of(attributed).first(bytes));
}

void MarketBook::save(match::StateWriter& writer) const {
  writer.u64(misfits_);
  writer.u32(static_cast<std::uint32_t>(events_.size()));
  for (const itch::SystemEvent& event : events_)
    writer.bytes(bytes_of(event));
  const auto is_known = [](const Instrument& place) {
    return place.is_defined || place.has_action || place.oldest != 0;
  };
  writer.u32(static_cast<std::uint32_t>(
      std::count_if(instruments_.begin(), instruments_.end(), is_known)));
  for (std::size_t locate = 0; locate != instruments_.size(); ++locate) {
    const Instrument& place = instruments_[locate];
    if (!is_known(place))
      continue;
    writer.u16(static_cast<std::uint16_t>(locate));
    writer.boolean(place.is_defined);
    writer.bytes(bytes_of(place.directory));
    writer.boolean(place.has_action);
    writer.bytes(bytes_of(place.action));
    for (std::uint32_t index = place.oldest; index != 0; index = orders_[index].behind) {
      const Order& order = orders_[index];
      writer.boolean(true);
      writer.u64(order.reference);
      writer.u32(order.shares);
      writer.u32(order.price);
      writer.u32(order.time_low);
      writer.u16(order.time_high);
      writer.boolean(order.is_attributed);
      writer.alpha(order.attribution);
      writer.character(order.side);
    }
    writer.boolean(false);
  }
}

bool MarketBook::load(match::StateReader& reader) {
  misfits_ = reader.u64();
  for (std::uint32_t left = reader.u32(); left != 0 && !reader.failed(); --left) {
    itch::SystemEvent event;
    reader.bytes(std::as_writable_bytes(std::span(&event, 1)));
    on_system_event(event);
  }
  const std::uint64_t misfits = misfits_;
  for (std::uint32_t left = reader.u32(); left != 0 && !reader.failed(); --left)
    if (!load_instrument(reader))
      return false;
  return !reader.failed() && misfits_ == misfits;
}

bool MarketBook::load_instrument(match::StateReader& reader) {
  const std::uint16_t locate = reader.u16();
  Instrument place;
  place.is_defined = reader.boolean();
  reader.bytes(std::as_writable_bytes(std::span(&place.directory, 1)));
  place.has_action = reader.boolean();
  reader.bytes(std::as_writable_bytes(std::span(&place.action, 1)));
  if (reader.failed() || instrument(locate).oldest != 0)
    return false;
  instrument(locate) = place;
  while (reader.boolean()) {
    Order order;
    order.reference = reader.u64();
    order.shares = reader.u32();
    order.price = reader.u32();
    order.time_low = reader.u32();
    order.time_high = reader.u16();
    order.is_attributed = reader.boolean();
    order.attribution = reader.alpha<4>();
    order.side = reader.character();
    order.locate = locate;
    if (reader.failed())
      return false;
    put(order);
  }
  return !reader.failed();
}

}  // namespace wirebook::wire_out
