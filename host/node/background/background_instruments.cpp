#include "node/background/background_instruments.hpp"

#include <algorithm>
#include <cstring>
#include <map>

#include <fmt/format.h>

#include "wirebook/wire/itch50.hpp"

#include "node/background/recorded_feed.hpp"

namespace wirebook::node {

namespace {

namespace itch = wire::itch;
constexpr std::size_t body_begin = 11;  // what stands before it is the same in all messages

template <class Field>
Field field_of(const FeedVerbatimBody& body, std::size_t offset) {
  Field field;
  std::memcpy(static_cast<void*>(&field), &body.bytes[offset - body_begin], sizeof field);
  return field;
}

}  // namespace

std::string add_recorded_instruments(NodeConfig& config) {
  RecordedFeed feed(config.background.file, background_port(config));
  std::map<Symbol, char> states;
  std::map<Symbol, bool> known;
  for (const InstrumentConfig& instrument : config.instruments)
    known.emplace(instrument.symbol, true);
  const std::size_t own = config.instruments.size();
  bool has_orders = false;
  while (const Slot* const slot = feed.next()) {
    if ((has_orders = is_add(slot->tail.kind)))
      break;
    const FeedVerbatimBody& body = slot->feed_verbatim;
    if (slot->tail.kind == feed_kind('H'))
      states[field_of<Symbol>(body, offsetof(itch::TradingAction, stock))] =
          field_of<char>(body, offsetof(itch::TradingAction, trading_state));
    if (slot->tail.kind != feed_kind('R'))
      continue;
    const auto symbol = field_of<Symbol>(body, offsetof(itch::StockDirectory, stock));
    const std::uint32_t lot =
        field_of<wire::Big32>(body, offsetof(itch::StockDirectory, round_lot_size));
    if (known.emplace(symbol, true).second)
      config.instruments.push_back(
          {.symbol = symbol, .round_lot = std::clamp(lot, 1U, quantity_max)});
  }
  if (!feed.error().empty())
    return feed.error();
  if (!has_orders)
    return fmt::format("{}: has no orders: is it recorded ITCH 5.0?", config.background.file);
  if (config.instruments.size() > instruments_max)
    return fmt::format("{}: with its instruments there are {}, more than {}",
                       config.background.file, config.instruments.size(), instruments_max);
  for (std::size_t i = own; i < config.instruments.size(); ++i)
    if (const auto state = states.find(config.instruments[i].symbol); state != states.end())
      config.instruments[i].trading_state = state->second;
  return {};
}

}  // namespace wirebook::node
