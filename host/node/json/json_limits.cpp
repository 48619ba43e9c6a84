#include "node/json/json_limits.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "node/json/json_text.hpp"

namespace wirebook::node {

namespace {

/// By number.
constexpr std::array<std::string_view, 13> names{"",
                                                 "restricted",
                                                 "max_quantity",
                                                 "max_notional",
                                                 "fat_finger",
                                                 "collar",
                                                 "message_rate",
                                                 "duplicate_rate",
                                                 "exposure",
                                                 "reference_price",
                                                 "organization",
                                                 "affiliate",
                                                 "reserve_seed"};
static_assert(static_cast<std::size_t>(LimitKind::reserve_seed) + 1 == names.size());

}  // namespace

std::string_view limit_kind_name(LimitKind kind) {
  const auto number = static_cast<std::size_t>(kind);
  return number < names.size() ? names[number] : std::string_view();
}

void append_limit_kind(std::string& out, LimitKind kind) {
  if (const std::string_view name = limit_kind_name(kind); !name.empty())
    append_json_string(out, name);
  else
    append_number(out, static_cast<unsigned>(kind));
}

JsonFault take_limit_kind(const JsonValue& value, LimitKind& out) {
  if (!value.is_string()) {
    std::uint64_t number = 0;
    const JsonFault fault = take_unsigned(value, std::numeric_limits<std::uint8_t>::max(), number);
    out = static_cast<LimitKind>(number);
    return fault;
  }
  const auto* const found =
      std::find(names.begin() + 1, names.end(), value.get_string().value_unsafe());
  if (found == names.end())
    return "is no kind of limit";
  out = static_cast<LimitKind>(found - names.begin());
  return json_fits;
}

bool is_session_limit(LimitKind kind) {
  switch (kind) {
    case LimitKind::max_quantity:
    case LimitKind::max_notional:
    case LimitKind::message_rate:
    case LimitKind::duplicate_rate:
      return true;
    default:
      return false;
  }
}

}  // namespace wirebook::node
