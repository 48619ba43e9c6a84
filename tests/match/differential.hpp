// Both engines on the same slots, compared after each, with the invariants that no rule may break.
#pragma once

#include <string>
#include <type_traits>

#include "match/engine.hpp"
#include "match/naive/naive_engine.hpp"
#include "tests/match/ledger.hpp"
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
    std::uint32_t original = 0;
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(body)>, ReplaceBody>)
      original = body.orig_user_ref_num;
    for (const Told& one : expected)
      if (std::string fault = ledger_.see(one.event, original); !fault.empty())
        return fault;
    for (std::uint16_t locate = 1; locate <= 3; ++locate) {
      const BookSummary book = fast_.engine.book(locate);
      if (book != naive_.engine.book(locate))
        return "book " + std::to_string(locate);
      if (std::string fault = ledger_.compare(locate, book); !fault.empty())
        return "book " + std::to_string(locate) + ": " + fault;
    }
    return {};
  }

  [[nodiscard]] std::uint64_t trades() const { return naive_.engine.counters().trades; }

 private:
  Rig<Engine> fast_;
  Rig<NaiveEngine> naive_;
  Ledger ledger_;
};

}  // namespace wirebook::match
