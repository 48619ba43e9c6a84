// What an engine or a feed follower counted, by the names that the rules use.
//
// Shapes: plain 64-bit counts; a table gives each its name, for printing. Threads: values.
// Errors: none. Cost: an addition. Specification: RULES.md of this folder.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace wirebook::match {

struct EngineCounters {
  std::uint64_t time_clamped = 0;
  std::uint64_t unknown_session = 0;
  std::uint64_t stale_user_ref_num = 0;
  std::uint64_t capacity_reject = 0;
  std::uint64_t replace_ignored = 0;
  std::uint64_t cancel_ignored = 0;
  std::uint64_t modify_ignored = 0;
  std::uint64_t duplicate_instrument = 0;
  std::uint64_t unknown_instrument = 0;
  std::uint64_t unknown_match_number = 0;
  std::uint64_t ignored_slot = 0;
  std::uint64_t trades = 0;  ///< fills: one a match number
  std::uint64_t volume = 0;  ///< shares of all trades
  friend bool operator==(const EngineCounters&, const EngineCounters&) = default;
};

struct FeedCounters {
  std::uint64_t unknown_reference = 0;
  std::uint64_t duplicate_reference = 0;
  std::uint64_t over_reduction = 0;
  std::uint64_t capacity_reject = 0;  ///< adds that found `Capacity::orders` live; not in the book
  std::uint64_t ignored_slot = 0;     ///< order entry and other slots that no feed makes
  std::uint64_t gaps = 0;             ///< gap slots
  std::uint64_t trades = 0;           ///< E, printable C, P and Q
  std::uint64_t volume = 0;           ///< their shares
  friend bool operator==(const FeedCounters&, const FeedCounters&) = default;
};

template <class Counters>
struct CounterName {
  std::string_view name;
  std::uint64_t Counters::*value;
};

inline constexpr std::array engine_counter_names{
    CounterName<EngineCounters>{"time_clamped", &EngineCounters::time_clamped},
    CounterName<EngineCounters>{"unknown_session", &EngineCounters::unknown_session},
    CounterName<EngineCounters>{"stale_user_ref_num", &EngineCounters::stale_user_ref_num},
    CounterName<EngineCounters>{"capacity_reject", &EngineCounters::capacity_reject},
    CounterName<EngineCounters>{"replace_ignored", &EngineCounters::replace_ignored},
    CounterName<EngineCounters>{"cancel_ignored", &EngineCounters::cancel_ignored},
    CounterName<EngineCounters>{"modify_ignored", &EngineCounters::modify_ignored},
    CounterName<EngineCounters>{"duplicate_instrument", &EngineCounters::duplicate_instrument},
    CounterName<EngineCounters>{"unknown_instrument", &EngineCounters::unknown_instrument},
    CounterName<EngineCounters>{"unknown_match_number", &EngineCounters::unknown_match_number},
    CounterName<EngineCounters>{"ignored_slot", &EngineCounters::ignored_slot},
    CounterName<EngineCounters>{"trades", &EngineCounters::trades},
    CounterName<EngineCounters>{"volume", &EngineCounters::volume},
};
static_assert(sizeof(EngineCounters) == engine_counter_names.size() * sizeof(std::uint64_t));

inline constexpr std::array feed_counter_names{
    CounterName<FeedCounters>{"unknown_reference", &FeedCounters::unknown_reference},
    CounterName<FeedCounters>{"duplicate_reference", &FeedCounters::duplicate_reference},
    CounterName<FeedCounters>{"over_reduction", &FeedCounters::over_reduction},
    CounterName<FeedCounters>{"capacity_reject", &FeedCounters::capacity_reject},
    CounterName<FeedCounters>{"ignored_slot", &FeedCounters::ignored_slot},
    CounterName<FeedCounters>{"gaps", &FeedCounters::gaps},
    CounterName<FeedCounters>{"trades", &FeedCounters::trades},
    CounterName<FeedCounters>{"volume", &FeedCounters::volume},
};
static_assert(sizeof(FeedCounters) == feed_counter_names.size() * sizeof(std::uint64_t));

}  // namespace wirebook::match
