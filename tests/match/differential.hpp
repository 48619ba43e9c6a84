// Both engines on the same slots, compared after each, with the invariants that no rule may break.
#pragma once

#include <map>
#include <set>
#include <string>

#include "match/engine.hpp"
#include "match/naive_engine.hpp"
#include "tests/match/operations.hpp"

namespace wirebook::match {

class Differential {
 public:
  explicit Differential(const Capacity& capacity) : fast_(capacity), naive_(capacity) {
    for (std::uint16_t locate = 1; locate <= 3; ++locate)
      both(SlotKind::instrument,
           InstrumentBody{.instrument = locate,
                          .trading_state = 'T',
                          .round_lot = 100,
                          .symbol = Symbol::from("S" + std::to_string(locate))},
           {}, {});
    for (std::uint32_t session = 1; session <= 4; ++session)
      both(SlotKind::session_up,
           SessionBody{.session = session, .firm = Firm::from(session % 2 == 0 ? "F0" : "F1")}, {},
           {});
  }

  /// Empty, or what differs after this slot.
  std::string both(SlotKind kind, const auto& body, TimeNs time_ns, const std::string& appendage) {
    const auto told = fast_.feed(kind, body, time_ns, appendage);
    const auto expected = naive_.feed(kind, body, time_ns, appendage);
    if (told.size() != expected.size())
      return "events: " + std::to_string(told.size()) + " instead of " +
             std::to_string(expected.size());
    for (std::size_t i = 0; i < told.size(); ++i)
      if (bytes_of(told[i]) != bytes_of(expected[i]))
        return "event " + std::to_string(i);
    if (fast_.engine.counters() != naive_.engine.counters())
      return "counters";
    if (fast_.engine.digest() != naive_.engine.digest())
      return "digest";
    for (std::uint16_t locate = 1; locate <= 3; ++locate) {
      const BookSummary book = fast_.engine.book(locate);
      if (book != naive_.engine.book(locate))
        return "book " + std::to_string(locate);
      if (book.bid && book.ask && book.bid->price >= book.ask->price)
        return "crossed book";
    }
    for (const Told& one : expected)
      if (std::string fault = account_for(one.event); !fault.empty())
        return fault;
    return {};
  }

  [[nodiscard]] std::uint64_t trades() const { return naive_.engine.counters().trades; }

 private:
  /// Match numbers and references are dense; no order ends with more shares than it came with.
  std::string account_for(const Event& event) {
    switch (event.tail.kind) {
      case EventKind::accepted:
      case EventKind::replaced:
        if (event.order_ref != ++order_refs_)
          return "order reference is not dense";
        open_[event.order_ref] = event.quantity.raw;
        return {};
      case EventKind::executed:
        matched_ += event.tail.code == 'R' ? 1 : 0;
        if (event.tail.code == 'R' && event.match_number != matched_)
          return "match number is not dense";
        return take(event);
      case EventKind::canceled:
        return take(event);
      default:
        return {};
    }
  }
  std::string take(const Event& event) {
    std::uint32_t& open = open_[event.order_ref];
    if (event.quantity.raw == 0 || event.quantity.raw > open)
      return "more shares than there were";
    if ((open -= event.quantity.raw) == 0)
      open_.erase(event.order_ref);
    return {};
  }

  Rig<Engine> fast_;
  Rig<NaiveEngine> naive_;
  std::uint64_t order_refs_ = 0;
  std::uint64_t matched_ = 0;
  std::map<std::uint64_t, std::uint32_t> open_;
};

}  // namespace wirebook::match
