// OUCH 5.0, client to exchange: the 8 inbound messages, byte by byte.
//
// Shapes: alignment 1, laid over received bytes; the appendage lies behind the struct. Prices are
// in 1/10000. Threads: values. Errors: none; lengths are checked by the parser before a view is
// taken. Specification: OUCH 5.0, inbound messages.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wirebook/units.hpp"
#include "wirebook/wire/big_endian.hpp"

namespace wirebook::wire::ouch_in {

/// `O` Enter Order. Its appendage follows.
struct EnterOrder {
  static constexpr char type_code = 'O';
  char type = type_code;
  Big32 user_ref_num;
  char side{};
  Big32 quantity;
  Symbol symbol;
  Big64 price;
  char time_in_force{};
  char display{};
  char capacity{};
  char iso{};
  char cross_type{};
  ClOrdId cl_ord_id;
  Big16 appendage_length;
};
static_assert(sizeof(EnterOrder) == 47);
static_assert(offsetof(EnterOrder, user_ref_num) == 1);
static_assert(offsetof(EnterOrder, side) == 5);
static_assert(offsetof(EnterOrder, quantity) == 6);
static_assert(offsetof(EnterOrder, symbol) == 10);
static_assert(offsetof(EnterOrder, price) == 18);
static_assert(offsetof(EnterOrder, time_in_force) == 26);
static_assert(offsetof(EnterOrder, display) == 27);
static_assert(offsetof(EnterOrder, capacity) == 28);
static_assert(offsetof(EnterOrder, iso) == 29);
static_assert(offsetof(EnterOrder, cross_type) == 30);
static_assert(offsetof(EnterOrder, cl_ord_id) == 31);
static_assert(offsetof(EnterOrder, appendage_length) == 45);

/// `U` Replace Order. Its appendage follows.
struct ReplaceOrder {
  static constexpr char type_code = 'U';
  char type = type_code;
  Big32 orig_user_ref_num;
  Big32 user_ref_num;
  Big32 quantity;
  Big64 price;
  char time_in_force{};
  char display{};
  char iso{};
  ClOrdId cl_ord_id;
  Big16 appendage_length;
};
static_assert(sizeof(ReplaceOrder) == 40);
static_assert(offsetof(ReplaceOrder, orig_user_ref_num) == 1);
static_assert(offsetof(ReplaceOrder, user_ref_num) == 5);
static_assert(offsetof(ReplaceOrder, quantity) == 9);
static_assert(offsetof(ReplaceOrder, price) == 13);
static_assert(offsetof(ReplaceOrder, time_in_force) == 21);
static_assert(offsetof(ReplaceOrder, display) == 22);
static_assert(offsetof(ReplaceOrder, iso) == 23);
static_assert(offsetof(ReplaceOrder, cl_ord_id) == 24);
static_assert(offsetof(ReplaceOrder, appendage_length) == 38);

/// `X` Cancel Order. An appendage (u16 length, tags) may follow.
struct CancelOrder {
  static constexpr char type_code = 'X';
  char type = type_code;
  Big32 user_ref_num;
  Big32 quantity;
};
static_assert(sizeof(CancelOrder) == 9);
static_assert(offsetof(CancelOrder, user_ref_num) == 1);
static_assert(offsetof(CancelOrder, quantity) == 5);

/// `M` Modify Order. An appendage (u16 length, tags) may follow.
struct ModifyOrder {
  static constexpr char type_code = 'M';
  char type = type_code;
  Big32 user_ref_num;
  char side{};
  Big32 quantity;
};
static_assert(sizeof(ModifyOrder) == 10);
static_assert(offsetof(ModifyOrder, user_ref_num) == 1);
static_assert(offsetof(ModifyOrder, side) == 5);
static_assert(offsetof(ModifyOrder, quantity) == 6);

/// `C` Mass Cancel. Its appendage follows.
struct MassCancel {
  static constexpr char type_code = 'C';
  char type = type_code;
  Big32 user_ref_num;
  Alpha<4> firm;
  Symbol symbol;
  Big16 appendage_length;
};
static_assert(sizeof(MassCancel) == 19);
static_assert(offsetof(MassCancel, user_ref_num) == 1);
static_assert(offsetof(MassCancel, firm) == 5);
static_assert(offsetof(MassCancel, symbol) == 9);
static_assert(offsetof(MassCancel, appendage_length) == 17);

/// `D` Disable Order Entry. Its appendage follows.
struct DisableOrderEntry {
  static constexpr char type_code = 'D';
  char type = type_code;
  Big32 user_ref_num;
  Alpha<4> firm;
  Big16 appendage_length;
};
static_assert(sizeof(DisableOrderEntry) == 11);
static_assert(offsetof(DisableOrderEntry, user_ref_num) == 1);
static_assert(offsetof(DisableOrderEntry, firm) == 5);
static_assert(offsetof(DisableOrderEntry, appendage_length) == 9);

/// `E` Enable Order Entry. Its appendage follows.
struct EnableOrderEntry {
  static constexpr char type_code = 'E';
  char type = type_code;
  Big32 user_ref_num;
  Alpha<4> firm;
  Big16 appendage_length;
};
static_assert(sizeof(EnableOrderEntry) == 11);
static_assert(offsetof(EnableOrderEntry, user_ref_num) == 1);
static_assert(offsetof(EnableOrderEntry, firm) == 5);
static_assert(offsetof(EnableOrderEntry, appendage_length) == 9);

/// `Q` Account Query. An appendage (u16 length, tags) may follow.
struct AccountQuery {
  static constexpr char type_code = 'Q';
  char type = type_code;
};
static_assert(sizeof(AccountQuery) == 1);

}  // namespace wirebook::wire::ouch_in
