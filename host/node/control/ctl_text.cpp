#include "node/control/ctl_text.hpp"

#include <string_view>

#include <fmt/format.h>
#include <simdjson.h>

namespace wirebook::node {

namespace {

using Value = simdjson::dom::element;

std::string word(const Value& value) {
  switch (value.type()) {
    case simdjson::dom::element_type::STRING:
      return std::string(value.get_string().value_unsafe());
    case simdjson::dom::element_type::NULL_VALUE:
      return "-";
    default:
      return simdjson::minify(value);
  }
}

std::string field(const Value& object, std::string_view key) {
  Value value;
  return object[key].get(value) == simdjson::SUCCESS ? word(value) : std::string();
}

/// A book's side: price x quantity.
std::string side(const Value& book, std::string_view key) {
  Value value;
  if (book[key].get(value) != simdjson::SUCCESS || !value.is_object())
    return "-";
  return fmt::format("{} x {}", field(value, "quantity"), field(value, "price"));
}

std::string rows(const Value& array, std::string_view name) {
  std::string text;
  simdjson::dom::array elements;
  if (array.get(elements) != simdjson::SUCCESS)
    return text;
  for (const Value row : elements) {
    if (name == "help")
      text += fmt::format("{}\n", word(row));
    else if (name == "books")
      text += fmt::format("  {:<8}  {:>22}  {:>22}  {:>8} live\n", field(row, "symbol"),
                          side(row, "bid"), side(row, "ask"), field(row, "live_orders"));
    else if (name == "sessions")
      text +=
          fmt::format("{:>5}  {:<6}  {:<4}  {}{}\n", field(row, "session"), field(row, "username"),
                      field(row, "firm"), field(row, "up") == "true" ? "up" : "down",
                      field(row, "disabled") == "true" ? ", disabled" : "");
    else
      text += fmt::format("{:>5}  {:<8}  lot {:<6}  {} {}\n", field(row, "locate"),
                          field(row, "symbol"), field(row, "round_lot"),
                          field(row, "trading_state"), field(row, "reason"));
  }
  return text;
}

std::string act_text(const Value& answer) {
  const std::string note = field(answer, "note");
  const std::string first = field(answer, "sequence");
  const std::string last = field(answer, "last");
  std::string text = first == last ? fmt::format("done: sequence {}", first)
                                   : fmt::format("done: {} slots, sequences {} to {}",
                                                 field(answer, "slots"), first, last);
  if (!note.empty())
    text += fmt::format(" ({})", note);
  return text + "\n";
}

std::string query_text(const Value& answer) {
  std::string text;
  std::string behind;
  simdjson::dom::object fields;
  if (answer.get(fields) != simdjson::SUCCESS)
    return text;
  for (const auto [key, value] : fields) {
    if (key == "ok")
      continue;
    if (value.is_array())
      behind += rows(value, key);
    else if (simdjson::dom::object parts; value.get(parts) == simdjson::SUCCESS)
      for (const auto [name, inner] : parts)
        text += fmt::format("{:<26} {}\n", fmt::format("{} {}", key, name), word(inner));
    else
      text += fmt::format("{:<26} {}\n", key, word(value));
  }
  return text + behind;
}

}  // namespace

CtlText ctl_text(const std::string& answer) {
  simdjson::dom::parser parser;
  Value value;
  if (parser.parse(answer).get(value) != simdjson::SUCCESS || !value.is_object())
    return {.text = answer + "\n"};
  if (field(value, "ok") != "true") {
    std::string text = field(value, "error");
    if (const std::string sequence = field(value, "sequence"); !sequence.empty())
      text += fmt::format(" (sequence {})", sequence);
    return {.text = text + "\n"};
  }
  return {.ok = true, .text = field(value, "slots").empty() ? query_text(value) : act_text(value)};
}

}  // namespace wirebook::node
