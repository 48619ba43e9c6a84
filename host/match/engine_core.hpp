// The engine's inside: one slot at a time, in steps that never write more events than a step may.
//
// Shapes: see engine.hpp. Threads: one. Errors: the rules. Cost: see README.md.
//
//   slot ─► dispatch ─► checks ─► report ─► [ match ─► remainder ] or [ cancel a list ]
//                                             └── goes on in `resume` when the step is full ──┘
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "wirebook/assert.hpp"
#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

#include "match/book.hpp"
#include "match/engine.hpp"
#include "match/engine_state.hpp"
#include "match/expiry_heap.hpp"
#include "match/key_table.hpp"
#include "match/limit_table.hpp"
#include "match/order_ids.hpp"
#include "match/saved_state.hpp"
#include "match/self_match.hpp"
#include "match/session_lists.hpp"
#include "match/state_digest.hpp"
#include "match/tags.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::match {

class EngineCore {
 public:
  explicit EngineCore(const Capacity& capacity);

  Step on_slot(const SlotGroup& group, slot_ring::Writer<Event>& writer);
  Step resume(slot_ring::Writer<Event>& writer);
  void expect(const Slot& slot, Ahead ahead);
  [[nodiscard]] std::uint32_t live_orders() const { return book_.in_use(); }

  [[nodiscard]] GrowthList growths();
  [[nodiscard]] const EngineCounters& counters() const { return counters_; }
  [[nodiscard]] BookSummary book(std::uint16_t instrument) const {
    return book_.summary(instrument);
  }
  [[nodiscard]] LevelSummary level(std::uint16_t instrument, bool buy, Price price) const {
    return book_.level_at(instrument, buy, price);
  }
  bool show(BookReaders& readers, std::uint64_t sequence, Show when) {
    WIREBOOK_ASSERT(pending_ == Pending::nothing);
    return readers.show(book_, sequence, when);
  }
  [[nodiscard]] std::uint16_t find_instrument(Symbol symbol) const;
  [[nodiscard]] std::uint16_t instrument_count() const { return instrument_count_; }

  [[nodiscard]] const Capacity& capacity() const { return capacity_; }
  [[nodiscard]] std::uint64_t digest() const {
    return digest::finish(state_sum_ + trade_sum_ + limits_.digest_sum(), scalars(), counters_);
  }
  [[nodiscard]] bool is_fresh() const {
    return state_sum_ == 0 && limits_.digest_sum() == 0 && time_ns_.raw == 0 &&
           counters_ == EngineCounters{};
  }
  /// The first of a session's orders that the end of a day has not looked at.
  struct DayHead {
    std::uint64_t order_ref;
    std::uint32_t order;
  };

  [[nodiscard]] SavedState saved_state() const;
  /// The state was read for this capacity.
  void load(const SavedState& state);

 private:
  /// Why an order meets the other side: it comes in, its peg was repriced, or it rests and uses its
  /// discretion.
  enum class Origin : std::uint8_t { entry, peg, discretion };
  /// An order on its way into the book, or one that trades where it rests.
  struct Incoming {
    std::uint32_t order;
    std::uint32_t bound;  ///< the price that it trades up to, or down to
    bool market;          ///< has no price of its own
    bool rests;           ///< what remains goes into the book
    bool tell_market;     ///< the market has not heard of the order when it comes to rest
    bool walks;           ///< it goes on from `at`, past orders that it may not trade with
    bool is_priced;       ///< by the engine: what the client sent is only a cap
    Origin origin;
    std::uint32_t at;        ///< 0: there is nothing more to meet
    std::uint64_t known_as;  ///< of a repriced peg: its reference on the market, 0 if it has none
  };
  /// Which of a session's orders a cancel run takes.
  struct Selection {
    bool by_firm;
    bool by_group;
    bool by_side;
    bool nothing;  ///< a symbol that is no instrument
    Firm firm;
    std::uint16_t instrument;  ///< 0: any
    std::uint16_t group;
    char side;
  };
  struct CancelRun {
    std::uint32_t order;  ///< the next to look at
    Selection selection;
    char reason;
    bool kills_firm;  ///< goes on with the next session whose own firm `firm` is
    Firm firm;
    std::uint32_t session;
  };
  /// Behind a slot: instruments whose book has changed since, first for pegs, then for discretion.
  struct FollowRun {
    InstrumentSet instruments;
    std::uint32_t locate;
    std::uint32_t order;     ///< the next to look at, 0: none is left in this instrument
    std::uint64_t last_ref;  ///< pegs beyond it have been repriced in this run
    References best;
    bool uses_discretion;
    bool is_trading;  ///< `incoming_` is one of the run
  };
  enum class Pending : std::uint8_t {
    nothing,
    expire,
    match,
    cancel,
    tell_sessions,
    end_day,
    follow
  };
  enum class Visibility : std::uint8_t { hidden, displayed };

  // engine_ahead.cpp: hints about slots that come.
  void expect_book(const EnterBody& body, Ahead ahead) const;
  void expect_order(std::uint32_t session, std::uint32_t user_ref_num, Ahead ahead);

  // engine.cpp: steps, and what concerns the venue.
  void dispatch(const SlotGroup& group);
  Step run();
  Step go_on();
  void define_instrument(const InstrumentBody& body);
  void set_trading_state(const InstrumentBody& body);
  void session_up(const SessionBody& body);
  void session_down(const SessionBody& body);
  void kill(const SessionBody& body);
  void break_trade(const AdminBody& body);
  void report_broken(const Trade& trade, const TradeParty& party, char reason, char market);
  void publish_trading_state(std::uint16_t locate, Alpha<4> reason);

  // engine_enter.cpp: orders that come in.
  void enter(const SlotGroup& group);
  void replace(const SlotGroup& group);
  [[nodiscard]] std::uint16_t refuse_venue(const Session& session, Firm firm) const;
  [[nodiscard]] bool is_barred(const Session& session, Firm firm) const;
  /// After each change that `is_barred` looks at: nearly all orders are of the session's own firm.
  void note_permission(Session& session) const {
    session.is_barred = is_barred(session, session.firm) ? 1 : 0;
    session.may_enter = session.is_known & ~session.is_barred & 1;
  }
  [[nodiscard]] std::uint16_t refuse_enter(const EnterBody& body, const Session& session, Firm firm,
                                           std::uint16_t locate, const OrderTags& tags) const;
  [[nodiscard]] bool is_bad_replace(const ReplaceBody& body, std::uint32_t order,
                                    const OrderTags& tags) const;
  [[nodiscard]] bool has_bad_terms(const ReplaceBody& body, std::uint32_t order,
                                   const OrderTags& tags) const;
  [[nodiscard]] std::uint16_t refuse_time_in_force(char letter) const;
  [[nodiscard]] static bool expires_rightly(const OrderTags& tags, std::uint32_t kept_s);
  void report_accepted(std::uint32_t order, const Incoming& incoming, bool trades, bool dies);
  void report_replaced(std::uint32_t order, const Incoming& incoming, bool trades, bool dies,
                       bool was_displayed, char old_display, std::uint64_t old_ref);
  [[nodiscard]] Incoming incoming_of(std::uint32_t order, char time_in_force,
                                     References found) const;
  bool match();
  void fill(std::uint32_t order, std::uint32_t resting);
  void note_trade(std::uint64_t number, std::uint32_t resting, std::uint32_t order);
  void report_trade(std::uint32_t resting, std::uint32_t order, std::uint32_t shares);
  void settle();

  // engine_day.cpp: orders that end with time.
  void set_day(Day day) {
    day_ = day;
    takes_day_orders_ = day.phase != DayPhase::ended && day.phase != DayPhase::after_hours;
  }
  [[nodiscard]] std::uint64_t expiry_of(const OrderTerms& terms) const;
  void await_expiry(std::uint32_t order);
  bool expire();
  void system_event(char code);
  bool tell_sessions();
  void begin_day_end();
  bool end_day();
  // engine_pegs.cpp: orders that follow others.
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
  /// Shares go off an order that meets the other side.
  void take(std::uint32_t order, std::uint32_t shares) {
    if (incoming_.origin == Origin::discretion) [[unlikely]]
      return take_resting(order, shares);
    OrderNode& node = book_.order(order);
    node.open -= shares;
    node.executed += shares;
  }
  void take_resting(std::uint32_t order, std::uint32_t shares);
  void name_reduction(Event& event, std::uint32_t order, std::uint32_t shares,
                      EventTail& tail) const;
  void publish_delete(std::uint32_t order);
  void publish_priority_update(std::uint32_t order, std::uint64_t known_as);

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
  [[nodiscard]] bool are_plain(std::uint64_t letters);
  void rest_plain(std::uint32_t order, Session& session, std::uint64_t salt);
  void leave_plain(std::uint32_t order, std::uint32_t block);
  void publish_plain(const EventWords& words, EventTail tail);

  // engine_limits.cpp: the limit slot, and what limits are told of orders.
  void set_limit(const LimitBody& body);
  [[nodiscard]] std::uint16_t refuse_limits(const EnterBody& body, Firm firm,
                                            std::uint16_t locate) const;
  [[nodiscard]] std::uint16_t refuse_limits(const ReplaceBody& body, std::uint32_t original) const;
  [[nodiscard]] std::uint64_t order_amount(std::uint32_t order) const;
  [[nodiscard]] std::uint64_t open_amount(Firm firm) const;
  void count_traded(std::uint32_t resting, std::uint32_t incoming, std::uint32_t price,
                    std::uint32_t shares);
  /// Around each change of a live order's open shares: `close` before it, `open` behind it.
  void open_exposure(std::uint32_t order) {
    if (limits_.counts_exposure())
      limits_.open(records_[order].firm, order_amount(order));
  }
  void close_exposure(std::uint32_t order) {
    if (limits_.counts_exposure())
      limits_.close(records_[order].firm, order_amount(order));
  }

  // engine_change.cpp: orders that change or end.
  void cancel(const SlotGroup& group);
  void modify(const SlotGroup& group);
  void mass_cancel(const SlotGroup& group);
  void switch_entry(const SlotGroup& group, bool enable);
  void account_query(const SlotGroup& group);
  void begin_cancel(std::uint32_t session, const Selection& selection, char reason);
  bool cancel_run();
  void reduce(std::uint32_t order, std::uint32_t shares) {
    close_exposure(order);
    book_.reduce(order, shares);
    open_exposure(order);
    state_sum_ -= digest::removed(records_[order].salt, shares);
  }
  void cancel_shares(std::uint32_t order, std::uint32_t shares, char reason);
  void cancel_whole(std::uint32_t order, char reason) {
    cancel_shares(order, open_shares(order), reason);
  }

  // engine_special.cpp: what only special orders have.
  /// Whether an Enter or a Replace of this order may have to do with terms at all.
  [[nodiscard]] bool has_terms(std::uint32_t order, char time_in_force,
                               const OrderTags& tags) const {
    return tags.has_any() || records_[order].extra != 0 ||
           (time_in_force != '0' && time_in_force != '3');
  }
  void take_terms(std::uint32_t order, char time_in_force, const OrderTags& tags);
  void set_terms(std::uint32_t order, const OrderTerms& terms);
  [[nodiscard]] const KeptTags& tags_of(std::uint32_t order) const {
    static constexpr KeptTags none{};
    return records_[order].has_tags != 0 ? kept_tags_[order] : none;
  }
  void keep_tags(std::uint32_t order, const KeptTags& tags) {
    records_[order].has_tags = tags.bytes_used != 0 ? 1 : 0;
    if (tags.bytes_used != 0)
      kept_tags_[order] = tags;
  }
  [[nodiscard]] OrderTerms terms_of(std::uint32_t order) const {
    return records_[order].extra == 0 ? OrderTerms{} : special(order).terms;
  }
  [[nodiscard]] SpecialOrder& special(std::uint32_t order) {
    return extras_[records_[order].extra].special;
  }
  [[nodiscard]] const SpecialOrder& special(std::uint32_t order) const {
    return extras_[records_[order].extra].special;
  }
  [[nodiscard]] OrderExtra& extra_of(std::uint32_t order) { return extras_[records_[order].extra]; }
  [[nodiscard]] std::uint64_t special_salt(std::uint32_t order, std::uint64_t salt) const;
  /// All of a live order's shares, those in reserve too.
  [[nodiscard]] std::uint32_t open_shares(std::uint32_t order) const {
    const OrderNode& node = book_.order(order);
    return node.special == 0 ? node.open : node.open + special(order).reserve;
  }
  /// What an order that comes to rest lets the market see.
  [[nodiscard]] std::uint32_t shown_shares(std::uint32_t order) const {
    const OrderNode& node = book_.order(order);
    const std::uint32_t floor = node.special == 0 ? 0 : special(order).terms.max_floor;
    return floor == 0 ? node.open : std::min(node.open, floor);
  }
  /// What an incoming order must bring to trade with a resting one.
  [[nodiscard]] std::uint32_t minimum_of(std::uint32_t resting) const {
    const OrderNode& node = book_.order(resting);
    return node.special == 0 ? 0 : std::min(special(resting).terms.min_qty, node.open);
  }
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

  // engine_self_match.cpp: two orders of one owner.
  [[nodiscard]] std::optional<SelfMatchRemedy> self_match(std::uint32_t resting,
                                                          std::uint32_t order) const;
  [[nodiscard]] bool is_oneself(SelfMatchScope scope, Firm a, Firm b) const;
  bool prevent(SelfMatchRemedy remedy, std::uint32_t resting, std::uint32_t order,
               std::uint32_t shares);
  void report_decrement(std::uint32_t order, std::uint32_t shares, Price price,
                        SelfMatchRemedy remedy, char flag);
  void drop_extra(std::uint32_t order);

  // engine_save.cpp: records of the state.
  void save_session(std::uint16_t number, SavedState& state) const;
  [[nodiscard]] SavedOrder saved_order(std::uint32_t order) const;
  void save_trades(SavedState& state) const;
  void load_session(const SavedSession& from);
  void load_orders(const SavedState& state);
  void sort_session(std::uint32_t number, std::vector<std::uint32_t>& scratch);

  // The digest: every change of a thing takes its old term off `state_sum_` and adds the new one.
  [[nodiscard]] digest::Scalars scalars() const {
    return {.shard = capacity_.shard,
            .day = day_,
            .time_ns = time_ns_,
            .order_count = order_count_,
            .trade_count = trade_count_,
            .reserve_seed = reserve_seed_};
  }
  [[nodiscard]] std::uint64_t order_salt(std::uint32_t order) const;
  [[nodiscard]] std::uint64_t order_term(std::uint32_t order) const {
    const OrderNode& node = book_.order(order);
    return digest::order(records_[order].salt, node.open, node.executed);
  }
  /// 0 for a session that is not known.
  [[nodiscard]] std::uint64_t session_term(std::uint32_t number) const {
    const Session& session = sessions_[number];
    return session.is_known == 0 ? 0
                                 : digest::session(number, session.is_killed != 0,
                                                   session.cancel_on_disconnect != 0, session.firm);
  }
  [[nodiscard]] std::uint64_t instrument_term(std::uint16_t locate) const {
    return digest::instrument(locate, instruments_[locate].symbol,
                              instruments_[locate].trading_state);
  }
  [[nodiscard]] static std::uint64_t trade_term(const Trade& trade);
  void set_killed(std::uint32_t session);

  // Numbers and look-ups.
  /// As `find_instrument`.
  [[nodiscard]] std::uint16_t find_again(Symbol symbol) {
    if (symbol != last_symbol_ || last_locate_ == 0) {
      last_symbol_ = symbol;
      last_locate_ = find_instrument(symbol);
    }
    return last_locate_;
  }
  [[nodiscard]] Session* find_session(std::uint32_t session);
  [[nodiscard]] std::uint32_t& last_number(std::uint32_t session, std::uint8_t channel) {
    return last_numbers_[std::size_t{session} * channels + channel];
  }
  /// The number becomes the channel's last.
  void use_number(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num) {
    std::uint32_t& last = last_number(session, channel);
    state_sum_ += digest::step_of(session, channel) * (std::uint64_t{user_ref_num} - last);
    last = user_ref_num;
  }
  /// False if the number is stale.
  bool consume(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num);
  [[nodiscard]] std::uint32_t find_order(std::uint32_t session, std::uint8_t channel,
                                         std::uint32_t user_ref_num) const {
    return ids_.find(order_key(session, channel, user_ref_num));
  }
  [[nodiscard]] static std::uint64_t order_key(std::uint32_t session, std::uint8_t channel,
                                               std::uint32_t user_ref_num) {
    return std::uint64_t{session} << 40 | std::uint64_t{channel} << 32 | user_ref_num;
  }
  [[nodiscard]] static std::uint64_t order_key(const OrderNode& node) {
    return order_key(node.session, node.user_ref_idx, node.user_ref_num);
  }

  // Orders that are live: in the book, in the index, in their session's list.
  void enter_book(std::uint32_t order) {
    if ((book_.order(order).special & special_price) != 0) [[unlikely]]
      rest_follower(order);
    else
      book_.add(order, records_[order].price);
  }
  void leave_book(std::uint32_t order) {
    if ((book_.order(order).special & special_price) != 0) [[unlikely]]
      leave_follower(order);
    else
      book_.remove(order);
  }
  void rest(std::uint32_t order);
  void leave(std::uint32_t order);
  void end(std::uint32_t order) {
    leave(order);
    discard(order);
  }
  /// Of an order that is in no book.
  void discard(std::uint32_t order) {
    if (book_.order(order).special != 0)
      drop_extra(order);
    book_.give_back(order);
  }
  [[nodiscard]] bool would_trade(std::uint32_t order, std::uint32_t bound) const;
  /// Of a session's orders, in ascending order reference; 0: none.
  [[nodiscard]] std::uint32_t first_order(const Session& session) const {
    return lists_.first(session.orders, [this](std::uint32_t i) { return records_[i].list_place; });
  }
  [[nodiscard]] std::uint32_t next_order(std::uint32_t order) const {
    return lists_.next(records_[order].list_place,
                       [this](std::uint32_t i) { return records_[i].list_place; });
  }
  void link_to_session(std::uint32_t order);
  void unlink_from_session(std::uint32_t order);
  [[nodiscard]] bool is_attributed_alike(std::uint32_t order, char old_display) const {
    return records_[order].display == old_display;
  }

  // Events, written where they lie.
  [[nodiscard]] Event& fresh(std::uint64_t ahead = 0);
  void publish(EventTail tail);
  void publish_owned(Event& event, std::uint32_t order, EventTail tail);
  void publish_request(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num,
                       EventKind kind);
  void reject(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num,
              std::uint16_t code);
  void publish_add(std::uint32_t order);
  void name_market(Event& event, std::uint32_t order, char market, std::uint32_t shares) const;
  [[nodiscard]] char add_letter(std::uint32_t order) const {
    return records_[order].display == 'A' ? 'F' : 'A';
  }
  [[nodiscard]] bool has_budget(std::uint32_t events) const { return budget_ >= events; }

  [[nodiscard]] static std::uint64_t symbol_key(Symbol symbol) {
    return std::bit_cast<std::uint64_t>(symbol);
  }

  static constexpr std::size_t channels = 256;
  static constexpr std::uint64_t count_mask = 0xFFFF'FFFF'FFFF;  ///< beside the shard

  Capacity capacity_;
  std::uint64_t shard_bits_;
  Book book_;
  Table<OrderRecord> records_;
  Table<KeptTags> kept_tags_;
  /// At the start there is memory for one special order in so many.
  static constexpr std::uint32_t extra_share = 16;
  static constexpr std::size_t block_extras = std::size_t{1} << 14;
  Growth extra_growth_;
  Table<OrderExtra> extras_;
  IndexPool extra_pool_;
  ExpiryHeap expiries_;  ///< by `OrderRecord::extra`
  OrderIds ids_;
  std::array<std::uint32_t, 64> found_in_{};  ///< blocks of `ids_`, by number: notes of hints
  SessionLists lists_;
  KeyTable symbols_;
  Symbol last_symbol_{};  ///< of an Enter, and its instrument: the next is often the same
  std::uint16_t last_locate_ = 0;
  std::uint64_t plain_letters_ = 0;  ///< that were found right, but for the side
  Table<Session> sessions_;
  Table<std::uint32_t> last_numbers_;
  Table<Instrument> instruments_;
  static constexpr std::size_t block_trades = std::size_t{1} << 15;
  Growth trade_growth_;
  Front trade_front_;
  Table<Trade> trades_;
  std::size_t trade_at_ = 0;  ///< of the youngest
  Table<Followed> followed_;
  LimitTable limits_;
  std::vector<Firm> killed_firms_;

  TimeNs time_ns_{};
  std::uint64_t order_count_ = 0;
  std::uint64_t trade_count_ = 0;
  std::uint64_t reserve_seed_ = 0;
  std::uint16_t instrument_count_ = 0;
  Day day_{};
  bool takes_day_orders_ = true;  ///< as `day_` has it
  EngineCounters counters_{};
  std::uint64_t state_sum_ = 0;  ///< digest terms of all but the trades
  std::uint64_t trade_sum_ = 0;  ///< of every trade there was

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
  std::uint32_t budget_ = 0;
  std::uint64_t cause_sequence_ = 0;
};

}  // namespace wirebook::match

#include "match/engine_inline.hpp"
