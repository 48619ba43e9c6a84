// Who has which MAC address, as a node on a card has heard.
//
// Known from logins, from answers to our questions, and brought up to date by whatever ARP says of
// those that are known; a stranger's ARP adds nobody. A bounded cache: where it overflows, the
// oldest of a set gives way and is asked for again.
//
// Shapes: 1,024 sets of 4. Threads: one. Errors: none. Cost: one cache line or two a look-up.
// Specification: RFC 826.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "node/on_card/ethernet.hpp"

namespace wirebook::node {

class Neighbours {
 public:
  Neighbours() : sets_(set_count) {}

  /// Null if it is not known.
  [[nodiscard]] const Mac* find(std::uint32_t address) const {
    const Entry* const entry = entry_of(address);
    return entry != nullptr && entry->known ? &entry->mac : nullptr;
  }

  void learn(const Neighbour& neighbour) {
    if (neighbour.address == 0)
      return;  // who asks whether an address is free
    Entry* entry = entry_of(neighbour.address);
    if (entry == nullptr)
      entry = &make_room(neighbour.address);
    entry->mac = neighbour.mac;
    entry->known = true;
  }
  /// The same, but only of one that is known or asked for.
  void update(const Neighbour& neighbour) {
    if (entry_of(neighbour.address) != nullptr)
      learn(neighbour);
  }

  /// Whether to ask for this address now: not again until `ask_every_ns` have passed.
  bool is_to_be_asked(std::uint32_t address, std::uint64_t steady_ns) {
    Entry* entry = entry_of(address);
    if (entry == nullptr)
      entry = &make_room(address);
    else if (steady_ns - entry->asked_steady_ns < ask_every_ns)
      return false;
    entry->asked_steady_ns = steady_ns;
    return true;
  }

  static constexpr std::uint64_t ask_every_ns = 100'000'000;

 private:
  struct Entry {
    std::uint32_t address = 0;  ///< 0: free
    Mac mac{};
    bool known = false;
    std::uint64_t asked_steady_ns = 0;
  };
  struct Set {
    std::array<Entry, 4> entries;
    std::size_t next = 0;  ///< that gives way
  };
  static constexpr std::size_t set_count = 1024;

  [[nodiscard]] static std::size_t index_of(std::uint32_t address) {
    return (address * 0x9E37'79B1U) >> 22;
  }
  [[nodiscard]] const Entry* entry_of(std::uint32_t address) const {
    for (const Entry& entry : sets_[index_of(address)].entries)
      if (entry.address == address)
        return &entry;
    return nullptr;
  }
  [[nodiscard]] Entry* entry_of(std::uint32_t address) {
    return const_cast<Entry*>(std::as_const(*this).entry_of(address));
  }
  Entry& make_room(std::uint32_t address) {
    Set& set = sets_[index_of(address)];
    Entry& entry = set.entries[set.next];
    set.next = (set.next + 1) % set.entries.size();
    entry = {.address = address};
    return entry;
  }

  std::vector<Set> sets_;
};

}  // namespace wirebook::node
