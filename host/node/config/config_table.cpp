#include "node/config/config_table.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace wirebook::node {

namespace {

std::string_view type_name(toml::node_type type) {
  switch (type) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number with a point";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

std::uint32_t line_of(const toml::node& node) { return node.source().begin.line; }

/// How many insertions, removals and exchanges of a character lie between two words.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t exchanged = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({exchanged, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

bool is_word(std::string_view text, std::size_t length_max) {
  return !text.empty() && text.size() <= length_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

const toml::table empty_table;

}  // namespace

void ConfigErrors::add(std::uint32_t line, const std::string& path, const std::string& what) {
  const std::string place = line == 0 ? file_ : fmt::format("{}:{}", file_, line);
  errors_.emplace_back(line, path.empty() ? fmt::format("{}: {}", place, what)
                                          : fmt::format("{}: {}: {}", place, path, what));
}

std::vector<std::string> ConfigErrors::in_file_order() const {
  auto sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> lines;
  lines.reserve(sorted.size());
  for (auto& error : sorted)
    lines.push_back(std::move(error.second));
  return lines;
}

std::string_view nearest(std::string_view word, std::span<const std::string> known) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string ConfigTable::path_of(std::string_view key) const {
  if (path_.empty() || key.empty())
    return path_ + std::string(key);
  return fmt::format("{}.{}", path_, key);
}

const toml::node* ConfigTable::find(std::string_view key) {
  known_.emplace_back(key);
  return table_->get(key);
}

void ConfigTable::wrong(std::string_view key, const std::string& what) {
  const toml::node* node = key.empty() ? nullptr : table_->get(key);
  errors_->add(line_of(node == nullptr ? *table_ : *node), path_of(key), what);
}

void ConfigTable::wrong_type(std::string_view key, const toml::node& node,
                             std::string_view wanted) {
  wrong(key, fmt::format("is {}, but must be {}", type_name(node.type()), wanted));
}

void ConfigTable::require(std::string_view key, const std::string& what) {
  if (!has(key))
    wrong({}, fmt::format("{} is missing: {}", key, what));
}

bool ConfigTable::boolean(std::string_view key, bool& value) {
  const toml::node* node = find(key);
  if (node == nullptr)
    return false;
  if (!node->is_boolean())
    return wrong_type(key, *node, "true or false"), false;
  value = node->as_boolean()->get();
  return true;
}

bool ConfigTable::integer(std::string_view key, IntegerRange range, std::int64_t& value) {
  const toml::node* node = find(key);
  if (node == nullptr)
    return false;
  const std::string wanted = fmt::format("an integer from {} to {}", range.min, range.max);
  if (!node->is_integer())
    return wrong_type(key, *node, wanted), false;
  const std::int64_t read = node->as_integer()->get();
  if (read < range.min || read > range.max)
    return wrong(key, fmt::format("is {}, but must be {}", read, wanted)), false;
  value = read;
  return true;
}

bool ConfigTable::power_of_two(std::string_view key, IntegerRange range, std::uint32_t& value) {
  std::uint32_t read = 0;
  if (!integer(key, range, read))
    return false;
  if (!std::has_single_bit(read)) {
    wrong(key, fmt::format("is {}, but must be a power of two: {} or {}", read,
                           std::bit_floor(read), std::bit_ceil(read)));
    return false;
  }
  value = read;
  return true;
}

bool ConfigTable::text(std::string_view key, std::string& value) {
  const toml::node* node = find(key);
  if (node == nullptr)
    return false;
  if (!node->is_string())
    return wrong_type(key, *node, "a string"), false;
  value = node->as_string()->get();
  return true;
}

bool ConfigTable::texts(std::string_view key, std::vector<std::string>& values) {
  const toml::node* node = find(key);
  if (node == nullptr)
    return false;
  const toml::array* const array = node->as_array();
  if (array == nullptr)
    return wrong_type(key, *node, "an array of strings"), false;
  std::vector<std::string> read;
  for (const toml::node& element : *array) {
    if (!element.is_string())
      return wrong(key, fmt::format("has {} in it, but must be strings only",
                                    type_name(element.type()))),
             false;
    read.push_back(element.as_string()->get());
  }
  values = std::move(read);
  return true;
}

bool ConfigTable::word(std::string_view key, std::size_t length_max, std::string& value) {
  std::string read;
  if (!text(key, read))
    return false;
  if (!is_word(read, length_max)) {
    wrong(key, fmt::format("is \"{}\", but must be 1 to {} printable characters without spaces",
                           read, length_max));
    return false;
  }
  value = read;
  return true;
}

bool ConfigTable::words(std::string_view key, std::size_t length_max,
                        std::vector<std::string>& values) {
  const toml::node* node = find(key);
  if (node == nullptr)
    return false;
  if (!node->is_array())
    return wrong_type(key, *node, "an array of strings, such as [\"AAPL\"]"), false;
  values.clear();
  for (const toml::node& element : *node->as_array()) {
    if (!element.is_string() || !is_word(element.as_string()->get(), length_max))
      return wrong(key, fmt::format("has an element that is no string of 1 to {} printable "
                                    "characters without spaces",
                                    length_max)),
             false;
    values.push_back(element.as_string()->get());
  }
  return true;
}

bool ConfigTable::choice(std::string_view key, std::span<const std::string> names,
                         std::size_t& index) {
  std::string read;
  if (!text(key, read))
    return false;
  const auto found = std::find(names.begin(), names.end(), read);
  if (found == names.end()) {
    wrong(key, fmt::format("is \"{}\", but must be \"{}\"", read, fmt::join(names, "\" or \"")));
    return false;
  }
  index = static_cast<std::size_t>(found - names.begin());
  return true;
}

ConfigTable ConfigTable::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node != nullptr && !node->is_table())
    wrong_type(key, *node, fmt::format("a table: [{}]", path_of(key)));
  const toml::table* found = node == nullptr ? nullptr : node->as_table();
  return {found == nullptr ? empty_table : *found, path_of(key), *errors_};
}

std::vector<ConfigTable> ConfigTable::tables(std::string_view key) {
  std::vector<ConfigTable> result;
  const toml::node* node = find(key);
  if (node == nullptr)
    return result;
  const std::string wanted = fmt::format("tables: [[{}]]", path_of(key));
  if (!node->is_array())
    return wrong_type(key, *node, wanted), result;
  for (const toml::node& element : *node->as_array()) {
    const std::string path = fmt::format("{}[{}]", path_of(key), result.size() + 1);
    if (element.is_table())
      result.emplace_back(*element.as_table(), path, *errors_);
    else
      errors_->add(line_of(element), path,
                   fmt::format("is {}, but must be {}", type_name(element.type()), wanted));
  }
  return result;
}

void ConfigTable::finish() {
  for (const auto& [key, node] : *table_) {
    if (std::find(known_.begin(), known_.end(), key.str()) != known_.end())
      continue;
    const std::string_view near = nearest(key.str(), known_);
    wrong(key.str(), near.empty()
                         ? fmt::format("is not a key; known here: {}", fmt::join(known_, ", "))
                         : fmt::format("is not a key; did you mean \"{}\"?", near));
  }
}

}  // namespace wirebook::node
