// Reads a saved state, and proves each record before an engine sees it.
#include <algorithm>
#include <limits>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "wirebook/limits.hpp"

#include "match/order.hpp"
#include "match/saved_state.hpp"
#include "match/self_match.hpp"

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

SpecialOrder read_special(StateReader& reader) {
  SpecialOrder order;
  OrderTerms& terms = order.terms;
  terms.min_qty = reader.u32();
  terms.max_floor = reader.u32();
  terms.random_reserves = reader.u32();
  terms.expire_s = reader.u32();
  terms.peg_offset = static_cast<std::int32_t>(reader.u32());
  terms.discretion_offset = static_cast<std::int32_t>(reader.u32());
  terms.discretion_price = reader.u64();
  for (char* const letter : {&terms.time_in_force, &terms.price_type, &terms.discretion_type,
                             &terms.aiq_strategy, &terms.aiq_group[0], &terms.aiq_group[1]})
    *letter = reader.character();
  order.expiry_ns = reader.u64();
  order.first_ref = reader.u64();
  order.reserve = reader.u32();
  order.refreshes = reader.u32();
  order.cap = reader.u32();
  if (terms.is_ordinary())
    reader.fail();
  return order;
}

SavedOrder read_order(StateReader& reader) {
  SavedOrder order{};
  order.id.order_ref = reader.u64();
  order.id.session = reader.u16();
  order.id.user_ref_idx = reader.u8();
  order.id.user_ref_num = reader.u32();
  order.id.instrument = reader.u16();
  order.side = reader.character();
  order.terms.price = reader.u32();
  order.open = reader.u32();
  order.executed = reader.u32();
  order.terms.display = reader.character();
  order.terms.capacity = reader.character();
  order.terms.cross_type = reader.character();
  order.terms.firm = reader.alpha<4>();
  order.terms.group = reader.u16();
  order.cl_ord_id = reader.alpha<14>();
  order.tags.bytes_used = reader.u8();
  if (order.tags.bytes_used > order.tags.bytes.size())
    reader.fail();
  else
    reader.bytes(std::span(order.tags.bytes).first(order.tags.bytes_used));
  if (reader.boolean())
    order.special = read_special(reader);
  return order;
}

bool is_one_of(char letter, std::string_view letters) {
  return letters.find(letter) != std::string_view::npos;
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

/// Reads one state; the first thing that is wrong ends it.
class SavedReader {
 public:
  SavedReader(StateReader& reader, const Capacity& capacity, SavedState& state)
      : reader_(reader), capacity_(capacity), state_(state) {}

  bool read() {
    return read_scalars() && read_killed_firms() && read_sessions() && read_instruments() &&
           read_orders() && orders_are_unique() && read_trades() && read_limits_of_all();
  }
  [[nodiscard]] std::string error() const {
    return error_.empty() ? "the engine's state is cut short or garbled" : error_;
  }

 private:
  bool wrong(std::string text) {
    error_ = std::move(text);
    return false;
  }
  /// What is wrong with a record that could be read.
  bool wrong_record(std::string_view kind, std::uint64_t number, std::string_view what) {
    return wrong(std::string(kind) + ' ' + std::to_string(number) + ": " + std::string(what));
  }
  bool fits(std::string_view what, std::uint64_t count, std::uint64_t capacity) {
    if (reader_.failed())
      return false;
    return count <= capacity ||
           wrong("the state has " + std::to_string(count) + ' ' + std::string(what) +
                 ", the engine has room for " + std::to_string(capacity));
  }

  bool read_scalars();
  bool read_killed_firms();
  bool read_sessions();
  bool read_session(SavedSession& session);
  bool read_instruments();
  bool read_orders();
  std::string_view fault_of(const SavedOrder& order) const;
  [[nodiscard]] bool expires_rightly(const SpecialOrder& order) const;
  std::string_view special_fault(const SavedOrder& order) const;
  static std::string_view price_fault(const SavedOrder& order);
  std::string_view place_fault(const SavedOrder& order);
  bool orders_are_unique();
  bool read_trades();
  std::string_view fault_of(const SavedTrade& trade) const;
  bool read_limits_of_all();

  [[nodiscard]] const SavedSession* find_session(std::uint32_t number) const {
    const auto found = std::lower_bound(
        state_.sessions.begin(), state_.sessions.end(), number,
        [](const SavedSession& session, std::uint32_t wanted) { return session.number < wanted; });
    return found != state_.sessions.end() && found->number == number ? &*found : nullptr;
  }
  [[nodiscard]] bool has_instrument(std::uint16_t locate) const {
    return std::binary_search(
        state_.instruments.begin(), state_.instruments.end(), SavedInstrument{.locate = locate},
        [](const SavedInstrument& a, const SavedInstrument& b) { return a.locate < b.locate; });
  }
  /// A number that this shard has given out.
  [[nodiscard]] bool is_given(std::uint64_t number, std::uint64_t count) const {
    return number >> 48 == capacity_.shard && (number & count_max) != 0 &&
           (number & count_max) <= count;
  }

  static constexpr std::uint64_t count_max = (std::uint64_t{1} << 48) - 1;

  StateReader& reader_;
  const Capacity& capacity_;
  SavedState& state_;
  std::string error_;
  std::pair<std::uint16_t, std::uint32_t> best_buyer_{};  ///< so far: instrument and price
};

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

bool SavedReader::read_orders() {
  const std::uint32_t count = reader_.u32();
  if (!fits("live orders", count, capacity_.orders))
    return false;
  for (std::size_t i = 0; i < count; ++i) {
    const SavedOrder order = read_order(reader_);
    if (reader_.failed())
      return false;
    std::string_view fault = fault_of(order);
    if (fault.empty())
      fault = place_fault(order);
    if (!fault.empty())
      return wrong_record("order", order.id.order_ref, fault);
    state_.orders.push_back(order);
  }
  return true;
}

std::string_view SavedReader::fault_of(const SavedOrder& order) const {
  if (!is_given(order.id.order_ref, state_.scalars.order_count))
    return "its reference was never given out";
  const SavedSession* const session = find_session(order.id.session);
  if (session == nullptr)
    return "its session is not known";
  const auto channel =
      std::find_if(session->channels.begin(), session->channels.end(),
                   [&](const SavedChannel& one) { return one.number == order.id.user_ref_idx; });
  if (order.id.user_ref_num == 0 || channel == session->channels.end() ||
      order.id.user_ref_num > channel->last_user_ref_num)
    return "its number was never used";
  if (!has_instrument(order.id.instrument))
    return "its instrument is not known";
  if (!is_one_of(order.side, "BSTE") || !is_one_of(order.terms.display, "YNA") ||
      !is_one_of(order.terms.capacity, "APRO") || order.terms.cross_type != 'N')
    return "a letter that no order has";
  if (!is_limit({order.terms.price}) && !(order.terms.price == 0 && order.special.terms.is_peg()))
    return "its price is no limit";
  if (order.open == 0 || order.open > quantity_max || order.executed > quantity_max - order.open)
    return "no order has so many shares, or so few";
  if (const std::string_view fault = special_fault(order); !fault.empty())
    return fault;
  return order.tags.is_sound() ? std::string_view() : "its tags are none that are kept";
}

/// An order expires if its time in force says so, later than now, and not later than it can.
bool SavedReader::expires_rightly(const SpecialOrder& order) const {
  if (order.terms.time_in_force != '6')
    return order.expiry_ns == 0;
  constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t now = state_.scalars.time_ns.raw;
  const std::uint64_t life = order.terms.expire_s * std::uint64_t{1'000'000'000};
  return order.terms.expire_s < 86'400 && order.expiry_ns <= now + std::min(life, never - now) &&
         (order.expiry_ns > now || order.expiry_ns == never);
}

std::string_view SavedReader::special_fault(const SavedOrder& order) const {
  const SpecialOrder& special = order.special;
  if (special.terms.is_ordinary())
    return {};
  if (!is_given(special.first_ref, state_.scalars.order_count) ||
      special.first_ref > order.id.order_ref)
    return "its first reference was never given out";
  const OrderTerms& terms = special.terms;
  if (!is_one_of(terms.time_in_force, "056E") || !is_self_match_strategy(terms.aiq_strategy))
    return "a letter that no order has";
  if (!expires_rightly(special))
    return "an expiry that no order has";
  const bool hidden = order.terms.display == 'N';
  if ((terms.min_qty != 0 && !hidden) || (terms.max_floor != 0 && hidden) ||
      (terms.random_reserves != 0 && terms.random_reserves >= terms.max_floor))
    return "terms that do not go together";
  if (terms.max_floor == 0 ? special.reserve != 0 || special.refreshes != 0
                           : std::uint64_t{terms.max_floor} + terms.random_reserves < order.open)
    return "more shares displayed, or in reserve, than its terms say";
  if (special.reserve > quantity_max - order.executed - order.open)
    return "no order has so many shares, or so few";
  return price_fault(order);
}

/// Of terms by which the engine makes prices.
std::string_view SavedReader::price_fault(const SavedOrder& order) {
  const OrderTerms& terms = order.special.terms;
  const bool is_midpoint = terms.price_type == 'M' || terms.price_type == 'm';
  if (!is_one_of(terms.price_type, "LPMRm") || !is_one_of(terms.discretion_type, "LPMR") ||
      (is_midpoint && order.terms.display != 'N'))
    return "a letter that no order has";
  const Price cap{order.special.cap};
  if (terms.is_peg() ? !is_limit(cap) && !is_market(cap) : cap.raw != 0)
    return "its cap is none";
  if (terms.has_discretion() &&
      (terms.price_type != 'L' || terms.discretion_price > price_limit_max.raw))
    return "its discretion is none";
  return {};
}

/// Orders ascend, and no buyer's price meets a seller's: unless one of them wants more shares than
/// the other has.
std::string_view SavedReader::place_fault(const SavedOrder& order) {
  if (!state_.orders.empty() && !lies_before(state_.orders.back(), order))
    return "out of its place";
  if (order.special.terms.min_qty != 0 || order.terms.price == 0)
    return {};  // one without a price waits off the book
  if (is_buy(order.side))
    best_buyer_ = {order.id.instrument, order.terms.price};
  else if (best_buyer_.first == order.id.instrument && best_buyer_.second >= order.terms.price)
    return "it should have traded";
  return {};
}

bool SavedReader::orders_are_unique() {
  std::vector<std::uint64_t> references;
  std::vector<std::tuple<std::uint32_t, std::uint8_t, std::uint32_t>> numbers;
  for (const SavedOrder& order : state_.orders) {
    references.push_back(order.id.order_ref);
    numbers.emplace_back(order.id.session, order.id.user_ref_idx, order.id.user_ref_num);
  }
  const auto repeats = [](auto& values) {
    std::sort(values.begin(), values.end());
    return std::adjacent_find(values.begin(), values.end()) != values.end();
  };
  return (!repeats(references) && !repeats(numbers)) || wrong("two orders have one number");
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

}  // namespace

bool read(StateReader& reader, const Capacity& capacity, SavedState& state, std::string* why) {
  SavedReader saved(reader, capacity, state);
  if (saved.read())
    return true;
  if (why != nullptr)
    *why = saved.error();
  return false;
}

}  // namespace wirebook::match
