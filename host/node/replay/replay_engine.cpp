#include "node/replay/replay_engine.hpp"

#include <algorithm>

#include "wirebook/assert.hpp"
#include "wirebook/wire/big_endian.hpp"
#include "wirebook/wire/ouch50_in.hpp"

#include "node/json/json_events.hpp"
#include "node/replay/replay_bulk.hpp"
#include "slot_ring/group.hpp"
#include "wire_in/ouch_parser.hpp"
#include "wire_out/ouch_encoder.hpp"

namespace wirebook::node {

namespace {

/// Room for two batches of a device with all that may be listed in between. Of one size for all who
/// write to it, since a slot's phase tells the size.
constexpr std::size_t slot_ring_slots = std::size_t{1} << 16;
static_assert(slot_ring_slots >= 2 * bulk_orders_max * (group_slots_max + 2));

/// As configured, but no more than the input can use: a short recording is a quick replay. Nothing
/// comes out differently: every order takes a message, and every trade ends an order, which came
/// with an Enter or a Replace.
match::Capacity capacity_of(const std::optional<NodeConfig>& config, std::size_t input_bytes) {
  const EngineConfig engine = config ? config->engine : EngineConfig{};
  const auto bounded = [input_bytes](std::uint32_t configured, std::size_t message_bytes) {
    return static_cast<std::uint32_t>(
        std::min<std::size_t>(configured, input_bytes / message_bytes + 1));
  };
  const std::size_t sessions =
      config ? std::max<std::size_t>(config->sessions.size(), 1) : sessions_max;
  return {.orders = bounded(engine.orders, sizeof(wire::ouch_in::EnterOrder)),
          .orders_start = engine.orders_start,
          .trades = bounded(engine.trades, sizeof(wire::ouch_in::ReplaceOrder)),
          .shard = engine.shard,
          .sessions = static_cast<std::uint16_t>(sessions)};
}

/// What a symbol field may hold to become an instrument: printable, left-justified, not blank.
bool is_listable(Symbol symbol) {
  return symbol.text.front() != ' ' &&
         std::all_of(symbol.text.begin(), symbol.text.end(),
                     [](char letter) { return letter >= ' ' && letter <= '~'; });
}

std::span<const std::byte> bytes_of(const auto& value) {
  return std::as_bytes(std::span(&value, 1));
}

}  // namespace

EngineReplay::EngineReplay(const std::optional<NodeConfig>& config, std::size_t input_bytes,
                           const ReplayOptions& options)
    : slots_(slot_ring_slots, {.epoch = config ? config->rings.epoch : RingConfig{}.epoch}),
      events_(ring_slots_min),
      preview_(ring_slots_min),
      engine_(capacity_of(config, input_bytes)),
      list_at_first_sight_(!config),
      session_seen_(sessions_max + 1),
      symbols_(1),
      events_file_(options.out_events),
      ouch_file_(options.out_ouch),
      itch_file_(options.out_itch),
      slots_file_(options.dump_slots),
      bbo_(options.out_bbo) {
  if (!config)
    return;
  for (const InstrumentConfig& instrument : config->instruments)
    define_instrument(instrument.symbol, instrument.round_lot, instrument.trading_state, {});
  run_slots();
  std::uint32_t session = 0;
  for (const SessionConfig& account : config->sessions)
    define_session(++session, account.firm, account.cancel_on_disconnect, {});
  run_slots();
}

// ── What is listed ──────────────────────────────────────────────────────────────────────────────

void EngineReplay::define_instrument(Symbol symbol, std::uint32_t round_lot, char trading_state,
                                     TimeNs time_ns) {
  if (symbols_.size() > instruments_max)
    return;
  Slot slot{.time_ns = time_ns};
  slot.instrument = {.instrument = static_cast<std::uint16_t>(symbols_.size()),
                     .trading_state = trading_state,
                     .round_lot = round_lot,
                     .symbol = symbol};
  symbols_.push_back(symbol);
  publish(slot, SlotKind::instrument);
}

void EngineReplay::define_session(std::uint32_t session, Firm firm, bool cancel_on_disconnect,
                                  TimeNs time_ns) {
  Slot slot{.time_ns = time_ns};
  slot.session = {.cancel_on_disconnect = cancel_on_disconnect, .session = session, .firm = firm};
  publish(slot, SlotKind::session_up);
}

bool EngineReplay::is_new_session(std::uint32_t session) const {
  return session != 0 && session <= sessions_max && !session_seen_[session];
}

bool EngineReplay::is_new_symbol(Symbol symbol) const {
  return is_listable(symbol) && engine_.find_instrument(symbol) == 0;
}

void EngineReplay::see_session(std::uint32_t session, TimeNs time_ns) {
  if (!is_new_session(session))
    return;
  session_seen_[session] = true;
  define_session(session, Firm::from(""), true, time_ns);
}

void EngineReplay::see_symbol(Symbol symbol, TimeNs time_ns) {
  if (is_new_symbol(symbol))
    define_instrument(symbol, InstrumentConfig{}.round_lot, 'T', time_ns);
}

void EngineReplay::see_message(const Slot& slot) {
  see_session(slot.enter.session, slot.time_ns);  // at the same place in every order entry body
  if (slot.tail.kind == SlotKind::enter)
    see_symbol(slot.enter.symbol, slot.time_ns);
}

// ── Input ───────────────────────────────────────────────────────────────────────────────────────

Outcome EngineReplay::on_message(std::span<const std::byte> message, std::uint32_t session,
                                 TimeNs time_ns) {
  if (list_at_first_sight_) {
    WIREBOOK_ASSERT(preview_writer_.has_credit(group_slots_max));
    const Slot& head = preview_writer_.at();
    if (wire_in::parse_ouch(message, session, time_ns, preview_writer_) == Outcome::ok)
      see_message(head);
  }
  WIREBOOK_ASSERT(slot_writer_.has_credit(group_slots_max));
  const Outcome outcome = wire_in::parse_ouch(message, session, time_ns, slot_writer_);
  counts_.outcomes.add(outcome);
  if (outcome == Outcome::ok)
    run_slots();
  return outcome;
}

void EngineReplay::on_venue(const Slot& slot, SlotKind kind, Symbol symbol) {
  Slot placed = slot;
  if (kind == SlotKind::trading_state) {
    if (list_at_first_sight_)
      see_symbol(slot.instrument.symbol, slot.time_ns);
    run_slots();
    placed.instrument.instrument = engine_.find_instrument(slot.instrument.symbol);
  }
  if (kind == SlotKind::limit && symbol != Symbol{}) {
    if (list_at_first_sight_)
      see_symbol(symbol, slot.time_ns);
    run_slots();
    placed.limit.instrument = engine_.find_instrument(symbol);
  }
  if (list_at_first_sight_) {
    if (kind == SlotKind::session_up && slot.session.session <= sessions_max)
      session_seen_[slot.session.session] = true;
    const bool may_be_new =
        kind == SlotKind::session_down || kind == SlotKind::kill || kind == SlotKind::limit;
    if (may_be_new && slot.session.session != 0)
      see_session(slot.session.session, slot.time_ns);
  }
  counts_.add_message(kind);
  publish(placed, kind);
  run_slots();
  end_message();
}

// ── The pipeline ────────────────────────────────────────────────────────────────────────────────

void EngineReplay::publish(const Slot& slot, SlotKind kind) {
  WIREBOOK_ASSERT(slot_writer_.has_credit(1));
  slot_writer_.at() = slot;
  slot_writer_.publish({.kind = kind});
}

void EngineReplay::run_slots() {
  // Not as far as slots look published: behind them a device may be writing.
  while (slot_reader_.sequence() != slot_writer_.sequence()) {
    const auto group = slot_ring::peek_group(slot_reader_);
    WIREBOOK_ASSERT(group.has_value());
    const SlotKind kind = group->head->tail.kind;
    engine_time_ns_ = std::max(engine_time_ns_, group->head->time_ns);
    if (slots_file_.wanted())
      dump(*group);
    WIREBOOK_ASSERT(event_writer_.has_credit(step_events_max));
    match::Step step = engine_.on_slot(*group, event_writer_);
    take_events(*group);
    while (step == match::Step::more) {
      WIREBOOK_ASSERT(event_writer_.has_credit(step_events_max));
      step = engine_.resume(event_writer_);
      take_events(*group);
    }
    slot_reader_.release(group->slot_count());
    if (is_order_entry(kind)) {
      counts_.add_message(kind);
      end_message();
    }
  }
}

void EngineReplay::dump(const SlotGroup& group) {
  slots_file_.write(bytes_of(*group.head));
  for (std::size_t i = 0; i < group.head->tail.extension_count; ++i)
    slots_file_.write(bytes_of(*group.extensions[i]));
}

void EngineReplay::take_events(const SlotGroup& cause) {
  while (const auto event = slot_ring::peek_group(event_reader_)) {
    WIREBOOK_ASSERT(event->head->cause_sequence == cause.sequence);
    if (ouch_file_.wanted() || events_file_.wanted())
      tell_client(*event, cause);
    if (itch_file_.wanted())
      tell_market(*event, cause);
    if (event->head->instrument != 0 &&
        (touched_.empty() || touched_.back() != event->head->instrument))
      touched_.push_back(event->head->instrument);
    event_reader_.release(event->event_count());
  }
}

void EngineReplay::tell_client(const EventGroup& event, const SlotGroup& cause) {
  std::array<std::byte, wire_out::ouch_message_bytes_max> buffer;
  const std::size_t size = wire_out::encode_ouch(event, cause, buffer);
  if (size == 0)
    return;
  const auto message = std::span<const std::byte>(buffer).first(size);
  const std::uint32_t session = event.head->session;
  if (ouch_file_.wanted()) {
    ouch_file_.write(bytes_of(wire::Big16(static_cast<std::uint16_t>(size))));
    ouch_file_.write(bytes_of(wire::Big32(session)));
    ouch_file_.write(message);
  }
  if (events_file_.wanted()) {
    append_json_event(events_file_.buffer(), session, message);
    events_file_.commit();
  }
}

void EngineReplay::tell_market(const EventGroup& event, const SlotGroup& cause) {
  std::array<std::byte, wire_out::itch_message_bytes_max> buffer;
  const std::size_t size = itch_encoder_.encode(event, cause, buffer);
  if (size == 0)
    return;
  itch_file_.write(bytes_of(wire::Big16(static_cast<std::uint16_t>(size))));
  itch_file_.write(std::span<const std::byte>(buffer).first(size));
}

void EngineReplay::end_message() {
  if (bbo_.file().wanted()) {
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
    for (const std::uint16_t locate : touched_)
      bbo_.update(engine_time_ns_, locate, symbols_[locate], engine_.book(locate));
  }
  touched_.clear();
}

// ── The end ─────────────────────────────────────────────────────────────────────────────────────

ReplaySummary EngineReplay::summary(TypeNames names) const {
  ReplaySummary summary =
      make_summary(counts_, names, engine_.counters(), match::engine_counter_names);
  for (std::size_t locate = 1; locate < symbols_.size(); ++locate)
    summary.books.push_back(
        {.symbol = symbols_[locate], .book = engine_.book(static_cast<std::uint16_t>(locate))});
  return summary;
}

std::string EngineReplay::close() {
  for (OutputFile* const file :
       {&events_file_, &ouch_file_, &itch_file_, &slots_file_, &bbo_.file()})
    file->close();
  return error();
}

std::string EngineReplay::error() const {
  for (const OutputFile* const file :
       {&events_file_, &ouch_file_, &itch_file_, &slots_file_, &bbo_.file()})
    if (!file->error().empty())
      return file->error();
  return {};
}

}  // namespace wirebook::node
