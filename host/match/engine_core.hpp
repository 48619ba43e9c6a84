// The engine's inside: one slot at a time, in steps that never write more events than a step may.
//
// What it knows is engine_state.hpp's; what it is in the middle of, engine_steps.hpp's. Below, the
// rules, by the file that has them; what every order passes through is in engine_inline.hpp.
// Shapes: see engine.hpp; an order is an index. Threads: one. Errors: the rules. Cost: SPEED.md.
//
//   slot ─► dispatch ─► checks ─► report ─► [ match ─► remainder ] or [ cancel a list ]
//                                             └── goes on in `resume` when the step is full ──┘
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "wirebook/assert.hpp"
#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

#include "match/engine.hpp"
#include "match/engine_state.hpp"
#include "match/engine_steps.hpp"
#include "match/rules/self_match.hpp"
#include "match/state/saved_state.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::match {

class EngineCore : public EngineState {
 public:
  explicit EngineCore(const Capacity& capacity);

  Step on_slot(const SlotGroup& group, slot_ring::Writer<Event>& writer);
  Step resume(slot_ring::Writer<Event>& writer);
  void expect(const Slot& slot, Ahead ahead);
  bool show(BookReaders& readers, std::uint64_t sequence, Show when) {
    WIREBOOK_ASSERT(pending_ == Pending::nothing);
    return readers.show(book_, sequence, when);
  }
  /// Between two slots.
  [[nodiscard]] SavedState saved_state() const;
  /// Of an engine that is fresh; the state was read for its capacity.
  void load(const SavedState& state);

 private:
  // engine.cpp: steps.
  void dispatch(const SlotGroup& group);
  Step run();
  Step go_on();

  // engine_plain.cpp: what nearly all slots are, in one go. False, and nothing has changed, where
  // it takes more.
  [[nodiscard]] bool enter_plain(const EnterBody& body);
  [[nodiscard]] bool cancel_plain(const ReduceBody& body);
  [[nodiscard]] bool replace_plain(const ReplaceBody& body);
  void fill_plain(std::uint32_t order, std::uint32_t resting);
  struct Found {
    std::uint32_t order;  ///< 0: none
    std::uint32_t block;
  };
  [[nodiscard]] Found find_plain(std::uint32_t session, std::uint32_t user_ref_num) const;
  [[nodiscard]] bool may_enter_plain(const EnterBody& body, const Session& session,
                                     std::uint16_t locate);
  [[nodiscard]] bool are_plain(std::uint64_t letters);
  void accept_plain(const EnterBody& body, Session& session, std::uint16_t locate);
  [[nodiscard]] bool may_replace_plain(const ReplaceBody& body, const Session& session,
                                       std::uint32_t order);
  void report_replaced_plain(const OrderNode& node, const OrderRecord& record,
                             std::uint64_t old_ref);
  void use_plain_number(std::uint32_t number, Session& session, std::uint32_t user_ref_num);
  void rest_plain(std::uint32_t order, Session& session, std::uint64_t salt);
  void leave_plain(std::uint32_t order, std::uint32_t block);
  void publish_plain(const EventWords& words, EventTail tail);

  // engine_enter.cpp: orders that come in.
  void enter(const SlotGroup& group);
  void replace(const SlotGroup& group);
  [[nodiscard]] std::uint16_t refuse(const EnterBody& body, const Session& session, Firm firm,
                                     std::uint16_t locate, const OrderTags& tags);
  [[nodiscard]] std::uint16_t refuse(const ReplaceBody& body, const Session& session,
                                     std::uint32_t order) const;
  [[nodiscard]] std::uint32_t make_order(const EnterBody& body, std::uint8_t channel, Firm firm,
                                         std::uint16_t locate, const OrderTags& tags);
  void make_anew(std::uint32_t order, const ReplaceBody& body, const OrderTags& tags);
  void report_accepted(std::uint32_t order, const Incoming& incoming, bool trades, bool dies);
  void report_replaced(std::uint32_t order, const Incoming& incoming, bool trades, bool dies,
                       bool was_displayed, char old_display, std::uint64_t old_ref);

  // engine_match.cpp: an order meets the other side.
  [[nodiscard]] Incoming incoming_of(std::uint32_t order, char time_in_force,
                                     References found) const;
  [[nodiscard]] bool would_trade(std::uint32_t order, std::uint32_t bound) const;
  bool match();
  void fill(std::uint32_t order, std::uint32_t resting);
  void report_trade(std::uint32_t resting, std::uint32_t order, std::uint32_t shares);
  void settle();

  // engine_change.cpp: orders that change or end.
  void cancel(const SlotGroup& group);
  void modify(const SlotGroup& group);
  void mass_cancel(const SlotGroup& group);
  void switch_entry(const SlotGroup& group, bool enable);
  void account_query(const SlotGroup& group);
  void begin_cancel(std::uint32_t session, const Selection& selection, char reason);
  bool cancel_run();
  void cancel_shares(std::uint32_t order, std::uint32_t shares, char reason);
  void cancel_whole(std::uint32_t order, char reason) {
    cancel_shares(order, open_shares(order), reason);
  }

  // engine_live.cpp: orders that are live: in the book, in the index, in their session's list.
  void rest(std::uint32_t order);
  void leave(std::uint32_t order);
  void end(std::uint32_t order) {
    leave(order);
    discard(order);
  }
  void link_to_session(std::uint32_t order);
  void unlink_from_session(std::uint32_t order);
  [[nodiscard]] Session* find_session(std::uint32_t session);
  /// False if the number is stale.
  bool consume(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num);

  // engine_events.cpp: events that more than one rule writes.
  void publish_request(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num,
                       EventKind kind);
  void reject(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num,
              std::uint16_t code);
  void publish_add(std::uint32_t order);
  void name_market(Event& event, std::uint32_t order, char market, std::uint32_t shares) const;
  [[nodiscard]] char add_letter(std::uint32_t order) const {
    return records_[order].display == 'A' ? 'F' : 'A';
  }

  // engine_venue.cpp: what the venue says.
  void define_instrument(const InstrumentBody& body);
  void set_trading_state(const InstrumentBody& body);
  void publish_trading_state(std::uint16_t locate, Alpha<4> reason);
  void session_up(const SessionBody& body);
  void session_down(const SessionBody& body);
  void kill(const SessionBody& body);
  void set_killed(std::uint32_t session);
  void break_trade(const AdminBody& body);
  void report_broken(const Trade& trade, const TradeParty& party, char reason, char market);

  // engine_ahead.cpp: hints about slots that come.
  void expect_book(const EnterBody& body, Ahead ahead) const;
  void expect_order(std::uint32_t session, std::uint32_t user_ref_num, Ahead ahead);

  // rules/engine_checks.cpp: what an Enter or a Replace is refused for; 0: nothing.
  [[nodiscard]] std::uint16_t refuse_venue(const Session& session, Firm firm) const;
  [[nodiscard]] bool is_barred(const Session& session, Firm firm) const;
  void note_permission(Session& session) const;
  [[nodiscard]] std::uint16_t refuse_enter(const EnterBody& body, const Session& session, Firm firm,
                                           std::uint16_t locate, const OrderTags& tags) const;
  [[nodiscard]] std::uint16_t refuse_time_in_force(char letter) const;
  [[nodiscard]] static bool expires_rightly(const OrderTags& tags, std::uint32_t kept_s);
  [[nodiscard]] bool is_bad_replace(const ReplaceBody& body, std::uint32_t order,
                                    const OrderTags& tags) const;
  [[nodiscard]] bool has_bad_terms(const ReplaceBody& body, std::uint32_t order,
                                   const OrderTags& tags) const;

  // rules/engine_limits.cpp: the limit slot, and what limits are told of orders.
  void set_limit(const LimitBody& body);
  [[nodiscard]] std::uint16_t refuse_limits(const EnterBody& body, Firm firm,
                                            std::uint16_t locate) const;
  [[nodiscard]] std::uint16_t refuse_limits(const ReplaceBody& body, std::uint32_t original) const;
  [[nodiscard]] std::uint64_t order_amount(std::uint32_t order) const;
  [[nodiscard]] std::uint64_t open_amount(Firm firm) const;
  void count_traded(std::uint32_t resting, std::uint32_t incoming, std::uint32_t price,
                    std::uint32_t shares);

  // rules/engine_day.cpp: orders that end with time.
  void set_day(Day day);
  [[nodiscard]] std::uint64_t expiry_of(const OrderTerms& terms) const;
  void await_expiry(std::uint32_t order);
  bool expire();
  void system_event(char code);
  bool tell_sessions();
  void begin_day_end();
  bool end_day();

  // rules/engine_special.cpp: terms, reserves, minimum quantities.
  /// Whether an Enter or a Replace of this order may have to do with terms at all.
  [[nodiscard]] bool has_terms(std::uint32_t order, char time_in_force,
                               const OrderTags& tags) const {
    return tags.has_any() || records_[order].extra != 0 ||
           (time_in_force != '0' && time_in_force != '3');
  }
  void take_terms(std::uint32_t order, char time_in_force, const OrderTags& tags);
  void set_terms(std::uint32_t order, const OrderTerms& terms);
  void drop_extra(std::uint32_t order);
  void split_reserve(std::uint32_t order);
  void refresh(std::uint32_t order);
  std::uint32_t take_off(std::uint32_t order, std::uint32_t shares);
  bool use_up(std::uint32_t order, std::uint32_t shares);
  [[nodiscard]] std::uint32_t first_within(std::uint32_t level) const;
  [[nodiscard]] std::uint32_t first_contra() const;
  [[nodiscard]] std::uint32_t next_contra(std::uint32_t next, std::uint32_t level) const;
  [[nodiscard]] bool finds_minimum() const;
  void begin_match(const Incoming& incoming, bool trades);
  bool walk();
  bool meet(std::uint32_t resting, std::uint32_t order);

  // rules/engine_self_match.cpp: two orders of one owner.
  [[nodiscard]] std::optional<SelfMatchRemedy> self_match(std::uint32_t resting,
                                                          std::uint32_t order) const;
  [[nodiscard]] bool is_oneself(SelfMatchScope scope, Firm a, Firm b) const;
  bool prevent(SelfMatchRemedy remedy, std::uint32_t resting, std::uint32_t order,
               std::uint32_t shares);
  void report_decrement(std::uint32_t order, std::uint32_t shares, Price price,
                        SelfMatchRemedy remedy, char flag);

  // rules/engine_pegs.cpp: what pegs and discretion are worth, and tell.
  [[nodiscard]] std::uint32_t reference(std::uint16_t instrument, bool buy) const;
  [[nodiscard]] References references(std::uint16_t instrument) const {
    return {.bid = reference(instrument, true), .ask = reference(instrument, false)};
  }
  [[nodiscard]] std::uint32_t peg_price(std::uint16_t instrument, const OrderTerms& terms, bool buy,
                                        std::uint32_t cap, References best) const;
  [[nodiscard]] bool lacks_midpoint(const OrderTerms& terms, std::uint16_t instrument) const {
    return terms.price_type == 'm' && reference_price('m', true, references(instrument)) == 0;
  }
  [[nodiscard]] std::uint32_t discretion_bound(std::uint32_t order) const;
  void aim(std::uint32_t order, References found, Incoming& incoming) const;
  void take_aim(const Incoming& incoming);
  void take_resting(std::uint32_t order, std::uint32_t shares);
  void name_reduction(Event& event, std::uint32_t order, std::uint32_t shares,
                      EventTail& tail) const;
  void publish_delete(std::uint32_t order);
  void publish_priority_update(std::uint32_t order, std::uint64_t known_as);

  // rules/engine_follow.cpp: what they do behind a slot.
  void rest_follower(std::uint32_t order);
  void leave_follower(std::uint32_t order);
  [[nodiscard]] FollowerList& followers_with(std::uint32_t order);
  void link_follower(std::uint32_t order);
  void unlink_follower(std::uint32_t order);
  void sort_followers();
  void follow_anew();
  void follow_anew(std::uint16_t instrument);
  void begin_follow();
  bool follow();
  bool follow_next_instrument();
  void reprice(std::uint32_t order);
  void lose_price(std::uint32_t order);
  void use_discretion(std::uint32_t order);
  void begin_trading(const Incoming& incoming);

  // state/engine_save.cpp: records of the state.
  void save_session(std::uint16_t number, SavedState& state) const;
  [[nodiscard]] SavedOrder saved_order(std::uint32_t order) const;
  void save_trades(SavedState& state) const;
  void load_session(const SavedSession& from);
  void load_orders(const SavedState& state);
  void sort_session(std::uint32_t number, std::vector<std::uint32_t>& scratch);

  // engine_inline.hpp: what every order passes through.
  [[nodiscard]] std::uint16_t find_again(Symbol symbol);
  void use_number(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num);
  void enter_book(std::uint32_t order);
  void leave_book(std::uint32_t order);
  void discard(std::uint32_t order);
  void take(std::uint32_t order, std::uint32_t shares);
  void reduce(std::uint32_t order, std::uint32_t shares);
  void open_exposure(std::uint32_t order);
  void close_exposure(std::uint32_t order);
  void note_trade(std::uint64_t number, std::uint32_t resting, std::uint32_t order);
  [[nodiscard]] bool has_budget(std::uint32_t events) const { return budget_ >= events; }
  [[nodiscard]] Event& fresh(std::uint64_t ahead = 0);
  void publish(EventTail tail);
  void publish_owned(Event& event, std::uint32_t order, EventTail tail);

  bool takes_day_orders_ = true;              ///< as `day_` has it
  std::array<std::uint32_t, 64> found_in_{};  ///< blocks of `ids_`, by number: notes of hints
  Symbol last_symbol_{};  ///< of an Enter, and its instrument: the next is often the same
  std::uint16_t last_locate_ = 0;
  std::uint64_t plain_letters_ = 0;  ///< that were found right, but for the side

  Pending pending_ = Pending::nothing;
  Incoming incoming_{};
  CancelRun cancel_run_{};
  FollowRun follow_run_;
  std::uint32_t tell_session_ = 0;
  char tell_code_ = 0;
  bool ends_day_orders_ = false;  ///< behind what is told
  bool ends_all_ = false;         ///< and others too
  std::vector<DayHead> day_heads_;
  SlotGroup waiting_;  ///< for expiries to be told

  slot_ring::Writer<Event>* writer_ = nullptr;
  std::uint32_t budget_ = 0;  ///< events that this step may still write
  std::uint64_t cause_sequence_ = 0;
};

}  // namespace wirebook::match

#include "match/engine_inline.hpp"
