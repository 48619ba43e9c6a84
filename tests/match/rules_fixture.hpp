// The vocabulary of the rules' tests, over both engines.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/match/rig.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

/// An order as a test speaks of it; what it leaves out is ordinary.
struct Order {
  std::uint32_t session = 1;
  std::uint32_t number = 1;
  char side = 'B';
  std::uint32_t quantity = 100;
  std::string_view symbol = "AAPL";
  std::uint32_t price = 10'0000;
  char time_in_force = '0';
  char display = 'Y';
  char capacity = 'P';
  char iso = 'N';
  char cross_type = 'N';
  std::string_view cl_ord_id = "";
};

struct Replacement {
  std::uint32_t session = 1;
  std::uint32_t original = 1;
  std::uint32_t number = 2;
  std::uint32_t quantity = 100;
  std::uint32_t price = 10'0000;
  char time_in_force = '0';
  char display = 'Y';
  char iso = 'N';
};

template <class AnyEngine>
class Rules : public testing::Test {
 protected:
  Rules() {
    instrument(1, "AAPL");
    instrument(2, "MSFT");
    for (const std::uint32_t session : {1U, 2U, 3U})
      session_up(session, "FRM1");
  }

  using Events = std::vector<Told>;

  Events instrument(std::uint16_t locate, std::string_view symbol) {
    return rig_.feed(SlotKind::instrument, InstrumentBody{.instrument = locate,
                                                          .trading_state = 'T',
                                                          .round_lot = 100,
                                                          .symbol = Symbol::from(symbol)});
  }
  Events trading_state(std::uint16_t locate, char state) {
    return rig_.feed(SlotKind::trading_state,
                     InstrumentBody{.instrument = locate, .trading_state = state});
  }
  Events session_up(std::uint32_t session, std::string_view firm, bool cancel = true) {
    return rig_.feed(
        SlotKind::session_up,
        SessionBody{.cancel_on_disconnect = cancel, .session = session, .firm = Firm::from(firm)});
  }
  Events session_down(std::uint32_t session) {
    return rig_.feed(SlotKind::session_down, SessionBody{.session = session});
  }
  Events kill(std::uint32_t session, std::string_view firm = "") {
    return rig_.feed(SlotKind::kill, SessionBody{.session = session, .firm = Firm::from(firm)});
  }
  Events system_event(char code) {
    return rig_.feed(SlotKind::system_event, AdminBody{.code = code});
  }
  Events break_trade(std::uint64_t match_number) {
    return rig_.feed(SlotKind::break_trade, AdminBody{.code = 'E', .match_number = match_number});
  }
  Events enter(const Order& order, std::string_view appendage = {}, TimeNs time_ns = {}) {
    return rig_.feed(SlotKind::enter,
                     EnterBody{.session = order.session,
                               .symbol = Symbol::from(order.symbol),
                               .user_ref_num = order.number,
                               .quantity = {order.quantity},
                               .price = {order.price},
                               .cl_ord_id = ClOrdId::from(order.cl_ord_id),
                               .side = order.side,
                               .time_in_force = order.time_in_force,
                               .display = order.display,
                               .capacity = order.capacity,
                               .iso = order.iso,
                               .cross_type = order.cross_type},
                     time_ns, appendage);
  }
  Events replace(const Replacement& order, std::string_view appendage = {}, TimeNs time_ns = {}) {
    return rig_.feed(SlotKind::replace,
                     ReplaceBody{.session = order.session,
                                 .orig_user_ref_num = order.original,
                                 .user_ref_num = order.number,
                                 .quantity = {order.quantity},
                                 .price = {order.price},
                                 .cl_ord_id = ClOrdId::from("new"),
                                 .time_in_force = order.time_in_force,
                                 .display = order.display,
                                 .iso = order.iso},
                     time_ns, appendage);
  }
  Events cancel(std::uint32_t session, std::uint32_t number, std::uint32_t quantity,
                std::string_view appendage = {}) {
    return rig_.feed(SlotKind::cancel,
                     ReduceBody{.session = session, .user_ref_num = number, .quantity = {quantity}},
                     {}, appendage);
  }
  Events modify(std::uint32_t session, std::uint32_t number, char side, std::uint32_t quantity) {
    return rig_.feed(
        SlotKind::modify,
        ReduceBody{
            .session = session, .user_ref_num = number, .quantity = {quantity}, .side = side});
  }
  Events account(SlotKind kind, std::uint32_t session, std::uint32_t number,
                 std::string_view firm = "", std::string_view symbol = "",
                 std::string_view appendage = {}) {
    return rig_.feed(kind,
                     AccountBody{.session = session,
                                 .symbol = Symbol::from(symbol),
                                 .user_ref_num = number,
                                 .firm = Firm::from(firm)},
                     {}, appendage);
  }
  [[nodiscard]] const EngineCounters& counters() const { return rig_.engine.counters(); }
  [[nodiscard]] BookSummary book(std::uint16_t locate = 1) const {
    return rig_.engine.book(locate);
  }

  Rig<AnyEngine> rig_;
};

/// The letters of what was told, one an event, the ITCH letter behind it in lower case brackets:
/// "A(A)E(E)E" reads: accepted with an add, executed with E, executed.
inline std::string story(const std::vector<Told>& events) {
  std::string text;
  for (const Told& told : events) {
    text += told.event.tail.kind == EventKind::market ? 'm' : told.kind();
    if (told.event.tail.market != 0)
      (((text += '(') += told.event.tail.market) += ')');
  }
  return text;
}

/// The code of the one `rejected` event, 0 if that is not what was told.
inline unsigned reject_code(const std::vector<Told>& events) {
  return events.size() == 1 && events[0].event.tail.kind == EventKind::rejected
             ? events[0].event.reject_code
             : 0;
}

using Engines = testing::Types<Engine, NaiveEngine>;

}  // namespace wirebook::match
