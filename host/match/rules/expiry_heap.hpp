// Which live order expires next: a heap by time of expiry, then by order reference.
//
// Shapes: an order stands in it once, under a handle. Threads: the owner's. Errors: none. Cost:
// logarithmic in the orders that expire; to ask whether one does, a compare.
#pragma once

#include <cstdint>
#include <limits>
#include <tuple>

#include "match/memory/growth.hpp"
#include "match/memory/table.hpp"

namespace wirebook::match {

class ExpiryHeap {
 public:
  struct Entry {
    std::uint64_t expiry_ns;
    std::uint64_t order_ref;
    std::uint32_t order;
    std::uint32_t handle;
  };

  /// Its memory follows `growth`, whose units the handles are.
  explicit ExpiryHeap(Growth& growth)
      : entries_(growth.units() + 1, growth), places_(growth.units() + 1, growth) {}

  /// When the first one expires: never, if there is none.
  [[nodiscard]] std::uint64_t first_ns() const { return first_ns_; }
  [[nodiscard]] bool is_empty() const { return count_ == 0; }
  [[nodiscard]] const Entry& first() const { return entries_[1]; }

  void insert(const Entry& entry) {
    rise(++count_, entry);
    first_ns_ = entries_[1].expiry_ns;
  }
  /// Nothing happens if it is not there.
  void erase(std::uint32_t handle) {
    const std::uint32_t place = places_[handle];
    if (place == 0)
      return;
    places_[handle] = 0;
    const Entry last = entries_[count_--];
    if (last.handle != handle) {
      if (place > 1 && lies_before(last, entries_[place / 2]))
        rise(place, last);
      else
        sink(place, last);
    }
    first_ns_ = count_ == 0 ? never : entries_[1].expiry_ns;
  }

 private:
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  static bool lies_before(const Entry& a, const Entry& b) {
    return std::tie(a.expiry_ns, a.order_ref) < std::tie(b.expiry_ns, b.order_ref);
  }
  void put(std::uint32_t place, const Entry& entry) {
    entries_[place] = entry;
    places_[entry.handle] = place;
  }
  void rise(std::uint32_t place, const Entry& entry) {
    for (; place > 1 && lies_before(entry, entries_[place / 2]); place /= 2)
      put(place, entries_[place / 2]);
    put(place, entry);
  }
  void sink(std::uint32_t place, const Entry& entry) {
    for (std::uint32_t child = 2 * place; child <= count_; child = 2 * place) {
      if (child < count_ && lies_before(entries_[child + 1], entries_[child]))
        ++child;
      if (!lies_before(entries_[child], entry))
        break;
      put(place, entries_[child]);
      place = child;
    }
    put(place, entry);
  }

  Table<Entry> entries_;         ///< 1 is the first, 2n and 2n + 1 stand below n
  Table<std::uint32_t> places_;  ///< by handle; 0: not there
  std::uint32_t count_ = 0;
  std::uint64_t first_ns_ = never;
};

}  // namespace wirebook::match
