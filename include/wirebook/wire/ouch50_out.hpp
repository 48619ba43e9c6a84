// OUCH 5.0, exchange to client: the 17 outbound messages, byte by byte.
//
// Shapes: alignment 1, laid over bytes to send; the appendage lies behind the struct. Prices are in
// 1/10000, times in ns since midnight. Threads: values. Errors: none.
// Specification: OUCH 5.0, outbound messages.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wirebook/units.hpp"
#include "wirebook/wire/big_endian.hpp"

namespace wirebook::wire::ouch_out {

/// `S` System Event.
struct SystemEvent {
  static constexpr char type_code = 'S';
  char type = type_code;
  Big64 timestamp;
  char event_code{};
};
static_assert(sizeof(SystemEvent) == 10);
static_assert(offsetof(SystemEvent, timestamp) == 1);
static_assert(offsetof(SystemEvent, event_code) == 9);

/// `A` Order Accepted. Its appendage follows.
struct OrderAccepted {
  static constexpr char type_code = 'A';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  char side{};
  Big32 quantity;
  Symbol symbol;
  Big64 price;
  char time_in_force{};
  char display{};
  Big64 order_ref;
  char capacity{};
  char iso{};
  char cross_type{};
  char order_state{};
  ClOrdId cl_ord_id;
  Big16 appendage_length;
};
static_assert(sizeof(OrderAccepted) == 64);
static_assert(offsetof(OrderAccepted, timestamp) == 1);
static_assert(offsetof(OrderAccepted, user_ref_num) == 9);
static_assert(offsetof(OrderAccepted, side) == 13);
static_assert(offsetof(OrderAccepted, quantity) == 14);
static_assert(offsetof(OrderAccepted, symbol) == 18);
static_assert(offsetof(OrderAccepted, price) == 26);
static_assert(offsetof(OrderAccepted, time_in_force) == 34);
static_assert(offsetof(OrderAccepted, display) == 35);
static_assert(offsetof(OrderAccepted, order_ref) == 36);
static_assert(offsetof(OrderAccepted, capacity) == 44);
static_assert(offsetof(OrderAccepted, iso) == 45);
static_assert(offsetof(OrderAccepted, cross_type) == 46);
static_assert(offsetof(OrderAccepted, order_state) == 47);
static_assert(offsetof(OrderAccepted, cl_ord_id) == 48);
static_assert(offsetof(OrderAccepted, appendage_length) == 62);

/// `U` Order Replaced. Its appendage follows.
struct OrderReplaced {
  static constexpr char type_code = 'U';
  char type = type_code;
  Big64 timestamp;
  Big32 orig_user_ref_num;
  Big32 user_ref_num;
  char side{};
  Big32 quantity;
  Symbol symbol;
  Big64 price;
  char time_in_force{};
  char display{};
  Big64 order_ref;
  char capacity{};
  char iso{};
  char cross_type{};
  char order_state{};
  ClOrdId cl_ord_id;
  Big16 appendage_length;
};
static_assert(sizeof(OrderReplaced) == 68);
static_assert(offsetof(OrderReplaced, timestamp) == 1);
static_assert(offsetof(OrderReplaced, orig_user_ref_num) == 9);
static_assert(offsetof(OrderReplaced, user_ref_num) == 13);
static_assert(offsetof(OrderReplaced, side) == 17);
static_assert(offsetof(OrderReplaced, quantity) == 18);
static_assert(offsetof(OrderReplaced, symbol) == 22);
static_assert(offsetof(OrderReplaced, price) == 30);
static_assert(offsetof(OrderReplaced, time_in_force) == 38);
static_assert(offsetof(OrderReplaced, display) == 39);
static_assert(offsetof(OrderReplaced, order_ref) == 40);
static_assert(offsetof(OrderReplaced, capacity) == 48);
static_assert(offsetof(OrderReplaced, iso) == 49);
static_assert(offsetof(OrderReplaced, cross_type) == 50);
static_assert(offsetof(OrderReplaced, order_state) == 51);
static_assert(offsetof(OrderReplaced, cl_ord_id) == 52);
static_assert(offsetof(OrderReplaced, appendage_length) == 66);

/// `C` Order Canceled. An appendage (u16 length, tags) may follow.
struct OrderCanceled {
  static constexpr char type_code = 'C';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  Big32 quantity;
  char reason{};
};
static_assert(sizeof(OrderCanceled) == 18);
static_assert(offsetof(OrderCanceled, timestamp) == 1);
static_assert(offsetof(OrderCanceled, user_ref_num) == 9);
static_assert(offsetof(OrderCanceled, quantity) == 13);
static_assert(offsetof(OrderCanceled, reason) == 17);

/// `D` AIQ Canceled. An appendage (u16 length, tags) may follow.
struct AiqCanceled {
  static constexpr char type_code = 'D';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  Big32 decrement_shares;
  char reason{};
  Big32 quantity_prevented_from_trading;
  Big64 execution_price;
  char liquidity_flag{};
  char aiq_strategy{};
};
static_assert(sizeof(AiqCanceled) == 32);
static_assert(offsetof(AiqCanceled, timestamp) == 1);
static_assert(offsetof(AiqCanceled, user_ref_num) == 9);
static_assert(offsetof(AiqCanceled, decrement_shares) == 13);
static_assert(offsetof(AiqCanceled, reason) == 17);
static_assert(offsetof(AiqCanceled, quantity_prevented_from_trading) == 18);
static_assert(offsetof(AiqCanceled, execution_price) == 22);
static_assert(offsetof(AiqCanceled, liquidity_flag) == 30);
static_assert(offsetof(AiqCanceled, aiq_strategy) == 31);

/// `E` Order Executed. Its appendage follows.
struct OrderExecuted {
  static constexpr char type_code = 'E';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  Big32 quantity;
  Big64 price;
  char liquidity_flag{};
  Big64 match_number;
  Big16 appendage_length;
};
static_assert(sizeof(OrderExecuted) == 36);
static_assert(offsetof(OrderExecuted, timestamp) == 1);
static_assert(offsetof(OrderExecuted, user_ref_num) == 9);
static_assert(offsetof(OrderExecuted, quantity) == 13);
static_assert(offsetof(OrderExecuted, price) == 17);
static_assert(offsetof(OrderExecuted, liquidity_flag) == 25);
static_assert(offsetof(OrderExecuted, match_number) == 26);
static_assert(offsetof(OrderExecuted, appendage_length) == 34);

/// `B` Broken Trade. An appendage (u16 length, tags) may follow.
struct BrokenTrade {
  static constexpr char type_code = 'B';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  Big64 match_number;
  char reason{};
  ClOrdId cl_ord_id;
};
static_assert(sizeof(BrokenTrade) == 36);
static_assert(offsetof(BrokenTrade, timestamp) == 1);
static_assert(offsetof(BrokenTrade, user_ref_num) == 9);
static_assert(offsetof(BrokenTrade, match_number) == 13);
static_assert(offsetof(BrokenTrade, reason) == 21);
static_assert(offsetof(BrokenTrade, cl_ord_id) == 22);

/// `J` Rejected. An appendage (u16 length, tags) may follow.
struct Rejected {
  static constexpr char type_code = 'J';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  Big16 reason;
  ClOrdId cl_ord_id;
};
static_assert(sizeof(Rejected) == 29);
static_assert(offsetof(Rejected, timestamp) == 1);
static_assert(offsetof(Rejected, user_ref_num) == 9);
static_assert(offsetof(Rejected, reason) == 13);
static_assert(offsetof(Rejected, cl_ord_id) == 15);

/// `P` Cancel Pending. An appendage (u16 length, tags) may follow.
struct CancelPending {
  static constexpr char type_code = 'P';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
};
static_assert(sizeof(CancelPending) == 13);
static_assert(offsetof(CancelPending, timestamp) == 1);
static_assert(offsetof(CancelPending, user_ref_num) == 9);

/// `I` Cancel Reject. An appendage (u16 length, tags) may follow.
struct CancelReject {
  static constexpr char type_code = 'I';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
};
static_assert(sizeof(CancelReject) == 13);
static_assert(offsetof(CancelReject, timestamp) == 1);
static_assert(offsetof(CancelReject, user_ref_num) == 9);

/// `T` Order Priority Update. An appendage (u16 length, tags) may follow.
struct OrderPriorityUpdate {
  static constexpr char type_code = 'T';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  Big64 price;
  char display{};
  Big64 order_ref;
};
static_assert(sizeof(OrderPriorityUpdate) == 30);
static_assert(offsetof(OrderPriorityUpdate, timestamp) == 1);
static_assert(offsetof(OrderPriorityUpdate, user_ref_num) == 9);
static_assert(offsetof(OrderPriorityUpdate, price) == 13);
static_assert(offsetof(OrderPriorityUpdate, display) == 21);
static_assert(offsetof(OrderPriorityUpdate, order_ref) == 22);

/// `M` Order Modified. An appendage (u16 length, tags) may follow.
struct OrderModified {
  static constexpr char type_code = 'M';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  char side{};
  Big32 quantity;
};
static_assert(sizeof(OrderModified) == 18);
static_assert(offsetof(OrderModified, timestamp) == 1);
static_assert(offsetof(OrderModified, user_ref_num) == 9);
static_assert(offsetof(OrderModified, side) == 13);
static_assert(offsetof(OrderModified, quantity) == 14);

/// `R` Order Restated. Its appendage follows.
struct OrderRestated {
  static constexpr char type_code = 'R';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  char reason{};
  Big16 appendage_length;
};
static_assert(sizeof(OrderRestated) == 16);
static_assert(offsetof(OrderRestated, timestamp) == 1);
static_assert(offsetof(OrderRestated, user_ref_num) == 9);
static_assert(offsetof(OrderRestated, reason) == 13);
static_assert(offsetof(OrderRestated, appendage_length) == 14);

/// `X` Mass Cancel Response. Its appendage follows.
struct MassCancelResponse {
  static constexpr char type_code = 'X';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  Alpha<4> firm;
  Symbol symbol;
  Big16 appendage_length;
};
static_assert(sizeof(MassCancelResponse) == 27);
static_assert(offsetof(MassCancelResponse, timestamp) == 1);
static_assert(offsetof(MassCancelResponse, user_ref_num) == 9);
static_assert(offsetof(MassCancelResponse, firm) == 13);
static_assert(offsetof(MassCancelResponse, symbol) == 17);
static_assert(offsetof(MassCancelResponse, appendage_length) == 25);

/// `G` Disable Order Entry Response. Its appendage follows.
struct DisableResponse {
  static constexpr char type_code = 'G';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  Alpha<4> firm;
  Big16 appendage_length;
};
static_assert(sizeof(DisableResponse) == 19);
static_assert(offsetof(DisableResponse, timestamp) == 1);
static_assert(offsetof(DisableResponse, user_ref_num) == 9);
static_assert(offsetof(DisableResponse, firm) == 13);
static_assert(offsetof(DisableResponse, appendage_length) == 17);

/// `K` Enable Order Entry Response. Its appendage follows.
struct EnableResponse {
  static constexpr char type_code = 'K';
  char type = type_code;
  Big64 timestamp;
  Big32 user_ref_num;
  Alpha<4> firm;
  Big16 appendage_length;
};
static_assert(sizeof(EnableResponse) == 19);
static_assert(offsetof(EnableResponse, timestamp) == 1);
static_assert(offsetof(EnableResponse, user_ref_num) == 9);
static_assert(offsetof(EnableResponse, firm) == 13);
static_assert(offsetof(EnableResponse, appendage_length) == 17);

/// `Q` Account Query Response. An appendage (u16 length, tags) may follow.
struct AccountQueryResponse {
  static constexpr char type_code = 'Q';
  char type = type_code;
  Big64 timestamp;
  Big32 next_user_ref_num;
};
static_assert(sizeof(AccountQueryResponse) == 13);
static_assert(offsetof(AccountQueryResponse, timestamp) == 1);
static_assert(offsetof(AccountQueryResponse, next_user_ref_num) == 9);

}  // namespace wirebook::wire::ouch_out
