// What FIX hears: ExecutionReports and refusals, made of an order's state.
//
// Shapes: whole messages without header; both versions, which differ in a few fields. Threads:
// pure. Errors: none. Cost: some twenty short strings a report.
// Specification: FIX 4.4 and 5.0 SP2, messages 8, 9, r and j.
#pragma once

#include <cstdint>
#include <string>

#include "node/fix/fix_message.hpp"
#include "node/fix/fix_orders.hpp"

namespace wirebook::fix {

/// Why a report is made.
struct Occasion {
  Version version = Version::fix44;
  std::string exec_id;
  char exec_type = '0';      ///< 150
  std::int64_t time_ns = 0;  ///< since 1970 UTC
  std::string name;          ///< ClOrdID, where it is not the order's
  std::string orig_name;     ///< OrigClOrdID, where there is one
  std::string text;
};

[[nodiscard]] Message execution_report(const Order& order, const Occasion& occasion);

/// Of a trade.
struct FillFields {
  std::uint32_t quantity;
  Price price;
  char liquidity;  ///< OUCH's flag
  std::uint64_t match_number;
};
[[nodiscard]] Message fill_report(const Order& order, const Occasion& occasion,
                                  const FillFields& fill);

/// Of a NewOrderSingle that never became an order: what can be repeated of it is.
[[nodiscard]] Message new_order_rejection(const Message& request, const Occasion& occasion,
                                          int ord_rej_reason);
/// Of one that the engine refused.
[[nodiscard]] Message order_rejection(const Order& order, const Occasion& occasion,
                                      int ord_rej_reason);

struct CancelRefusal {
  std::string name;
  std::string orig_name;
  char response_to;  ///< `1` cancel, `2` replace
  int reason;
  std::string text;
};
/// `order` may be null.
[[nodiscard]] Message cancel_rejection(const Order* order, const CancelRefusal& refusal,
                                       std::int64_t time_ns);

[[nodiscard]] Message business_rejection(const Message& request, int reason,
                                         const std::string& text);

}  // namespace wirebook::fix
