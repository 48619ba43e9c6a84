// The orders of one account as FIX sees them: chains of ClOrdIDs, how much was traded, what is
// asked for and not answered yet.
//
// Shapes: an `Order` is a whole chain of replaces; OrderQty = CumQty + LeavesQty + what was
// canceled or busted, always. Threads: one. Errors: none; what is not there is null.
// Cost: a search of a balanced tree by ClOrdID, so that no choice of names is a slow one.
// Specification: FIX 4.4 and 5.0 SP2, appendix "Order state change matrices".
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <unordered_map>
#include <utility>

#include "wirebook/units.hpp"

namespace wirebook::fix {

enum class OrderState : std::uint8_t { pending_new, live, done, canceled, expired, rejected };
enum class Pending : std::uint8_t { none, cancel, replace };

struct Order {
  std::uint32_t index = 0;  ///< place among the account's orders
  OrderState state = OrderState::pending_new;
  Pending pending = Pending::none;
  char side = 'B';  ///< OUCH's letter, as in `Terms`
  char time_in_force = '0';
  char display = 'Y';
  char capacity = 'A';
  char price_type = 'L';
  bool post_only = false;
  bool special = false;  ///< a tag was ever sent for it
  bool fill_or_kill = false;
  Symbol symbol{};
  Price price{};
  std::uint32_t quantity = 0;
  std::uint32_t executed = 0;
  std::uint32_t open = 0;
  std::uint32_t busted = 0;       ///< was executed; does not come back
  std::uint32_t decremented = 0;  ///< by self-match prevention; OUCH counts it as executed
  std::uint32_t min_qty = 0;
  std::uint32_t max_floor = 0;
  std::int32_t peg_offset = 0;
  std::uint32_t user_ref_num = 0;
  std::int64_t expire_ns = 0;   ///< since 1970 UTC; 0: time in force says when
  std::uint64_t order_ref = 0;  ///< the first one: OrderID, for the whole chain
  std::uint64_t notional = 0;   ///< of what was executed, shares times 1/10000
  ClOrdId name{};               ///< of the last request that was accepted
  ClOrdId pending_name{};
  std::uint32_t pending_user_ref_num = 0;  ///< of a replace
  std::int32_t pending_peg_offset = 0;     ///< no answer repeats it

  [[nodiscard]] bool ended() const { return state >= OrderState::done; }
  /// OrdStatus, 39.
  [[nodiscard]] char status() const;
};

struct Trade {
  std::uint32_t order;  ///< which of the orders
  std::uint32_t quantity;
  Price price;
  std::uint64_t sequence;  ///< of the message that told of it
};

class Orders {
 public:
  /// `names_max` ClOrdIDs of a day, `trades_max` trades that can still be busted.
  Orders(std::size_t names_max, std::size_t trades_max)
      : names_max_(names_max), trades_max_(trades_max) {}

  [[nodiscard]] Order* by_name(const ClOrdId& name);
  /// The order whose number this is now.
  [[nodiscard]] Order* by_user_ref_num(std::uint32_t number);
  /// The order whose replace has this number and no answer yet.
  [[nodiscard]] Order* by_pending_replace(std::uint32_t number);
  [[nodiscard]] bool has_room() const { return names_.size() < names_max_; }

  /// References stay good.
  Order& add(const ClOrdId& name, std::uint32_t user_ref_num);
  /// Another name of this order; a name that is taken keeps its order.
  void add_name(const ClOrdId& name, Order& order);
  /// A replace is asked for, and has this number.
  void expect_replace(Order& order, const ClOrdId& name, std::uint32_t user_ref_num);
  /// The one that was asked for, if any, came to nothing.
  void drop_pending(Order& order);
  /// The order has this number from now on.
  void renumber(Order& order, std::uint32_t user_ref_num);

  void add_trade(std::uint64_t match_number, std::uint32_t user_ref_num, const Trade& trade);
  /// Of the side that had this number at the trade; null if it is not kept any more.
  [[nodiscard]] const Trade* trade(std::uint64_t match_number, std::uint32_t user_ref_num) const;
  void forget_trade(std::uint64_t match_number, std::uint32_t user_ref_num) {
    trades_.erase({match_number, user_ref_num});
  }
  [[nodiscard]] Order& at(std::uint32_t order) { return orders_[order]; }

  template <class Visit>
  void for_each(Visit&& visit) {
    for (Order& order : orders_)
      visit(order);
  }
  void clear();

 private:
  using TradeKey = std::pair<std::uint64_t, std::uint32_t>;

  std::size_t names_max_;
  std::size_t trades_max_;
  std::deque<Order> orders_;
  std::map<ClOrdId, std::uint32_t> names_;
  std::unordered_map<std::uint32_t, std::uint32_t> numbers_;
  std::map<TradeKey, Trade> trades_;  ///< match numbers ascend: the oldest trade is the first
};

}  // namespace wirebook::fix
