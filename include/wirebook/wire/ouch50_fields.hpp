// OUCH 5.0 as data: each message's fields by name, for whoever reads or writes them generically.
//
// Shapes: offsets from the first byte of the message, the type byte; names in snake case, those of
// the JSON lines. AppendageLength is no field: it follows them. Threads: constants. Errors: none.
// Specification: OUCH 5.0, inbound and outbound messages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace wirebook::wire::ouch {

/// How the bytes of a field read; all numbers are big-endian.
enum class FieldType : std::uint8_t { character, alpha, unsigned_integer, price, reject_code };

struct FieldInfo {
  std::string_view name;
  std::uint8_t offset;
  std::uint8_t bytes;
  FieldType type;
};

struct MessageInfo {
  char type;
  std::string_view name;
  std::uint8_t bytes;     ///< without tags; with AppendageLength where it is always there
  bool appendage_always;  ///< else AppendageLength is there only with tags
  std::span<const FieldInfo> fields;
};

namespace detail {

inline constexpr std::array enter_fields{
    FieldInfo{"user_ref_num", 1, 4, FieldType::unsigned_integer},
    FieldInfo{"side", 5, 1, FieldType::character},
    FieldInfo{"quantity", 6, 4, FieldType::unsigned_integer},
    FieldInfo{"symbol", 10, 8, FieldType::alpha},
    FieldInfo{"price", 18, 8, FieldType::price},
    FieldInfo{"time_in_force", 26, 1, FieldType::character},
    FieldInfo{"display", 27, 1, FieldType::character},
    FieldInfo{"capacity", 28, 1, FieldType::character},
    FieldInfo{"iso", 29, 1, FieldType::character},
    FieldInfo{"cross_type", 30, 1, FieldType::character},
    FieldInfo{"cl_ord_id", 31, 14, FieldType::alpha},
};
inline constexpr std::array replace_fields{
    FieldInfo{"orig_user_ref_num", 1, 4, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 5, 4, FieldType::unsigned_integer},
    FieldInfo{"quantity", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"price", 13, 8, FieldType::price},
    FieldInfo{"time_in_force", 21, 1, FieldType::character},
    FieldInfo{"display", 22, 1, FieldType::character},
    FieldInfo{"iso", 23, 1, FieldType::character},
    FieldInfo{"cl_ord_id", 24, 14, FieldType::alpha},
};
inline constexpr std::array cancel_fields{
    FieldInfo{"user_ref_num", 1, 4, FieldType::unsigned_integer},
    FieldInfo{"quantity", 5, 4, FieldType::unsigned_integer},
};
inline constexpr std::array modify_fields{
    FieldInfo{"user_ref_num", 1, 4, FieldType::unsigned_integer},
    FieldInfo{"side", 5, 1, FieldType::character},
    FieldInfo{"quantity", 6, 4, FieldType::unsigned_integer},
};
inline constexpr std::array mass_cancel_fields{
    FieldInfo{"user_ref_num", 1, 4, FieldType::unsigned_integer},
    FieldInfo{"firm", 5, 4, FieldType::alpha},
    FieldInfo{"symbol", 9, 8, FieldType::alpha},
};
inline constexpr std::array disable_fields{
    FieldInfo{"user_ref_num", 1, 4, FieldType::unsigned_integer},
    FieldInfo{"firm", 5, 4, FieldType::alpha},
};
inline constexpr std::array enable_fields{
    FieldInfo{"user_ref_num", 1, 4, FieldType::unsigned_integer},
    FieldInfo{"firm", 5, 4, FieldType::alpha},
};
inline constexpr std::array system_event_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"event_code", 9, 1, FieldType::character},
};
inline constexpr std::array accepted_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"side", 13, 1, FieldType::character},
    FieldInfo{"quantity", 14, 4, FieldType::unsigned_integer},
    FieldInfo{"symbol", 18, 8, FieldType::alpha},
    FieldInfo{"price", 26, 8, FieldType::price},
    FieldInfo{"time_in_force", 34, 1, FieldType::character},
    FieldInfo{"display", 35, 1, FieldType::character},
    FieldInfo{"order_ref", 36, 8, FieldType::unsigned_integer},
    FieldInfo{"capacity", 44, 1, FieldType::character},
    FieldInfo{"iso", 45, 1, FieldType::character},
    FieldInfo{"cross_type", 46, 1, FieldType::character},
    FieldInfo{"order_state", 47, 1, FieldType::character},
    FieldInfo{"cl_ord_id", 48, 14, FieldType::alpha},
};
inline constexpr std::array replaced_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"orig_user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 13, 4, FieldType::unsigned_integer},
    FieldInfo{"side", 17, 1, FieldType::character},
    FieldInfo{"quantity", 18, 4, FieldType::unsigned_integer},
    FieldInfo{"symbol", 22, 8, FieldType::alpha},
    FieldInfo{"price", 30, 8, FieldType::price},
    FieldInfo{"time_in_force", 38, 1, FieldType::character},
    FieldInfo{"display", 39, 1, FieldType::character},
    FieldInfo{"order_ref", 40, 8, FieldType::unsigned_integer},
    FieldInfo{"capacity", 48, 1, FieldType::character},
    FieldInfo{"iso", 49, 1, FieldType::character},
    FieldInfo{"cross_type", 50, 1, FieldType::character},
    FieldInfo{"order_state", 51, 1, FieldType::character},
    FieldInfo{"cl_ord_id", 52, 14, FieldType::alpha},
};
inline constexpr std::array canceled_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"quantity", 13, 4, FieldType::unsigned_integer},
    FieldInfo{"reason", 17, 1, FieldType::character},
};
inline constexpr std::array aiq_canceled_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"decrement_shares", 13, 4, FieldType::unsigned_integer},
    FieldInfo{"reason", 17, 1, FieldType::character},
    FieldInfo{"qty_prevented_from_trading", 18, 4, FieldType::unsigned_integer},
    FieldInfo{"execution_price", 22, 8, FieldType::price},
    FieldInfo{"liquidity_flag", 30, 1, FieldType::character},
    FieldInfo{"aiq_strategy", 31, 1, FieldType::character},
};
inline constexpr std::array executed_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"quantity", 13, 4, FieldType::unsigned_integer},
    FieldInfo{"price", 17, 8, FieldType::price},
    FieldInfo{"liquidity_flag", 25, 1, FieldType::character},
    FieldInfo{"match_number", 26, 8, FieldType::unsigned_integer},
};
inline constexpr std::array broken_trade_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"match_number", 13, 8, FieldType::unsigned_integer},
    FieldInfo{"reason", 21, 1, FieldType::character},
    FieldInfo{"cl_ord_id", 22, 14, FieldType::alpha},
};
inline constexpr std::array rejected_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"reason", 13, 2, FieldType::reject_code},
    FieldInfo{"cl_ord_id", 15, 14, FieldType::alpha},
};
inline constexpr std::array cancel_pending_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
};
inline constexpr std::array cancel_reject_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
};
inline constexpr std::array priority_update_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"price", 13, 8, FieldType::price},
    FieldInfo{"display", 21, 1, FieldType::character},
    FieldInfo{"order_ref", 22, 8, FieldType::unsigned_integer},
};
inline constexpr std::array modified_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"side", 13, 1, FieldType::character},
    FieldInfo{"quantity", 14, 4, FieldType::unsigned_integer},
};
inline constexpr std::array restated_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"reason", 13, 1, FieldType::character},
};
inline constexpr std::array mass_cancel_response_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"firm", 13, 4, FieldType::alpha},
    FieldInfo{"symbol", 17, 8, FieldType::alpha},
};
inline constexpr std::array disable_response_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"firm", 13, 4, FieldType::alpha},
};
inline constexpr std::array enable_response_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"user_ref_num", 9, 4, FieldType::unsigned_integer},
    FieldInfo{"firm", 13, 4, FieldType::alpha},
};
inline constexpr std::array account_query_response_fields{
    FieldInfo{"timestamp", 1, 8, FieldType::unsigned_integer},
    FieldInfo{"next_user_ref_num", 9, 4, FieldType::unsigned_integer},
};

}  // namespace detail

/// Client to exchange.
inline constexpr std::array inbound_messages{
    MessageInfo{'O', "enter", 47, true, detail::enter_fields},
    MessageInfo{'U', "replace", 40, true, detail::replace_fields},
    MessageInfo{'X', "cancel", 9, false, detail::cancel_fields},
    MessageInfo{'M', "modify", 10, false, detail::modify_fields},
    MessageInfo{'C', "mass_cancel", 19, true, detail::mass_cancel_fields},
    MessageInfo{'D', "disable", 11, true, detail::disable_fields},
    MessageInfo{'E', "enable", 11, true, detail::enable_fields},
    MessageInfo{'Q', "account_query", 1, false, {}},
};

/// Exchange to client.
inline constexpr std::array outbound_messages{
    MessageInfo{'S', "system_event", 10, false, detail::system_event_fields},
    MessageInfo{'A', "accepted", 64, true, detail::accepted_fields},
    MessageInfo{'U', "replaced", 68, true, detail::replaced_fields},
    MessageInfo{'C', "canceled", 18, false, detail::canceled_fields},
    MessageInfo{'D', "aiq_canceled", 32, false, detail::aiq_canceled_fields},
    MessageInfo{'E', "executed", 36, true, detail::executed_fields},
    MessageInfo{'B', "broken_trade", 36, false, detail::broken_trade_fields},
    MessageInfo{'J', "rejected", 29, false, detail::rejected_fields},
    MessageInfo{'P', "cancel_pending", 13, false, detail::cancel_pending_fields},
    MessageInfo{'I', "cancel_reject", 13, false, detail::cancel_reject_fields},
    MessageInfo{'T', "priority_update", 30, false, detail::priority_update_fields},
    MessageInfo{'M', "modified", 18, false, detail::modified_fields},
    MessageInfo{'R', "restated", 16, true, detail::restated_fields},
    MessageInfo{'X', "mass_cancel_response", 27, true, detail::mass_cancel_response_fields},
    MessageInfo{'G', "disable_response", 19, true, detail::disable_response_fields},
    MessageInfo{'K', "enable_response", 19, true, detail::enable_response_fields},
    MessageInfo{'Q', "account_query_response", 13, false, detail::account_query_response_fields},
};

}  // namespace wirebook::wire::ouch
