// One table of the configuration file, read strictly: every key that is asked for is known, what is
// left over at the end is an error.
//
// Shapes: values go straight into the fields of a `NodeConfig`; a key that is absent leaves its
// field as it is. Threads: one. Errors: collected with their line; toml++ throws nothing here.
// Cost: start-up only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

namespace wirebook::node {

/// Errors with the line that they belong to, for the order of the file.
class ConfigErrors {
 public:
  explicit ConfigErrors(std::string file) : file_(std::move(file)) {}

  /// `line` 0: the file as a whole.
  void add(std::uint32_t line, const std::string& path, const std::string& what);
  [[nodiscard]] std::vector<std::string> in_file_order() const;

 private:
  std::string file_;
  std::vector<std::pair<std::uint32_t, std::string>> errors_;
};

/// The nearest of `known` to `word`, or nothing if none is near.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string> known);

/// What lasts longer than a day is a mistake.
inline constexpr std::int64_t day_ms = 86'400'000;

struct IntegerRange {
  std::int64_t min;
  std::int64_t max;
};

class ConfigTable {
 public:
  ConfigTable(const toml::table& table, std::string path, ConfigErrors& errors)
      : table_(&table), path_(std::move(path)), errors_(&errors) {}

  /// Each reads `key` if it is there, and says whether it was there and right.
  bool boolean(std::string_view key, bool& value);
  template <class Integer>
  bool integer(std::string_view key, IntegerRange range, Integer& value) {
    std::int64_t read = 0;
    if (!integer(key, range, read))
      return false;
    value = static_cast<Integer>(read);
    return true;
  }
  bool integer(std::string_view key, IntegerRange range, std::int64_t& value);
  bool power_of_two(std::string_view key, IntegerRange range, std::uint32_t& value);
  bool text(std::string_view key, std::string& value);
  /// An array of strings.
  bool texts(std::string_view key, std::vector<std::string>& values);
  /// Printable ASCII without spaces, 1 to `length_max` characters.
  bool word(std::string_view key, std::size_t length_max, std::string& value);
  /// An array of such words.
  bool words(std::string_view key, std::size_t length_max, std::vector<std::string>& values);
  /// One of `names`; `index` says which.
  bool choice(std::string_view key, std::span<const std::string> names, std::size_t& index);

  /// Reports `key` as missing unless it is there.
  void require(std::string_view key, const std::string& what);
  [[nodiscard]] bool has(std::string_view key) const { return table_->contains(key); }

  /// An error about a key of this table, or about the table itself where `key` is empty.
  void wrong(std::string_view key, const std::string& what);

  /// A table within this one; an empty one where it is absent or no table.
  [[nodiscard]] ConfigTable table(std::string_view key);
  /// The tables of `[[key]]`.
  [[nodiscard]] std::vector<ConfigTable> tables(std::string_view key);

  /// Reports every key that nobody asked for.
  void finish();

 private:
  [[nodiscard]] const toml::node* find(std::string_view key);
  [[nodiscard]] std::string path_of(std::string_view key) const;
  void wrong_type(std::string_view key, const toml::node& node, std::string_view wanted);

  const toml::table* table_;
  std::string path_;
  ConfigErrors* errors_;
  std::vector<std::string> known_;
};

}  // namespace wirebook::node
