// The instruments of a node that runs, those that were added during the day too, and their state.
//
// Match keeps its own; this is for people and for whoever turns a symbol into a locate. It follows
// the stream: an instrument is here when match has taken its slot.
//
// Shapes: a locate is a place in the list, from 1. Threads: any, by a lock that no stage takes.
// Errors: a symbol that is not there has locate 0. Cost: a look-up in a hash table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

namespace wirebook::node {

struct ListedInstrument {
  Symbol symbol{};
  std::uint32_t round_lot = 0;
  char trading_state = 'T';
  Alpha<4> reason = Alpha<4>::from("");
};

class InstrumentList {
 public:
  /// Behind the others.
  void add(const ListedInstrument& instrument) {
    const std::lock_guard lock(mutex_);
    list_.push_back(instrument);
    locates_.emplace(instrument.symbol.view(), static_cast<std::uint16_t>(list_.size()));
  }
  void set_state(std::uint16_t locate, char state, Alpha<4> reason) {
    const std::lock_guard lock(mutex_);
    if (locate == 0 || locate > list_.size())
      return;
    list_[locate - 1U].trading_state = state;
    list_[locate - 1U].reason = reason;
  }

  [[nodiscard]] std::uint16_t find(const Symbol& symbol) const {
    const std::lock_guard lock(mutex_);
    const auto found = locates_.find(std::string(symbol.view()));
    return found == locates_.end() ? std::uint16_t{0} : found->second;
  }
  [[nodiscard]] ListedInstrument at(std::uint16_t locate) const {
    const std::lock_guard lock(mutex_);
    return list_.at(locate - 1U);
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return list_.size();
  }
  [[nodiscard]] std::vector<ListedInstrument> all() const {
    const std::lock_guard lock(mutex_);
    return list_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<ListedInstrument> list_;
  std::unordered_map<std::string, std::uint16_t> locates_;
};

}  // namespace wirebook::node
