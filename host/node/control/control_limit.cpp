#include "node/control/control_limit.hpp"

#include <array>
#include <bitset>
#include <limits>

#include "node/json/json_limits.hpp"
#include "node/json/json_text.hpp"

namespace wirebook::node {

namespace {

/// By kind, from 1: what people are told is what is asked of a line. A word that stands here is
/// needed, in brackets it may be there, and one that does not may not.
constexpr std::array<std::string_view, 12> usages{
    "instrument SYMBOL [firm FIRM] value 1|off",
    "session USERNAME value SHARES|off",
    "session USERNAME value N (1/10000 of the currency unit)|off",
    "instrument SYMBOL value BASIS_POINTS|off",
    "instrument SYMBOL low PRICE high PRICE|off",
    "session USERNAME window MS value MESSAGES|off",
    "session USERNAME window MS value MESSAGES|off",
    "firm FIRM value UNITS|off",
    "instrument SYMBOL price PRICE|off",
    "firm FIRM value N|off",
    "firm FIRM value N|off",
    "value N|off",
};
static_assert(static_cast<std::size_t>(LimitKind::reserve_seed) == usages.size());

std::string_view usage_of(LimitKind kind) { return usages[static_cast<std::size_t>(kind) - 1]; }
bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

struct Key {
  enum : std::size_t { session, firm, instrument, window, low, high, value, price, off, none };
};
constexpr std::array<std::string_view, Key::none> keys{
    "session", "firm", "instrument", "window", "low", "high", "value", "price", "off"};
using KeysSaid = std::bitset<Key::none>;

Fault read_half(std::size_t key, Words& words, LimitBody& limit) {
  std::uint64_t half = 0;
  Fault fault = words.read_price(keys[key], half);
  limit.value |= key == Key::high ? half << 32 : half;
  return fault;
}

Fault read_key(std::size_t key, Words& words, ControlRequest& request) {
  constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max();
  LimitBody& limit = request.limit;
  switch (key) {
    case Key::session:
      return words.read(keys[key], request.session);
    case Key::firm:
      return words.read(keys[key], request.firm);
    case Key::instrument:
      return words.read(keys[key], request.symbol);
    case Key::window: {
      std::uint64_t ms = 0;
      Fault fault = words.read_integer(keys[key], 1, std::numeric_limits<std::uint32_t>::max(), ms);
      limit.window_ms = static_cast<std::uint32_t>(ms);
      return fault;
    }
    case Key::low:
    case Key::high:
      return read_half(key, words, limit);
    case Key::value:
      return words.read_integer(keys[key], 0, any, limit.value);
    case Key::price:
      return words.read_price(keys[key], limit.value);
    default:
      return {};  // off: the value is 0
  }
}

Fault check(const LimitBody& limit, const KeysSaid& said) {
  const std::string_view name = limit_kind_name(limit.kind);
  const std::string_view usage = usage_of(limit.kind);
  const bool is_off = said[Key::off] || (said[Key::value] && limit.value == 0);
  const bool is_pair = contains(usage, "low ");
  if (said[Key::value] + said[Key::price] + said[Key::off] + (said[Key::low] || said[Key::high]) >
      1)
    return "value, price, low and high, and off exclude each other";
  for (const std::size_t key :
       {Key::session, Key::firm, Key::instrument, Key::window, Key::low, Key::high}) {
    const std::string word = std::string(keys[key]) + ' ';
    const bool may = contains(usage, word);
    const bool waived = contains(usage, "[" + word) || (is_off && key >= Key::window);
    if (said[key] && !may)
      return fmt::format("{} has no {}", name, keys[key]);
    if (may && !said[key] && !waived)
      return fmt::format("{} needs {}", name, keys[key]);
  }
  if (is_pair == (said[Key::value] || said[Key::price]) && !is_off)
    return fmt::format("{} {} value", name, is_pair ? "has no" : "needs a");
  return {};
}

}  // namespace

Fault read_limit(Words& words, ControlRequest& request) {
  const std::string_view name = words.next();
  for (std::size_t kind = 1; kind <= usages.size(); ++kind)
    if (is_word(name, limit_kind_name(static_cast<LimitKind>(kind))))
      request.limit.kind = static_cast<LimitKind>(kind);
  if (request.limit.kind == LimitKind{})
    return name.empty() ? "the kind is missing" : fmt::format("\"{}\" is no kind of limit", name);
  KeysSaid said;
  while (!words.done()) {
    const std::string_view word = words.next();
    std::size_t key = 0;
    while (key < keys.size() && !is_word(word, keys[key]))
      ++key;
    if (key == Key::none)
      return fmt::format("\"{}\"?", word);
    if (said[key])
      return fmt::format("{} is there twice", keys[key]);
    said.set(key);
    if (Fault fault = read_key(key, words, request); !fault.empty())
      return fault;
  }
  return check(request.limit, said);
}

std::string limit_text(const ControlRequest& request) {
  const LimitBody& limit = request.limit;
  std::string line(limit_kind_name(limit.kind));
  const auto add = [&line](std::string_view key, std::string_view name) {
    if (!name.empty())
      line += fmt::format(" {} {}", key, name);
  };
  add("session", request.session.view());
  add("instrument", request.symbol.view());
  add("firm", request.firm.view());
  if (limit.window_ms != 0)
    line += fmt::format(" window {}", limit.window_ms);
  if (limit.value == 0)
    return line + " off";
  if (limit.kind != LimitKind::collar)
    return line + fmt::format(" value {}", limit.value);
  line += " low ";
  append_price(line, limit.value & 0xFFFF'FFFFU);
  line += " high ";
  append_price(line, limit.value >> 32);
  return line;
}

std::string limit_usage(LimitKind kind) {
  if (kind != LimitKind{})
    return fmt::format("{} {}", limit_kind_name(kind), usage_of(kind));
  std::string names;
  for (std::size_t i = 1; i <= usages.size(); ++i)
    names += fmt::format("{}{}", i == 1 ? "" : "|", limit_kind_name(static_cast<LimitKind>(i)));
  return names + " ...";
}

}  // namespace wirebook::node
