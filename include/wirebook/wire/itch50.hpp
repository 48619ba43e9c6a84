// TotalView-ITCH 5.0: the 23 messages, byte by byte.
//
// Shapes: alignment 1, laid over received or sent bytes. Prices are in 1/10000, the levels of `V`
// in 1/100000000; times in ns since midnight. Threads: values. Errors: none; lengths are checked by
// the parser before a view is taken. Specification: ITCH 5.0, one struct a message.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wirebook/units.hpp"
#include "wirebook/wire/big_endian.hpp"

namespace wirebook::wire::itch {

/// `S` System Event.
struct SystemEvent {
  static constexpr char type_code = 'S';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  char event_code{};
};
static_assert(sizeof(SystemEvent) == 12);
static_assert(offsetof(SystemEvent, event_code) == 11);

/// `R` Stock Directory.
struct StockDirectory {
  static constexpr char type_code = 'R';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Symbol stock;
  char market_category{};
  char financial_status{};
  Big32 round_lot_size;
  char round_lots_only{};
  char issue_classification{};
  Alpha<2> issue_sub_type;
  char authenticity{};
  char short_sale_threshold{};
  char ipo_flag{};
  char luld_tier{};
  char etp_flag{};
  Big32 etp_leverage;
  char inverse_indicator{};
};
static_assert(sizeof(StockDirectory) == 39);
static_assert(offsetof(StockDirectory, stock) == 11);
static_assert(offsetof(StockDirectory, market_category) == 19);
static_assert(offsetof(StockDirectory, financial_status) == 20);
static_assert(offsetof(StockDirectory, round_lot_size) == 21);
static_assert(offsetof(StockDirectory, round_lots_only) == 25);
static_assert(offsetof(StockDirectory, issue_classification) == 26);
static_assert(offsetof(StockDirectory, issue_sub_type) == 27);
static_assert(offsetof(StockDirectory, authenticity) == 29);
static_assert(offsetof(StockDirectory, short_sale_threshold) == 30);
static_assert(offsetof(StockDirectory, ipo_flag) == 31);
static_assert(offsetof(StockDirectory, luld_tier) == 32);
static_assert(offsetof(StockDirectory, etp_flag) == 33);
static_assert(offsetof(StockDirectory, etp_leverage) == 34);
static_assert(offsetof(StockDirectory, inverse_indicator) == 38);

/// `H` Stock Trading Action.
struct TradingAction {
  static constexpr char type_code = 'H';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Symbol stock;
  char trading_state{};
  char reserved{};
  Alpha<4> reason;
};
static_assert(sizeof(TradingAction) == 25);
static_assert(offsetof(TradingAction, stock) == 11);
static_assert(offsetof(TradingAction, trading_state) == 19);
static_assert(offsetof(TradingAction, reserved) == 20);
static_assert(offsetof(TradingAction, reason) == 21);

/// `Y` Reg SHO Restriction.
struct RegShoRestriction {
  static constexpr char type_code = 'Y';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Symbol stock;
  char reg_sho_action{};
};
static_assert(sizeof(RegShoRestriction) == 20);
static_assert(offsetof(RegShoRestriction, stock) == 11);
static_assert(offsetof(RegShoRestriction, reg_sho_action) == 19);

/// `L` Market Participant Position.
struct ParticipantPosition {
  static constexpr char type_code = 'L';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Alpha<4> mpid;
  Symbol stock;
  char primary_mm{};
  char mm_mode{};
  char participant_state{};
};
static_assert(sizeof(ParticipantPosition) == 26);
static_assert(offsetof(ParticipantPosition, mpid) == 11);
static_assert(offsetof(ParticipantPosition, stock) == 15);
static_assert(offsetof(ParticipantPosition, primary_mm) == 23);
static_assert(offsetof(ParticipantPosition, mm_mode) == 24);
static_assert(offsetof(ParticipantPosition, participant_state) == 25);

/// `V` MWCB Decline Level.
struct MwcbDeclineLevel {
  static constexpr char type_code = 'V';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 level1;
  Big64 level2;
  Big64 level3;
};
static_assert(sizeof(MwcbDeclineLevel) == 35);
static_assert(offsetof(MwcbDeclineLevel, level1) == 11);
static_assert(offsetof(MwcbDeclineLevel, level2) == 19);
static_assert(offsetof(MwcbDeclineLevel, level3) == 27);

/// `W` MWCB Status.
struct MwcbStatus {
  static constexpr char type_code = 'W';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  char breached_level{};
};
static_assert(sizeof(MwcbStatus) == 12);
static_assert(offsetof(MwcbStatus, breached_level) == 11);

/// `K` IPO Quoting Period Update.
struct IpoQuotingPeriod {
  static constexpr char type_code = 'K';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Symbol stock;
  Big32 release_time;
  char release_qualifier{};
  Big32 ipo_price;
};
static_assert(sizeof(IpoQuotingPeriod) == 28);
static_assert(offsetof(IpoQuotingPeriod, stock) == 11);
static_assert(offsetof(IpoQuotingPeriod, release_time) == 19);
static_assert(offsetof(IpoQuotingPeriod, release_qualifier) == 23);
static_assert(offsetof(IpoQuotingPeriod, ipo_price) == 24);

/// `J` LULD Auction Collar.
struct LuldAuctionCollar {
  static constexpr char type_code = 'J';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Symbol stock;
  Big32 ref_price;
  Big32 upper_price;
  Big32 lower_price;
  Big32 extension;
};
static_assert(sizeof(LuldAuctionCollar) == 35);
static_assert(offsetof(LuldAuctionCollar, stock) == 11);
static_assert(offsetof(LuldAuctionCollar, ref_price) == 19);
static_assert(offsetof(LuldAuctionCollar, upper_price) == 23);
static_assert(offsetof(LuldAuctionCollar, lower_price) == 27);
static_assert(offsetof(LuldAuctionCollar, extension) == 31);

/// `h` Operational Halt.
struct OperationalHalt {
  static constexpr char type_code = 'h';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Symbol stock;
  char market_code{};
  char halt_action{};
};
static_assert(sizeof(OperationalHalt) == 21);
static_assert(offsetof(OperationalHalt, stock) == 11);
static_assert(offsetof(OperationalHalt, market_code) == 19);
static_assert(offsetof(OperationalHalt, halt_action) == 20);

/// `A` Add Order.
struct AddOrder {
  static constexpr char type_code = 'A';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 order_ref;
  char side{};
  Big32 shares;
  Symbol stock;
  Big32 price;
};
static_assert(sizeof(AddOrder) == 36);
static_assert(offsetof(AddOrder, order_ref) == 11);
static_assert(offsetof(AddOrder, side) == 19);
static_assert(offsetof(AddOrder, shares) == 20);
static_assert(offsetof(AddOrder, stock) == 24);
static_assert(offsetof(AddOrder, price) == 32);

/// `F` Add Order.
struct AddOrderMpid {
  static constexpr char type_code = 'F';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 order_ref;
  char side{};
  Big32 shares;
  Symbol stock;
  Big32 price;
  Alpha<4> attribution;
};
static_assert(sizeof(AddOrderMpid) == 40);
static_assert(offsetof(AddOrderMpid, order_ref) == 11);
static_assert(offsetof(AddOrderMpid, side) == 19);
static_assert(offsetof(AddOrderMpid, shares) == 20);
static_assert(offsetof(AddOrderMpid, stock) == 24);
static_assert(offsetof(AddOrderMpid, price) == 32);
static_assert(offsetof(AddOrderMpid, attribution) == 36);

/// `E` Order Executed.
struct OrderExecuted {
  static constexpr char type_code = 'E';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 order_ref;
  Big32 executed_shares;
  Big64 match_number;
};
static_assert(sizeof(OrderExecuted) == 31);
static_assert(offsetof(OrderExecuted, order_ref) == 11);
static_assert(offsetof(OrderExecuted, executed_shares) == 19);
static_assert(offsetof(OrderExecuted, match_number) == 23);

/// `C` Order Executed With Price.
struct OrderExecutedWithPrice {
  static constexpr char type_code = 'C';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 order_ref;
  Big32 executed_shares;
  Big64 match_number;
  char printable{};
  Big32 execution_price;
};
static_assert(sizeof(OrderExecutedWithPrice) == 36);
static_assert(offsetof(OrderExecutedWithPrice, order_ref) == 11);
static_assert(offsetof(OrderExecutedWithPrice, executed_shares) == 19);
static_assert(offsetof(OrderExecutedWithPrice, match_number) == 23);
static_assert(offsetof(OrderExecutedWithPrice, printable) == 31);
static_assert(offsetof(OrderExecutedWithPrice, execution_price) == 32);

/// `X` Order Cancel.
struct OrderCancel {
  static constexpr char type_code = 'X';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 order_ref;
  Big32 cancelled_shares;
};
static_assert(sizeof(OrderCancel) == 23);
static_assert(offsetof(OrderCancel, order_ref) == 11);
static_assert(offsetof(OrderCancel, cancelled_shares) == 19);

/// `D` Order Delete.
struct OrderDelete {
  static constexpr char type_code = 'D';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 order_ref;
};
static_assert(sizeof(OrderDelete) == 19);
static_assert(offsetof(OrderDelete, order_ref) == 11);

/// `U` Order Replace.
struct OrderReplace {
  static constexpr char type_code = 'U';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 orig_order_ref;
  Big64 new_order_ref;
  Big32 shares;
  Big32 price;
};
static_assert(sizeof(OrderReplace) == 35);
static_assert(offsetof(OrderReplace, orig_order_ref) == 11);
static_assert(offsetof(OrderReplace, new_order_ref) == 19);
static_assert(offsetof(OrderReplace, shares) == 27);
static_assert(offsetof(OrderReplace, price) == 31);

/// `P` Trade.
struct Trade {
  static constexpr char type_code = 'P';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 order_ref;
  char side{};
  Big32 shares;
  Symbol stock;
  Big32 price;
  Big64 match_number;
};
static_assert(sizeof(Trade) == 44);
static_assert(offsetof(Trade, order_ref) == 11);
static_assert(offsetof(Trade, side) == 19);
static_assert(offsetof(Trade, shares) == 20);
static_assert(offsetof(Trade, stock) == 24);
static_assert(offsetof(Trade, price) == 32);
static_assert(offsetof(Trade, match_number) == 36);

/// `Q` Cross Trade.
struct CrossTrade {
  static constexpr char type_code = 'Q';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 shares;
  Symbol stock;
  Big32 cross_price;
  Big64 match_number;
  char cross_type{};
};
static_assert(sizeof(CrossTrade) == 40);
static_assert(offsetof(CrossTrade, shares) == 11);
static_assert(offsetof(CrossTrade, stock) == 19);
static_assert(offsetof(CrossTrade, cross_price) == 27);
static_assert(offsetof(CrossTrade, match_number) == 31);
static_assert(offsetof(CrossTrade, cross_type) == 39);

/// `B` Broken Trade.
struct BrokenTrade {
  static constexpr char type_code = 'B';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 match_number;
};
static_assert(sizeof(BrokenTrade) == 19);
static_assert(offsetof(BrokenTrade, match_number) == 11);

/// `I` NOII.
struct Noii {
  static constexpr char type_code = 'I';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Big64 paired_shares;
  Big64 imbalance_shares;
  char imbalance_direction{};
  Symbol stock;
  Big32 far_price;
  Big32 near_price;
  Big32 current_ref_price;
  char cross_type{};
  char price_variation{};
};
static_assert(sizeof(Noii) == 50);
static_assert(offsetof(Noii, paired_shares) == 11);
static_assert(offsetof(Noii, imbalance_shares) == 19);
static_assert(offsetof(Noii, imbalance_direction) == 27);
static_assert(offsetof(Noii, stock) == 28);
static_assert(offsetof(Noii, far_price) == 36);
static_assert(offsetof(Noii, near_price) == 40);
static_assert(offsetof(Noii, current_ref_price) == 44);
static_assert(offsetof(Noii, cross_type) == 48);
static_assert(offsetof(Noii, price_variation) == 49);

/// `N` Retail Price Improvement.
struct RetailInterest {
  static constexpr char type_code = 'N';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Symbol stock;
  char interest_flag{};
};
static_assert(sizeof(RetailInterest) == 20);
static_assert(offsetof(RetailInterest, stock) == 11);
static_assert(offsetof(RetailInterest, interest_flag) == 19);

/// `O` Direct Listing Capital Raise.
struct DirectListing {
  static constexpr char type_code = 'O';
  char type = type_code;
  Big16 stock_locate;
  Big16 tracking_number;
  Big48 timestamp;
  Symbol stock;
  char open_eligibility{};
  Big32 min_allowable_price;
  Big32 max_allowable_price;
  Big32 near_exec_price;
  Big64 near_exec_time;
  Big32 lower_collar;
  Big32 upper_collar;
};
static_assert(sizeof(DirectListing) == 48);
static_assert(offsetof(DirectListing, stock) == 11);
static_assert(offsetof(DirectListing, open_eligibility) == 19);
static_assert(offsetof(DirectListing, min_allowable_price) == 20);
static_assert(offsetof(DirectListing, max_allowable_price) == 24);
static_assert(offsetof(DirectListing, near_exec_price) == 28);
static_assert(offsetof(DirectListing, near_exec_time) == 32);
static_assert(offsetof(DirectListing, lower_collar) == 40);
static_assert(offsetof(DirectListing, upper_collar) == 44);

/// The longest message, the NOII.
inline constexpr std::size_t message_bytes_max = sizeof(Noii);

}  // namespace wirebook::wire::itch
