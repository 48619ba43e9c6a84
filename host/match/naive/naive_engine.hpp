// The engine once more, with nothing but plain containers: what `Engine` is measured against.
//
// Each function follows a section of ../RULES.md and can be checked by eye against it. The public
// shape is that of `Engine`. Shapes: a slot group in; events out, all of a slot's computed at once,
// then handed over by at most `step_events_max` a step. Threads: one at a time. Errors: as
// `Engine`. Cost: allocates, walks lists; for checking, not for trading.
// Specification: ../RULES.md; OUCH 5.0.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "match/book/book_summary.hpp"
#include "match/capacity.hpp"
#include "match/engine.hpp"
#include "match/engine_counters.hpp"
#include "match/naive/naive_limits.hpp"
#include "match/naive/naive_tags.hpp"
#include "match/rules/order_terms.hpp"
#include "match/state/saved_state.hpp"
#include "match/state/state_io.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::match {

class NaiveEngine {
 public:
  explicit NaiveEngine(const Capacity& capacity) : capacity_(capacity) {}

  Step on_slot(const SlotGroup& group, slot_ring::Writer<Event>& writer);
  Step resume(slot_ring::Writer<Event>& writer);

  [[nodiscard]] const EngineCounters& counters() const { return counters_; }
  [[nodiscard]] BookSummary book(std::uint16_t locate) const;
  /// All displayed levels of a side, from the best price on.
  [[nodiscard]] std::vector<LevelSummary> depth(std::uint16_t locate, bool buy) const;
  [[nodiscard]] std::uint16_t find_instrument(Symbol symbol) const;
  [[nodiscard]] std::uint16_t instrument_count() const;

  /// As `Engine`'s, but added up from nothing.
  [[nodiscard]] std::uint64_t digest() const;
  void save(StateWriter& writer) const;
  [[nodiscard]] bool load(StateReader& reader, std::string* why = nullptr);

 private:
  using Code = std::uint16_t;  ///< a reject code, 0 for none
  using OrderRef = std::uint64_t;

  struct Order {
    OrderRef order_ref;
    std::uint32_t session;
    std::uint8_t user_ref_idx;
    std::uint32_t user_ref_num;
    std::uint16_t instrument;
    char side;
    Price price;
    std::uint32_t open;            ///< shares
    std::uint32_t chain_executed;  ///< shares, by this order and those that it replaced
    char time_in_force;
    char display;
    char capacity;
    char cross_type;
    ClOrdId cl_ord_id;
    Firm firm;            ///< effective: never spaces if the session's is not
    std::uint16_t group;  ///< 0: none
    std::map<wire::ouch::Tag, naive::Element> tags;  ///< that now hold
    SpecialOrder special;                            ///< terms in force, and what became of them
    std::optional<Price> reach;  ///< of an order that meets others: how far beyond its price

    [[nodiscard]] bool is_buy() const { return side == 'B'; }
    [[nodiscard]] bool is_displayed() const {
      return (display == 'Y' || display == 'A') && !waits();
    }
    /// Follows reference prices: `price` is what it is worth now, `special.cap` what was sent.
    [[nodiscard]] bool is_peg() const { return special.terms.is_peg(); }
    /// Off the book, for want of a reference.
    [[nodiscard]] bool waits() const { return is_peg() && price.raw == 0; }
    /// All with a limit do but IOC; what remains of others is cancelled.
    [[nodiscard]] bool rests() const { return time_in_force != '3' && !is_market(price); }
    [[nodiscard]] bool is_post_only() const;
    void keep(const naive::Appendage& appendage);
    /// Of a resting order: what is not in reserve.
    [[nodiscard]] std::uint32_t slice() const { return open - special.reserve; }
    /// What the market sees of it as it comes to rest.
    [[nodiscard]] std::uint32_t shown() const {
      const std::uint32_t floor = special.terms.max_floor;
      return floor == 0 || floor > open ? open : floor;
    }
    /// What an incoming order must bring to trade with it.
    [[nodiscard]] std::uint32_t minimum() const {
      return special.terms.min_qty < open ? special.terms.min_qty : open;
    }
  };
  using Level = std::list<Order>;  ///< in order of arrival
  using Side = std::map<Price, Level>;

  struct Instrument {
    Symbol symbol;
    char trading_state;
    Side bids{}, asks{};
    Level waiting{};  ///< pegs without a reference
  };
  struct Session {
    Firm firm;
    bool cancel_on_disconnect = false;
    bool is_killed = false;
    std::set<Firm> disabled_firms;
    std::map<std::uint8_t, std::uint32_t> last_user_ref_num;  ///< of each channel
  };
  struct Party {
    OrderRef order_ref;
    std::uint32_t session;
    std::uint8_t user_ref_idx;
    std::uint32_t user_ref_num;
    ClOrdId cl_ord_id;
  };
  struct Trade {
    std::uint16_t instrument;
    std::array<Party, 2> parties;  ///< resting, incoming
  };

  // Order entry.
  void order_entry(const SlotGroup& group);
  void enter(const EnterBody& body, const naive::Appendage& appendage);
  void replace(const ReplaceBody& body, const naive::Appendage& appendage);
  void take_place(Order old, const ReplaceBody& body, const naive::Appendage& appendage);
  void take_terms(Order& order, const auto& body, const naive::Appendage& appendage) const;
  void begin(Order& order, bool trades, bool is_told);
  void cancel(const ReduceBody& body, const naive::Appendage& appendage);
  void modify(const ReduceBody& body, const naive::Appendage& appendage);
  void mass_cancel(const AccountBody& body, const naive::Appendage& appendage);
  void disable_or_enable(SlotKind kind, const AccountBody& body, const naive::Appendage& appendage);
  void account_query(const AccountBody& body, const naive::Appendage& appendage);

  // naive_save.cpp: records of the state.
  [[nodiscard]] SavedState saved_state() const;
  [[nodiscard]] static SavedOrder saved_order(const Order& order);
  static void load_tags(Order& order, const KeptTags& tags);

  // naive_special.cpp: what a plain order has not.
  [[nodiscard]] static OrderTerms read_terms(const naive::Appendage& appendage, OrderTerms terms);
  void begin_special(Order& order, const naive::Appendage& appendage) const;
  /// Check 13, of an order as the message would make it.
  [[nodiscard]] static Code check_discretion(const Order& order);
  [[nodiscard]] static Code check_terms(const Order& order, const naive::Appendage& appendage);
  [[nodiscard]] std::vector<Order*> contra_orders(const Order& order);
  [[nodiscard]] bool finds_minimum(const Order& order);
  void match(Order& order);
  static void use_up(Order& order, std::uint32_t shares);
  static std::uint32_t take_off(Order& order, std::uint32_t shares);
  void end_or_refresh(const Order& order);
  void refresh(const Order& used_up);

  // naive_self_match.cpp: two orders of one owner.
  struct Remedy {
    bool decrements;   ///< both lose what would have traded
    bool is_told;      ///< by `aiq_canceled`
    bool ends_oldest;  ///< the resting order ends
  };
  [[nodiscard]] std::optional<Remedy> self_match(const Order& resting, const Order& incoming) const;
  [[nodiscard]] bool is_oneself(char strategy, const Firm& a, const Firm& b) const;
  void prevent(const Remedy& remedy, Order& resting, Order& incoming);
  void emit_decrement(const Order& order, std::uint32_t shares, const Order& resting,
                      const Remedy& remedy);

  // naive_pegs.cpp: orders that follow others.
  struct References {
    std::optional<Price> bid, ask;
  };
  [[nodiscard]] std::optional<Price> reference(std::uint16_t locate, bool of_buyers) const;
  [[nodiscard]] References references(std::uint16_t locate) const;
  [[nodiscard]] static std::optional<Price> reference_of(char type, bool buys,
                                                         const References& best);
  [[nodiscard]] std::optional<Price> peg_price(const Order& order,
                                               std::optional<Price> reference) const;
  [[nodiscard]] Price reach_of(const Order& order, const References& best) const;
  [[nodiscard]] Price within_collar(const Order& order, Price price) const;
  [[nodiscard]] bool lacks_midpoint(const Order& order) const;
  [[nodiscard]] std::optional<Price> midpoint_of(std::uint16_t locate,
                                                 const OrderTerms& terms) const;
  void find_price(Order& order, std::optional<Price> found) const;
  /// Of an order that meets others: it uses its discretion where it rests.
  [[nodiscard]] bool lies_in_book(const Order& order) const {
    return live_orders_.contains(order.order_ref);
  }
  void follow();
  void reprice_pegs(std::uint16_t locate);
  void reprice(Order& peg, const References& best);
  void use_discretion(std::uint16_t locate);
  void emit_delete(const Order& order);
  void emit_priority_update(const Order& order, OrderRef known_as);

  // The venue's side.
  void define_instrument(const InstrumentBody& body);
  void set_trading_state(const InstrumentBody& body);
  void session_up(const SessionBody& body);
  void session_down(const SessionBody& body);
  void kill(const SessionBody& body);
  void system_event(const AdminBody& body);
  void break_trade(const AdminBody& body);

  // naive_limits.cpp: the limits.
  void set_limit(const LimitBody& body);
  void set_instrument_limit(const LimitBody& body);
  void set_session_limit(const LimitBody& body);
  void set_firm_fact(const LimitBody& body);
  void count_message(std::uint32_t session);
  void count_duplicate(const EnterBody& body);
  [[nodiscard]] Code check_limits(const EnterBody& body, const Firm& firm) const;
  [[nodiscard]] Code check_limits(const ReplaceBody& body, const Order& original) const;
  [[nodiscard]] Code check_limits(const Order& order, std::uint32_t quantity,
                                  const Order* original) const;
  void count_trade(const Order& resting, const Order& incoming, Price price, std::uint32_t shares);
  [[nodiscard]] bool collar_admits(const Order& order, Price price) const;

  // naive_day.cpp: orders that end with time.
  [[nodiscard]] Code check_time_in_force(char letter) const;
  [[nodiscard]] static bool expires_rightly(const naive::Appendage& appendage,
                                            std::uint32_t kept_s);
  [[nodiscard]] std::uint64_t expiry_of(const OrderTerms& terms) const;
  void expire();
  void end_orders(bool all);

  // Checks: the code of the first that fails, or 0.
  [[nodiscard]] Code check_enter(const EnterBody& body, const naive::Appendage& appendage,
                                 const Firm& firm) const;
  [[nodiscard]] Code check_replace(const ReplaceBody& body, const Order& original) const;
  [[nodiscard]] Code check_permission(std::uint32_t session, const Firm& firm) const;
  [[nodiscard]] bool replace_is_valid(const ReplaceBody& body, const naive::Appendage& appendage,
                                      const Order& original) const;

  // The book.
  [[nodiscard]] Side& side_of(const Order& order);
  [[nodiscard]] Level* best_contra(const Order& order);
  [[nodiscard]] static SavedTrade saved_trade(std::uint64_t number, const Trade& trade);
  void trade(Order& resting, Order& incoming);
  bool rest_or_cancel(const Order& order);
  void insert(const Order& order);
  void remove(OrderRef order_ref);
  void reduce(Order& order, std::uint32_t shares, char reason);
  [[nodiscard]] Order* find_order(std::uint32_t session, std::uint8_t user_ref_idx,
                                  std::uint32_t user_ref_num);
  [[nodiscard]] std::vector<OrderRef> orders_of(std::uint32_t session) const;
  void cancel_all(std::uint32_t session, char reason);

  // Numbers.
  [[nodiscard]] std::uint32_t& last_user_ref_num(std::uint32_t session, std::uint8_t user_ref_idx);
  bool consume(std::uint32_t session, std::uint8_t user_ref_idx, std::uint32_t user_ref_num);
  OrderRef next_order_ref() { return shard_bits() | ++order_ref_count_; }
  [[nodiscard]] std::uint64_t shard_bits() const { return std::uint64_t{capacity_.shard} << 48; }

  // Events.
  [[nodiscard]] Event make_event(EventKind kind) const;
  [[nodiscard]] Event make_order_event(EventKind kind, const Order& order) const;
  [[nodiscard]] Event make_entry_event(EventKind kind, const Order& order, Price sent, bool trades);
  void emit_rejected(std::uint32_t session, std::uint8_t user_ref_idx, std::uint32_t user_ref_num,
                     Code code);
  void emit_replaced(Event event, const Order& order);
  void emit_system_event(std::uint32_t session, char code);
  void emit_trading_state(std::uint16_t instrument, char state, Alpha<4> reason);
  void emit_add(const Order& order);
  static void publish_add(Event& event, const Order& order);
  Step hand_over(slot_ring::Writer<Event>& writer);

  Capacity capacity_;
  EngineCounters counters_;
  TimeNs time_ns_{0};
  std::uint64_t cause_sequence_ = 0;
  char phase_ = 'O';                   ///< the last of S Q M E, as far as it counted; O before any
  bool day_is_open_ = false;           ///< by an S
  bool day_had_market_hours_ = false;  ///< by a Q
  std::map<std::uint32_t, Session> sessions_;
  std::map<std::uint16_t, Instrument> instruments_;
  std::set<Firm> killed_firms_;
  std::set<OrderRef> followers_;            ///< pegs, and orders with discretion
  std::map<OrderRef, Order*> live_orders_;  ///< into the levels
  std::map<std::tuple<std::uint32_t, std::uint8_t, std::uint32_t>, OrderRef> live_numbers_;
  std::set<std::pair<std::uint64_t, OrderRef>> expiries_;  ///< of live orders that expire
  std::map<std::uint64_t, Trade> trades_;  ///< the youngest that are not broken, by match number
  std::uint64_t past_trades_ = 0;          ///< digest terms of all others
  std::uint64_t order_ref_count_ = 0;
  std::uint64_t match_number_count_ = 0;
  naive::Limits limits_;
  std::uint64_t reserve_seed_ = 0;
  std::deque<Event> pending_;  ///< of this slot, not handed over yet
};

}  // namespace wirebook::match
