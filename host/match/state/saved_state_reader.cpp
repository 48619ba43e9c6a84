// Reads a saved state, all but its orders.
#include <algorithm>
#include <string_view>
#include <utility>

#include "wirebook/limits.hpp"

#include "match/state/saved_reader.hpp"

namespace wirebook::match {

namespace {

SavedParty read_party(StateReader& reader) {
  SavedParty party{};
  party.order_ref = reader.u64();
  party.session = reader.u16();
  party.user_ref_idx = reader.u8();
  party.user_ref_num = reader.u32();
  party.cl_ord_id = reader.alpha<14>();
  return party;
}

/// What system events can make of a day.
bool is_possible(const Day& day) {
  switch (day.phase) {
    case DayPhase::open:
    case DayPhase::ended:
      return !day.is_told && !day.had_market_hours;
    case DayPhase::pre_market:
      return day.is_told;
    case DayPhase::market_hours:
      return day.had_market_hours;
    default:
      return true;
  }
}

}  // namespace

bool SavedReader::read_scalars() {
  const std::uint32_t version = reader_.u32();
  if (reader_.failed())
    return false;
  if (version != saved_state_format)
    return wrong("the engine's state has format " + std::to_string(version) + ", not " +
                 std::to_string(saved_state_format));
  digest::Scalars& scalars = state_.scalars;
  scalars.shard = reader_.u16();
  const char phase = reader_.character();
  scalars.day.phase = static_cast<DayPhase>(phase);
  scalars.day.is_told = reader_.boolean();
  scalars.day.had_market_hours = reader_.boolean();
  scalars.time_ns = {reader_.u64()};
  scalars.order_count = reader_.u64();
  scalars.trade_count = reader_.u64();
  scalars.reserve_seed = reader_.u64();
  for (const auto& [name, counter] : engine_counter_names)
    state_.counters.*counter = reader_.u64();
  if (reader_.failed())
    return false;
  if (scalars.shard != capacity_.shard)
    return wrong("the state is of shard " + std::to_string(scalars.shard) + ", the engine's is " +
                 std::to_string(capacity_.shard));
  if (!is_one_of(phase, "OSQME") || !is_possible(scalars.day))
    return wrong("the day is in no phase, or in two");
  return (scalars.order_count <= count_max && scalars.trade_count <= count_max) ||
         wrong("a count is beyond 48 bits");
}

bool SavedReader::read_killed_firms() {
  const std::uint16_t count = reader_.u16();
  if (!fits("killed firms", count, killed_firms_max))
    return false;
  for (std::size_t i = 0; i < count; ++i) {
    const Firm firm = reader_.alpha<4>();
    if (reader_.failed())
      return false;
    if (i != 0 && firm <= state_.killed_firms.back())
      return wrong("killed firms do not ascend");
    state_.killed_firms.push_back(firm);
  }
  return true;
}

bool SavedReader::read_sessions() {
  const std::uint16_t count = reader_.u16();
  if (!fits("sessions", count, capacity_.sessions))
    return false;
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < count; ++i) {
    SavedSession session{};
    if (!read_session(session))
      return false;
    if (session.number <= before)
      return wrong("sessions do not ascend");
    before = session.number;
    state_.sessions.push_back(std::move(session));
  }
  return fits("as its highest session", before, capacity_.sessions);
}

bool SavedReader::read_session(SavedSession& session) {
  session.number = reader_.u16();
  session.is_killed = reader_.boolean();
  session.cancel_on_disconnect = reader_.boolean();
  session.firm = reader_.alpha<4>();
  const std::uint8_t firms = reader_.u8();
  if (!fits("disabled firms of a session", firms, disabled_firms_max))
    return false;
  for (std::size_t i = 0; i < firms; ++i) {
    const Firm firm = reader_.alpha<4>();
    if (i != 0 && firm <= session.disabled_firms.back())
      return wrong_record("session", session.number, "its disabled firms do not ascend");
    session.disabled_firms.push_back(firm);
  }
  const std::uint16_t channels = reader_.u16();
  if (!fits("channels of a session", channels, 256))
    return false;
  for (std::size_t i = 0; i < channels; ++i) {
    SavedChannel channel{};
    channel.number = reader_.u8();
    channel.last_user_ref_num = reader_.u32();
    if (channel.last_user_ref_num == 0 ||
        (i != 0 && channel.number <= session.channels.back().number))
      return wrong_record("session", session.number,
                          "its channels do not ascend, or have no number");
    session.channels.push_back(channel);
  }
  return !reader_.failed();
}

bool SavedReader::read_instruments() {
  const std::uint16_t count = reader_.u16();
  if (!fits("instruments", count, capacity_.instruments))
    return false;
  std::vector<Symbol> symbols;
  std::uint16_t before = 0;
  for (std::size_t i = 0; i < count; ++i) {
    SavedInstrument instrument{};
    instrument.locate = reader_.u16();
    instrument.symbol = reader_.alpha<8>();
    instrument.trading_state = reader_.character();
    if (reader_.failed())
      return false;
    if (instrument.locate <= before)
      return wrong("instruments do not ascend");
    before = instrument.locate;
    symbols.push_back(instrument.symbol);
    state_.instruments.push_back(instrument);
  }
  std::sort(symbols.begin(), symbols.end());
  if (std::adjacent_find(symbols.begin(), symbols.end()) != symbols.end())
    return wrong("two instruments have one symbol");
  return fits("as its highest instrument", before, capacity_.instruments);
}

bool SavedReader::read_trades() {
  state_.past_trades = reader_.u64();
  const std::uint32_t count = reader_.u32();
  if (!fits("trades", count, std::max(capacity_.trades, 1U)))
    return false;
  for (std::size_t i = 0; i < count; ++i) {
    SavedTrade trade{};
    trade.match_number = reader_.u64();
    trade.instrument = reader_.u16();
    trade.resting = read_party(reader_);
    trade.incoming = read_party(reader_);
    if (reader_.failed())
      return false;
    std::string_view fault = fault_of(trade);
    if (fault.empty() && i != 0 && trade.match_number <= state_.trades.back().match_number)
      fault = "out of its place";
    if (!fault.empty())
      return wrong_record("trade", trade.match_number, fault);
    state_.trades.push_back(trade);
  }
  return !reader_.failed();
}

std::string_view SavedReader::fault_of(const SavedTrade& trade) const {
  const std::uint64_t count = state_.scalars.trade_count;
  if (!is_given(trade.match_number, count))
    return "its number was never given out";
  if (count - (trade.match_number & count_max) >= std::max(capacity_.trades, 1U))
    return "the engine has no room for so many trades";
  if (!has_instrument(trade.instrument))
    return "its instrument is not known";
  for (const SavedParty* const party : {&trade.resting, &trade.incoming})
    if (find_session(party->session) == nullptr ||
        !is_given(party->order_ref, state_.scalars.order_count))
      return "a party is not known";
  return {};
}

bool SavedReader::read_limits_of_all() {
  const LimitScope scope{
      .has_session = [this](std::uint16_t number) { return find_session(number) != nullptr; },
      .has_instrument = [this](std::uint16_t locate) { return has_instrument(locate); },
      .now = state_.scalars.time_ns};
  const std::string_view fault = read_limits(reader_, scope, state_.limits);
  return !reader_.failed() && (fault.empty() || wrong(std::string(fault)));
}

bool read(StateReader& reader, const Capacity& capacity, SavedState& state, std::string* why) {
  SavedReader saved(reader, capacity, state);
  if (saved.read())
    return true;
  if (why != nullptr)
    *why = saved.error();
  return false;
}

}  // namespace wirebook::match
