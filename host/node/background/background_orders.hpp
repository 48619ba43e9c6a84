// A recorded feed as the order entry that would have made it.
//
//   ITCH   A F ──► Enter        X D ──► Cancel        U ──► Replace        H ──► trading state
//          E C ──► an order against the one that rested, at its price, immediate or cancel
//
// Sans-IO: messages and reports in, slots out. Who rests is known by the recording's references;
// what has become of it here, by reports, which come a little later. Messages about an order that
// has ended here are counted and not sent; one that the recording has executed, and that is not
// gone here since others were before it, is canceled.
//
// Shapes: feed slots as the ITCH parser makes them; groups ready for the inject ring. Threads: one;
// counters any. Errors: each message has one outcome, a counter. Cost: two look-ups a message;
// memory is bounded by the recording's live orders, and by what reports are still to come of.
// Specification: README.md of this folder; ITCH 5.0; host/match/RULES.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "node/background/background_counters.hpp"
#include "node/background/background_report.hpp"

namespace wirebook::node {

/// A slot and its extension; none where there is nothing to send.
struct BackgroundGroup {
  std::array<Slot, 2> slots{};
  std::size_t count = 0;

  [[nodiscard]] std::span<const Slot> group() const { return std::span(slots).first(count); }
};

class BackgroundOrders {
 public:
  explicit BackgroundOrders(std::uint32_t session) : session_(session) {}

  /// The UserRefNum that the first order gets.
  void begin_at(std::uint32_t number) { next_number_ = number; }
  /// All numbers are used up: nothing can be entered any more.
  [[nodiscard]] bool exhausted() const { return next_number_ == 0; }

  /// The recording's next message; not when `exhausted`.
  [[nodiscard]] BackgroundGroup on_message(const Slot& message);
  void on_report(const BackgroundReport& report);
  /// What the reports so far ask for, one after the other; behind each `on_report`.
  [[nodiscard]] BackgroundGroup take_leftover();
  /// Reports were lost: what is still awaited may never come.
  void forget_awaited();

  [[nodiscard]] const BackgroundCounters& counters() const { return counters_; }
  /// Of the recording.
  [[nodiscard]] std::size_t live_orders() const { return orders_.size(); }

 private:
  struct Order {
    std::uint32_t number;        ///< by which the next message names it
    std::uint32_t previous = 0;  ///< until its replace is reported
    std::uint32_t total;         ///< shares, executed ones too, less those that were canceled
    std::uint32_t executed = 0;  ///< by the recording
    std::uint32_t left;          ///< open here, as far as is reported
    Price price;
    Symbol symbol;
    char side;
    bool lives = true;  ///< here

    [[nodiscard]] std::uint32_t open() const { return total - executed; }
  };
  using Orders = std::unordered_map<std::uint64_t, Order>;
  /// An order that came for one that rested.
  struct Execution {
    std::uint32_t resting;
    std::uint32_t left;
  };
  /// An order that the recording has executed, until it is known what that was here.
  struct Executed {
    std::uint32_t previous;
    std::uint32_t left;
    std::uint32_t by;  ///< the last order that came for it
  };

  void add(const FeedAddBody& body, BackgroundGroup& out);
  void reduce(const FeedChangeBody& body, bool all, BackgroundGroup& out);
  void replace(const FeedChangeBody& body, BackgroundGroup& out);
  void execute(const FeedExecuteBody& body, BackgroundGroup& out);
  void set_state(const FeedVerbatimBody& body, BackgroundGroup& out);

  /// Null if there is none.
  template <class Map>
  static auto* find_in(Map& map, typename Map::key_type key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
  }
  Orders::iterator find(std::uint64_t reference);
  Order* order_of(std::uint32_t number);
  void erase(Orders::iterator order);
  void count(BackgroundCount what, std::uint64_t amount = 1) { counters_.add(what, amount); }
  Slot& send(SlotKind kind, BackgroundGroup& out);
  [[nodiscard]] EnterBody enter(const Order& order, std::uint32_t number) const;

  void on_replaced(const BackgroundReport& report);
  void on_rejected(const BackgroundReport& report);
  void on_canceled(const BackgroundReport& report);
  void on_traded(const BackgroundReport& report);
  void take_from(std::uint32_t number, std::uint32_t shares);
  void cancel_all(std::uint32_t number, BackgroundGroup& out);
  void end_execution(std::uint32_t number, std::uint32_t shares);

  const std::uint32_t session_;
  std::uint32_t next_number_ = 1;
  Orders orders_;                                               ///< by the recording's reference
  std::unordered_map<std::uint32_t, std::uint64_t> by_number_;  ///< … and it, by UserRefNum
  std::unordered_map<std::uint32_t, Execution> executions_;     ///< by UserRefNum
  std::unordered_map<std::uint32_t, Executed> executed_;        ///< by UserRefNum
  std::vector<std::uint32_t> leftovers_;                        ///< UserRefNums to be canceled
  BackgroundCounters counters_;
};

}  // namespace wirebook::node
