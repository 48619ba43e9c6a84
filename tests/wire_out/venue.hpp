// A venue between bytes: OUCH in, through parser, engine and encoders, OUCH and ITCH out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wirebook/wire/ouch50_out.hpp"

#include "match/engine.hpp"
#include "slot_ring/group.hpp"
#include "tests/wire_out/decided.hpp"
#include "wire_in/ouch_parser.hpp"

namespace wirebook::wire_out {

/// One message that left, to a session, or to the market (session 0).
struct Sent {
  std::uint32_t session;
  std::vector<std::byte> bytes;

  [[nodiscard]] char type() const { return static_cast<char>(bytes[0]); }
  [[nodiscard]] std::uint64_t number(std::size_t offset, std::size_t width) const {
    std::uint64_t value = 0;
    for (const std::byte byte : Bytes(bytes).subspan(offset, width))
      value = value << 8 | std::to_integer<std::uint64_t>(byte);
    return value;
  }
};

class Venue {
 public:
  /// What the slot of a client's message led to, in the order in which it was decided.
  std::vector<Sent> client(std::uint32_t session, Bytes message) {
    WIREBOOK_ASSERT(writer_.has_credit(group_slots_max));
    EXPECT_EQ(wire_in::parse_ouch(message, session, TimeNs{1'000}, writer_), Outcome::ok);
    return run();
  }
  template <class Body>
  std::vector<Sent> host(SlotKind kind, const Body& body) {
    WIREBOOK_ASSERT(writer_.has_credit(1));
    Slot& slot = writer_.at();
    slot.time_ns = {1'000};
    static_assert(sizeof body == sizeof slot.enter);
    std::memcpy(&slot.enter, &body, sizeof body);
    writer_.publish({.kind = kind});
    return run();
  }
  std::vector<Sent> instrument(std::uint16_t locate, std::string_view symbol) {
    return host(SlotKind::instrument, InstrumentBody{.instrument = locate,
                                                     .trading_state = 'T',
                                                     .round_lot = 100,
                                                     .symbol = Symbol::from(symbol)});
  }
  std::vector<Sent> session_up(std::uint32_t session) {
    return host(
        SlotKind::session_up,
        SessionBody{.cancel_on_disconnect = 1, .session = session, .firm = Firm::from("FRM")});
  }

 private:
  std::vector<Sent> run() {
    std::vector<Sent> sent;
    const auto group = slot_ring::peek_group(reader_);
    WIREBOOK_ASSERT(event_writer_.has_credit(step_events_max));
    match::Step step = engine_.on_slot(*group, event_writer_);
    take(*group, sent);
    while (step == match::Step::more) {
      WIREBOOK_ASSERT(event_writer_.has_credit(step_events_max));
      step = engine_.resume(event_writer_);
      take(*group, sent);
    }
    reader_.release(group->slot_count());
    return sent;
  }
  void take(const SlotGroup& cause, std::vector<Sent>& sent) {
    while (const auto event = slot_ring::peek_group(event_reader_)) {
      std::array<std::byte, ouch_message_bytes_max> ouch;
      if (const std::size_t bytes = encode_ouch(*event, cause, ouch); bytes != 0)
        sent.push_back(
            {event->head->session, {ouch.begin(), ouch.begin() + std::ptrdiff_t(bytes)}});
      std::array<std::byte, itch_message_bytes_max> itch;
      if (const std::size_t bytes = itch_.encode(*event, cause, itch); bytes != 0)
        sent.push_back({0, {itch.begin(), itch.begin() + std::ptrdiff_t(bytes)}});
      event_reader_.release(event->event_count());
    }
  }

  slot_ring::Ring<Slot> slots_{1024};
  slot_ring::Ring<Event> events_{1024};
  slot_ring::Writer<Slot> writer_{slots_};
  slot_ring::Reader<Slot> reader_{slots_};
  slot_ring::Writer<Event> event_writer_{events_};
  slot_ring::Reader<Event> event_reader_{events_};
  match::Engine engine_{{.orders = 1024, .trades = 64, .sessions = 32, .instruments = 64}};
  ItchEncoder itch_;
};

/// An order as a test speaks of it; what it leaves out is ordinary.
struct Order {
  std::uint32_t number = 1;
  char side = 'B';
  std::uint32_t quantity = 100;
  std::uint64_t price = 10'0000;
  char time_in_force = '0';
  char display = 'Y';
};
inline WireBytes enter_message(const Order& order, Bytes tags = {}) {
  return WireBytes()
      .text("O")
      .be(order.number, 4)
      .text(std::string(1, order.side))
      .be(order.quantity, 4)
      .text("AAPL", 8)
      .be(order.price, 8)
      .text(std::string{order.time_in_force, order.display, 'P', 'N', 'N'})
      .text("id " + std::to_string(order.number), 14)
      .be(tags.size(), 2)
      .add(tags);
}
inline WireBytes replace_message(std::uint32_t original, const Order& order) {
  return WireBytes()
      .text("U")
      .be(original, 4)
      .be(order.number, 4)
      .be(order.quantity, 4)
      .be(order.price, 8)
      .text(std::string{order.time_in_force, order.display, 'N'})
      .text("id " + std::to_string(order.number), 14)
      .be(0, 2);
}
inline WireBytes cancel_message(std::uint32_t number, std::uint32_t quantity) {
  return WireBytes().text("X").be(number, 4).be(quantity, 4);
}

}  // namespace wirebook::wire_out
