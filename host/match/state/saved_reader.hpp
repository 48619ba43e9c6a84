// Reads a saved state, and proves each record before an engine sees it.
//
// Shapes: see saved_state.hpp. Threads: one. Errors: the first thing that is wrong ends it, and
// `error` says what it is. Cost: a look-up or two a record, and a sort of the orders' numbers.
// Specification: ../STATE.md.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "match/capacity.hpp"
#include "match/state/saved_state.hpp"
#include "match/state/state_io.hpp"

namespace wirebook::match {

inline bool is_one_of(char letter, std::string_view letters) {
  return letters.find(letter) != std::string_view::npos;
}

class SavedReader {
 public:
  SavedReader(StateReader& reader, const Capacity& capacity, SavedState& state)
      : reader_(reader), capacity_(capacity), state_(state) {}

  bool read() {
    return read_scalars() && read_killed_firms() && read_sessions() && read_instruments() &&
           read_orders() && orders_are_unique() && read_trades() && read_limits_of_all();
  }
  [[nodiscard]] std::string error() const {
    return error_.empty() ? "the engine's state is cut short or garbled" : error_;
  }

 private:
  bool wrong(std::string text) {
    error_ = std::move(text);
    return false;
  }
  /// What is wrong with a record that could be read.
  bool wrong_record(std::string_view kind, std::uint64_t number, std::string_view what) {
    return wrong(std::string(kind) + ' ' + std::to_string(number) + ": " + std::string(what));
  }
  bool fits(std::string_view what, std::uint64_t count, std::uint64_t capacity) {
    if (reader_.failed())
      return false;
    return count <= capacity ||
           wrong("the state has " + std::to_string(count) + ' ' + std::string(what) +
                 ", the engine has room for " + std::to_string(capacity));
  }

  bool read_scalars();
  bool read_killed_firms();
  bool read_sessions();
  bool read_session(SavedSession& session);
  bool read_instruments();
  bool read_orders();
  std::string_view fault_of(const SavedOrder& order) const;
  [[nodiscard]] bool expires_rightly(const SpecialOrder& order) const;
  std::string_view special_fault(const SavedOrder& order) const;
  static std::string_view price_fault(const SavedOrder& order);
  std::string_view place_fault(const SavedOrder& order);
  bool orders_are_unique();
  bool read_trades();
  std::string_view fault_of(const SavedTrade& trade) const;
  bool read_limits_of_all();

  [[nodiscard]] const SavedSession* find_session(std::uint32_t number) const {
    const auto found = std::lower_bound(
        state_.sessions.begin(), state_.sessions.end(), number,
        [](const SavedSession& session, std::uint32_t wanted) { return session.number < wanted; });
    return found != state_.sessions.end() && found->number == number ? &*found : nullptr;
  }
  [[nodiscard]] bool has_instrument(std::uint16_t locate) const {
    return std::binary_search(
        state_.instruments.begin(), state_.instruments.end(), SavedInstrument{.locate = locate},
        [](const SavedInstrument& a, const SavedInstrument& b) { return a.locate < b.locate; });
  }
  /// A number that this shard has given out.
  [[nodiscard]] bool is_given(std::uint64_t number, std::uint64_t count) const {
    return number >> 48 == capacity_.shard && (number & count_max) != 0 &&
           (number & count_max) <= count;
  }

  static constexpr std::uint64_t count_max = (std::uint64_t{1} << 48) - 1;

  StateReader& reader_;
  const Capacity& capacity_;
  SavedState& state_;
  std::string error_;
  std::pair<std::uint16_t, std::uint32_t> best_buyer_{};  ///< so far: instrument and price
};

}  // namespace wirebook::match
