// The engine's inside: one slot at a time, in steps that never write more events than a step may.
//
// Shapes: see engine.hpp. Threads: one. Errors: the rules. Cost: see README.md.
//
//   slot ─► dispatch ─► checks ─► report ─► [ match ─► remainder ] or [ cancel a list ]
//                                             └── goes on in `resume` when the step is full ──┘
#pragma once

#include <cstdint>
#include <vector>

#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

#include "match/book.hpp"
#include "match/engine.hpp"
#include "match/engine_state.hpp"
#include "match/key_table.hpp"
#include "match/tags.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::match {

class EngineCore {
 public:
  explicit EngineCore(const Capacity& capacity);

  Step on_slot(const SlotGroup& group, slot_ring::Writer<Event>& writer);
  Step resume(slot_ring::Writer<Event>& writer);

  [[nodiscard]] const EngineCounters& counters() const { return counters_; }
  [[nodiscard]] BookSummary book(std::uint16_t instrument) const {
    return book_.summary(instrument);
  }
  [[nodiscard]] std::uint16_t find_instrument(Symbol symbol) const;
  [[nodiscard]] std::uint16_t instrument_count() const { return instrument_count_; }

 private:
  /// An order on its way into the book.
  struct Incoming {
    std::uint32_t order;
    bool market;       ///< would trade at any price
    bool rests;        ///< what remains goes into the book
    bool tell_market;  ///< the market has not heard of the order when it comes to rest
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
  enum class Pending : std::uint8_t { nothing, match, cancel, tell_sessions };
  enum class Visibility : std::uint8_t { hidden, displayed };

  // engine.cpp: steps, and what concerns the venue.
  void dispatch(const SlotGroup& group);
  Step run();
  void define_instrument(const InstrumentBody& body);
  void set_trading_state(const InstrumentBody& body);
  void session_up(const SessionBody& body);
  void session_down(const SessionBody& body);
  void kill(const SessionBody& body);
  void system_event(char code);
  bool tell_sessions();
  void break_trade(const AdminBody& body);
  void report_broken(const Trade& trade, const TradeParty& party, char reason, char market);
  void publish_trading_state(std::uint16_t locate, Alpha<4> reason);

  // engine_enter.cpp: orders that come in.
  void enter(const SlotGroup& group);
  void replace(const SlotGroup& group);
  [[nodiscard]] std::uint16_t refuse_venue(const Session& session, Firm firm) const;
  [[nodiscard]] std::uint16_t refuse_enter(const EnterBody& body, const Session& session, Firm firm,
                                           std::uint16_t locate, const OrderTags& tags) const;
  [[nodiscard]] static bool is_bad_replace(const ReplaceBody& body, char side,
                                           const OrderTags& tags);
  void report_accepted(std::uint32_t order, const Incoming& incoming, bool trades, bool dies);
  void report_replaced(std::uint32_t order, const Incoming& incoming, bool trades, bool dies,
                       bool was_displayed, char old_display, std::uint64_t old_ref);
  bool match();
  void fill(std::uint32_t order, std::uint32_t level_index);
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

  // Numbers and look-ups.
  [[nodiscard]] Session* find_session(std::uint32_t session);
  [[nodiscard]] std::uint32_t& last_number(std::uint32_t session, std::uint8_t channel) {
    return last_numbers_[std::size_t{session} * channels + channel];
  }
  /// False if the number is stale.
  bool consume(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num);
  [[nodiscard]] std::uint32_t find_order(std::uint32_t session, std::uint8_t channel,
                                         std::uint32_t user_ref_num) const;
  [[nodiscard]] static std::uint64_t order_key(const OrderNode& node);

  // Orders that are live: in the book, in the index, in their session's list.
  void rest(std::uint32_t order);
  void leave(std::uint32_t order);
  void end(std::uint32_t order) {
    leave(order);
    book_.give_back(order);
  }
  [[nodiscard]] bool would_trade(std::uint32_t order, bool market) const;
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
  void name_market(Event& event, std::uint32_t order, char market) const;
  [[nodiscard]] char add_letter(std::uint32_t order) const {
    return records_[order].display == 'A' ? 'F' : 'A';
  }
  [[nodiscard]] bool has_budget(std::uint32_t events) const { return budget_ >= events; }

  static constexpr std::size_t channels = 256;

  Capacity capacity_;
  std::uint64_t shard_bits_;
  Book book_;
  Table<OrderRecord> records_;
  KeyTable index_;
  KeyTable symbols_;
  Table<Session> sessions_;
  Table<std::uint32_t> last_numbers_;
  Table<Instrument> instruments_;
  Table<Trade> trades_;
  std::vector<Firm> killed_firms_;

  TimeNs time_ns_{};
  std::uint64_t order_count_ = 0;
  std::uint64_t trade_count_ = 0;
  std::uint16_t instrument_count_ = 0;
  bool day_ended_ = false;
  bool day_opened_ = false;  ///< by a system event S
  EngineCounters counters_{};

  Pending pending_ = Pending::nothing;
  Incoming incoming_{};
  CancelRun cancel_run_{};
  std::uint32_t tell_session_ = 0;
  char tell_code_ = 0;

  slot_ring::Writer<Event>* writer_ = nullptr;
  std::uint32_t budget_ = 0;
  std::uint64_t cause_sequence_ = 0;
};

}  // namespace wirebook::match
