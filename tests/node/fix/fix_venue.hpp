// A venue that FIX clients trade at, without sockets: translators, and the engine behind them.
//
//   Message ──► Translator ──► OUCH ──► parser, engine, encoder ──► OUCH ──► Translator ──► Message
#pragma once

#include <array>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "wirebook/assert.hpp"

#include "match/engine.hpp"
#include "node/fix/fix_tags.hpp"
#include "node/fix/fix_translator.hpp"
#include "node/fix/fix_values.hpp"
#include "slot_ring/group.hpp"
#include "wire_in/ouch_parser.hpp"
#include "wire_out/ouch_encoder.hpp"

namespace wirebook::fix {

using ByteVector = std::vector<std::byte>;

/// "D" and pairs of tag and value.
inline Message message(std::string type, std::vector<Field> fields) {
  Message result;
  result.type = std::move(type);
  result.fields = std::move(fields);
  return result;
}

inline std::string value(const Message& message, int tag) {
  const std::string* const text = message.find(tag);
  return text ? *text : "";
}
inline std::uint32_t shares(const Message& message, int tag) {
  return read_quantity(value(message, tag)).value_or(0);
}

/// One account: its translator, what the node has told it, and what its FIX client has heard.
struct Party {
  explicit Party(std::uint32_t number) : session(number) {}

  std::uint32_t session;
  Translator translator;
  std::vector<ByteVector> stream;
  std::deque<Message> heard;
};

/// The naive engine costs less to make, the fast one less to use.
template <class Engine>
class FixVenueWith {
 public:
  static constexpr std::int64_t start_ns = 1'767'607'200 * ns_a_second;  // 2026-01-05 10:00 UTC

  explicit FixVenueWith(std::size_t parties = 2) {
    instrument(1, "AAPL", 'T');
    instrument(2, "MSFT", 'T');
    instrument(3, "HALT", 'H');
    for (std::uint32_t i = 1; i <= parties; ++i) {
      parties_.push_back(std::make_unique<Party>(i));
      const std::string firm = "F" + std::to_string(i);
      host(SlotKind::session_up,
           SessionBody{.cancel_on_disconnect = 1, .session = i, .firm = Firm::from(firm)});
      log_in(*parties_.back());
    }
  }

  [[nodiscard]] Party& party(std::size_t index) { return *parties_[index]; }
  [[nodiscard]] Now now() const { return {.ns = now_ns_, .utc_offset_minutes = 0}; }
  void pass(std::int64_t ns) { now_ns_ += ns; }

  void log_in(Party& party, const char* session = "DAY1") {
    Actions actions;
    party.translator.on_login(session, ++nonce_ * 7919, now(), actions);
    take(party, std::move(actions));
    WIREBOOK_ASSERT(holding_ || party.translator.ready());
  }
  /// A new translator that knows nothing but the stream.
  void restart(Party& party, Tell tell = Tell::nothing) {
    party.translator = Translator();
    Actions actions;
    party.translator.on_login("DAY1", ++nonce_ * 7919, now(), actions);
    for (std::size_t i = 0; i < party.stream.size(); ++i)
      party.translator.on_ouch(i + 1, party.stream[i], now(), tell, actions);
    take(party, std::move(actions));
  }

  void say(Party& party, const Message& message) {
    Actions actions;
    party.translator.on_fix(message, now(), actions);
    take(party, std::move(actions));
  }
  /// What comes next, or an empty message.
  Message hear(Party& party) {
    if (party.heard.empty())
      return {};
    Message message = std::move(party.heard.front());
    party.heard.pop_front();
    return message;
  }

  /// While it holds, what FIX asks for does not reach the engine.
  void hold() { holding_ = true; }
  void release() {
    holding_ = false;
    for (auto& [session, bytes] : std::exchange(held_, {}))
      to_engine(*parties_[session - 1], bytes);
  }
  /// What was held is lost, and the connection with it.
  void lose() { (void)take_held(); }
  /// … or comes later, if the test brings it.
  std::vector<std::pair<std::uint32_t, ByteVector>> take_held() {
    holding_ = false;
    return std::exchange(held_, {});
  }

  template <class Body>
  void host(SlotKind kind, const Body& body) {
    WIREBOOK_ASSERT(writer_.has_credit(1));
    Slot& slot = writer_.at();
    slot.time_ns = engine_time();
    static_assert(sizeof body == sizeof slot.enter);
    std::memcpy(&slot.enter, &body, sizeof body);
    writer_.publish({.kind = kind});
    run();
  }
  void instrument(std::uint16_t locate, std::string_view symbol, char state) {
    host(SlotKind::instrument, InstrumentBody{.instrument = locate,
                                              .trading_state = state,
                                              .round_lot = 100,
                                              .symbol = Symbol::from(symbol)});
  }
  /// OUCH from somebody who does not come by FIX.
  void ouch(Party& party, const ByteVector& bytes) { to_engine(party, bytes); }
  /// What the node says, as if it had decided so.
  void node_says(Party& party, const ByteVector& bytes) { deliver(party, bytes); }

 private:
  [[nodiscard]] TimeNs engine_time() const {
    return {static_cast<std::uint64_t>(now_ns_ % ns_a_day)};
  }
  void take(Party& party, Actions actions) {
    for (Message& message : actions.fix)
      party.heard.push_back(std::move(message));
    for (ByteVector& bytes : actions.ouch) {
      if (holding_)
        held_.emplace_back(party.session, std::move(bytes));
      else
        to_engine(party, bytes);
    }
  }
  void to_engine(Party& party, const ByteVector& bytes) {
    WIREBOOK_ASSERT(writer_.has_credit(group_slots_max));
    const Outcome outcome = wire_in::parse_ouch(bytes, party.session, engine_time(), writer_);
    WIREBOOK_ASSERT(outcome == Outcome::ok);
    run();
  }
  void deliver(Party& party, ByteVector bytes) {
    party.stream.push_back(std::move(bytes));
    Actions actions;
    party.translator.on_ouch(party.stream.size(), party.stream.back(), now(), Tell::news, actions);
    take(party, std::move(actions));
  }
  void run() {
    std::vector<std::pair<std::uint32_t, ByteVector>> sent;
    const auto group = slot_ring::peek_group(reader_);
    WIREBOOK_ASSERT(event_writer_.has_credit(step_events_max));
    match::Step step = engine_.on_slot(*group, event_writer_);
    collect(*group, sent);
    while (step == match::Step::more) {
      WIREBOOK_ASSERT(event_writer_.has_credit(step_events_max));
      step = engine_.resume(event_writer_);
      collect(*group, sent);
    }
    reader_.release(group->slot_count());
    for (auto& [session, bytes] : sent)
      if (session <= parties_.size())
        deliver(*parties_[session - 1], std::move(bytes));
  }
  void collect(const SlotGroup& cause, std::vector<std::pair<std::uint32_t, ByteVector>>& sent) {
    while (const auto event = slot_ring::peek_group(event_reader_)) {
      std::array<std::byte, wire_out::ouch_message_bytes_max> ouch;
      if (const std::size_t bytes = wire_out::encode_ouch(*event, cause, ouch); bytes != 0)
        sent.emplace_back(event->head->session,
                          ByteVector(ouch.begin(), ouch.begin() + std::ptrdiff_t(bytes)));
      event_reader_.release(event->event_count());
    }
  }

  slot_ring::Ring<Slot> slots_{ring_slots_min};
  slot_ring::Ring<Event> events_{ring_slots_min};
  slot_ring::Writer<Slot> writer_{slots_};
  slot_ring::Reader<Slot> reader_{slots_};
  slot_ring::Writer<Event> event_writer_{events_};
  slot_ring::Reader<Event> event_reader_{events_};
  Engine engine_{match::Capacity{.orders = 1024, .trades = 256, .sessions = 8, .instruments = 8}};
  std::vector<std::unique_ptr<Party>> parties_;
  std::vector<std::pair<std::uint32_t, ByteVector>> held_;
  std::int64_t now_ns_ = start_ns;
  std::uint32_t nonce_ = 0;
  bool holding_ = false;
};

using FixVenue = FixVenueWith<match::Engine>;

/// What a client may ask of each ExecutionReport that it gets.
inline bool adds_up(const Message& report) {
  const std::uint64_t cum = shares(report, tag::cum_qty);
  const std::uint64_t leaves = shares(report, tag::leaves_qty);
  const std::string status = value(report, tag::ord_status);
  const bool open = status == "0" || status == "1" || status == "A";
  if (!report.find(tag::order_qty))
    return status == "8" && cum == 0 && leaves == 0;
  return cum + leaves <= shares(report, tag::order_qty) && open == (leaves != 0) &&
         (cum == 0) == (value(report, tag::avg_px) == "0") && (status != "1" || cum != 0);
}

inline Message new_order(std::string name, std::string side, std::string quantity,
                         std::string price, std::vector<Field> more = {}) {
  Message result = message("D", {{11, std::move(name)},
                                 {55, "AAPL"},
                                 {54, std::move(side)},
                                 {38, std::move(quantity)},
                                 {40, "2"},
                                 {44, std::move(price)},
                                 {59, "0"},
                                 {60, "20260105-10:00:00.000"}});
  for (Field& field : more) {
    bool there = false;
    for (Field& old : result.fields)
      if (old.tag == field.tag) {
        old.value = field.value;
        there = true;
      }
    if (!there)
      result.fields.push_back(std::move(field));
  }
  std::erase_if(result.fields, [](const Field& field) { return field.value == "-"; });
  return result;
}
inline Message cancel(std::string name, std::string orig) {
  return message("F", {{11, std::move(name)},
                       {41, std::move(orig)},
                       {55, "AAPL"},
                       {54, "1"},
                       {60, "20260105-10:00:00.000"}});
}
inline Message replace(std::string name, std::string orig, std::string side, std::string quantity,
                       std::string price, std::vector<Field> more = {}) {
  Message result = new_order(std::move(name), std::move(side), std::move(quantity),
                             std::move(price), std::move(more));
  result.type = "G";
  result.fields.push_back({41, std::move(orig)});
  return result;
}

}  // namespace wirebook::fix
