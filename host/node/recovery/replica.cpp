#include "node/recovery/replica.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "wirebook/assert.hpp"
#include "wirebook/limits.hpp"

#include "node/config/sizes.hpp"
#include "slot_ring/group.hpp"

namespace wirebook::node {

namespace {

constexpr std::uint32_t state_version = 2;

}  // namespace

ReplicaSize replica_size(const NodeConfig& config) {
  return {.engine = engine_capacity(config),
          .sessions = static_cast<std::uint32_t>(config.sessions.size()),
          .history_chunks = history_chunks(config),
          .market = market_log_size(config)};
}

Replica::Replica(const ReplicaSize& size)
    : events_(ring_slots_min),
      engine_(size.engine),
      outbound_(std::make_unique<wire_out::OutboundLog>(size.sessions, size.history_chunks)),
      sequence_(size.start_sequence),
      is_up_(size.sessions + 2),
      is_killed_(size.sessions + 2),
      instruments_(size.engine.instruments + 1U) {
  marks_.start(sequence_, engine_.digest());
  if (size.market)
    outbound_->keep_market(*size.market);
}

void Replica::on_group(const SlotGroup& group) {
  WIREBOOK_ASSERT(group.sequence == sequence_);
  const SlotKind kind = group.head->tail.kind;
  if (kind == SlotKind::digest)
    check_digest(group);
  WIREBOOK_ASSERT(event_writer_.has_credit(step_events_max));
  match::Step step = engine_.on_slot(group, event_writer_);
  take_events(group);
  while (step == match::Step::more) {
    WIREBOOK_ASSERT(event_writer_.has_credit(step_events_max));
    step = engine_.resume(event_writer_);
    take_events(group);
  }
  follow(group);
  const std::uint64_t after = sequence_ + group.slot_count();
  marks_.note(sequence_, after, kind, [this] { return engine_.digest(); });
  sequence_ = after;
}

void Replica::take_events(const SlotGroup& cause) {
  while (const auto event = slot_ring::peek_group(event_reader_)) {
    outbound_->encode(*event, cause);
    if (market_sink_)
      tell_market(*event, cause);
    else
      outbound_->pass_market(*event, cause);
    event_reader_.release(event->event_count());
  }
}

void Replica::tell_market(const EventGroup& event, const SlotGroup& cause) {
  std::array<std::byte, wire_out::itch_message_bytes_max> message;
  const std::uint64_t number = outbound_->next_market_number();
  const std::size_t bytes = outbound_->encode_market(event, cause, message);
  if (bytes != 0)
    market_sink_(number, std::span<const std::byte>(message).first(bytes));
}

/// What a node knows of the stream beside the engine.
void Replica::follow(const SlotGroup& group) {
  const Slot& slot = *group.head;
  switch (slot.tail.kind) {
    case SlotKind::session_up:
    case SlotKind::session_down:
      if (!is_session(slot.session.session))
        return;
      is_up_[slot.session.session] = slot.tail.kind == SlotKind::session_up;
      if (slot.tail.kind == SlotKind::session_up)
        is_killed_[slot.session.session] = false;
      return;
    case SlotKind::kill:
      return note_kill(slot.session);
    case SlotKind::instrument:
      return define(slot.instrument);
    case SlotKind::trading_state:
      return set_state(slot.instrument);
    case SlotKind::system_event:
      system_event_ = slot.admin.code;
      if (system_event_ == 'S')
        is_day_open_ = true;
      if (system_event_ == 'E' || system_event_ == 'C')
        is_day_open_ = false;
      return;
    default:
      return;
  }
}

/// Only the definition that the engine took: a second one of a locate, or a symbol, is none.
void Replica::define(const InstrumentBody& body) {
  const std::uint16_t locate = body.instrument;
  if (locate == 0 || locate >= instruments_.size() || instruments_[locate].instrument != 0)
    return;
  if (engine_.find_instrument(body.symbol) == locate)
    instruments_[locate] = body;
}

void Replica::set_state(const InstrumentBody& body) {
  const std::uint16_t locate =
      body.instrument != 0 ? body.instrument : engine_.find_instrument(body.symbol);
  if (instrument(locate) == nullptr)
    return;
  instruments_[locate].trading_state = body.trading_state;
  instruments_[locate].reason = body.reason;
}

void Replica::note_kill(const SessionBody& body) {
  if (body.session != 0) {
    if (is_session(body.session))
      is_killed_[body.session] = true;
    return;
  }
  if (std::find(killed_firms_.begin(), killed_firms_.end(), body.firm) == killed_firms_.end() &&
      killed_firms_.size() < match::killed_firms_max)
    killed_firms_.push_back(body.firm);
}

bool Replica::is_disabled(std::uint32_t session, const Firm& firm) const {
  return is_killed_[session] ||
         std::find(killed_firms_.begin(), killed_firms_.end(), firm) != killed_firms_.end();
}

void Replica::check_digest(const SlotGroup& group) {
  const DigestBody& body = group.head->digest;
  switch (marks_.check(body.covered_sequence, body.digest)) {
    case match::DigestMarks::Check::agrees:
      ++digests_agreed_;
      return;
    case match::DigestMarks::Check::differs:
      if (!mismatch_)
        mismatch_ = Mismatch{.slot_sequence = group.sequence,
                             .covered_sequence = body.covered_sequence,
                             .stated = body.digest};
      return;
    case match::DigestMarks::Check::unknown:
      return;
  }
}

std::vector<std::uint32_t> Replica::sessions_up() const {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t number = 1; number < is_up_.size(); ++number)
    if (is_up_[number])
      numbers.push_back(number);
  return numbers;
}

const InstrumentBody* Replica::instrument(std::uint16_t locate) const {
  if (locate == 0 || locate >= instruments_.size() || instruments_[locate].instrument == 0)
    return nullptr;
  return &instruments_[locate];
}

void Replica::save(match::StateWriter& writer) const {
  writer.u32(state_version);
  writer.u64(sequence_);
  writer.character(system_event_);
  writer.boolean(is_day_open_);
  const std::vector<std::uint32_t> up = sessions_up();
  writer.u32(static_cast<std::uint32_t>(up.size()));
  for (const std::uint32_t number : up)
    writer.u32(number);
  save_kills(writer);
  std::uint32_t defined = 0;
  for (const InstrumentBody& body : instruments_)
    defined += body.instrument != 0 ? 1U : 0U;
  writer.u32(defined);
  for (const InstrumentBody& body : instruments_)
    if (body.instrument != 0)
      save_instrument(body, writer);
  engine_.save(writer);
  outbound_->save(writer);
}

bool Replica::load(match::StateReader& reader, std::string* why) {
  if (const std::uint32_t version = reader.u32(); version != state_version) {
    *why = "replica: version " + std::to_string(version) + " is not known here";
    return false;
  }
  sequence_ = reader.u64();
  system_event_ = reader.character();
  is_day_open_ = reader.boolean();
  if (!load_sessions(reader, why) || !load_kills(reader, why) || !load_instruments(reader, why) ||
      !engine_.load(reader, why) || !outbound_->load(reader, why))
    return false;
  if (reader.failed() || reader.remaining() != 0) {
    *why = "replica: malformed at its end";
    return false;
  }
  marks_ = {};
  marks_.start(sequence_, engine_.digest());
  return true;
}

void Replica::save_instrument(const InstrumentBody& body, match::StateWriter& writer) {
  writer.u16(body.instrument);
  writer.character(body.trading_state);
  writer.u32(body.round_lot);
  writer.alpha(body.symbol);
  writer.alpha(body.reason);
}

bool Replica::load_sessions(match::StateReader& reader, std::string* why) {
  for (std::uint32_t left = reader.u32(); left != 0 && !reader.failed(); --left) {
    const std::uint32_t number = reader.u32();
    if (!is_session(number)) {
      *why = "replica: session " + std::to_string(number) + " is logged in, but there are only " +
             std::to_string(outbound_->sessions());
      return false;
    }
    is_up_[number] = true;
  }
  return true;
}

void Replica::save_kills(match::StateWriter& writer) const {
  writer.u32(static_cast<std::uint32_t>(std::count(is_killed_.begin(), is_killed_.end(), true)));
  for (std::uint32_t number = 1; number < is_killed_.size(); ++number)
    if (is_killed_[number])
      writer.u32(number);
  writer.u32(static_cast<std::uint32_t>(killed_firms_.size()));
  for (const Firm& firm : killed_firms_)
    writer.alpha(firm);
}

bool Replica::load_kills(match::StateReader& reader, std::string* why) {
  for (std::uint32_t left = reader.u32(); left != 0 && !reader.failed(); --left) {
    const std::uint32_t number = reader.u32();
    if (!is_session(number)) {
      *why = "replica: session " + std::to_string(number) + " is killed, but there are only " +
             std::to_string(outbound_->sessions());
      return false;
    }
    is_killed_[number] = true;
  }
  const std::uint32_t firms = reader.u32();
  if (firms > match::killed_firms_max) {
    *why = "replica: " + std::to_string(firms) + " firms are killed";
    return false;
  }
  for (std::uint32_t i = 0; i < firms && !reader.failed(); ++i)
    killed_firms_.push_back(reader.alpha<sizeof(Firm)>());
  return true;
}

bool Replica::load_instruments(match::StateReader& reader, std::string* why) {
  for (std::uint32_t left = reader.u32(); left != 0 && !reader.failed(); --left) {
    const std::uint16_t locate = reader.u16();
    if (locate == 0 || locate >= instruments_.size()) {
      *why = "replica: instrument " + std::to_string(locate) +
             " is defined, but there is room for " + std::to_string(instruments_.size() - 1);
      return false;
    }
    InstrumentBody& body = instruments_[locate];
    body.instrument = locate;
    body.trading_state = reader.character();
    body.round_lot = reader.u32();
    body.symbol = reader.alpha<sizeof(body.symbol)>();
    body.reason = reader.alpha<sizeof(body.reason)>();
  }
  return true;
}

ReplicaParts Replica::take() && {
  outbound_->count_as_sent();
  return {.engine = std::move(engine_), .outbound = std::move(outbound_), .marks = marks_};
}

}  // namespace wirebook::node
