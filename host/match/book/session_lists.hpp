// The live orders of each session, oldest first: what a mass cancel walks.
//
// Shapes: a list is a chain of chunks of a cache line, and an order knows its place in one. What
// goes is only counted, and stays where it was: who walks a list asks each order whether it still
// knows the place. A chunk of which nothing is left is given back, so there are never more than
// live orders and lists. Threads: the owner's. Errors: more live orders than the capacity break an
// assertion. Cost: an order that comes touches its session's last chunk, one that goes a byte.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "match/memory/growth.hpp"
#include "match/memory/index_pool.hpp"
#include "match/memory/table.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::match {

struct SessionList {
  std::uint32_t first;  ///< chunk; 0: none
  std::uint32_t last;
};

class SessionLists {
 public:
  /// Where an order stands; 0 is nowhere.
  using Place = std::uint32_t;

  SessionLists(std::uint32_t orders, std::uint32_t sessions, std::uint32_t start)
      : growth_(orders + sessions, chunks_for(orders, sessions, start), block_chunks),
        chunks_(std::size_t{orders} + sessions + 1, growth_),
        live_(std::size_t{orders} + sessions + 1, growth_),
        pool_(orders + sessions, growth_) {}

  [[nodiscard]] Growth& growth() { return growth_; }

  /// Behind all others of the list; the order is not 0.
  [[nodiscard]] Place push(SessionList& list, std::uint32_t order) {
    if (list.last == 0 || chunks_[list.last].used == chunk_orders) [[unlikely]]
      lengthen(list);
    Chunk& chunk = chunks_[list.last];
    const Place place = list.last * place_factor + chunk.used;
    chunk.orders[chunk.used++] = order;
    ++live_[list.last];
    return place;
  }
  /// The order at the place knows it no more.
  void erase(SessionList& list, Place place) {
    if (--live_[place / place_factor] == 0) [[unlikely]]
      empty(list, place / place_factor);
  }
  /// The oldest order, 0 if there is none; the next younger one than that at a place.
  /// `place_of` tells what place an order knows.
  [[nodiscard]] std::uint32_t first(const SessionList& list, auto place_of) const {
    return first_from(list.first, 0, place_of);
  }
  [[nodiscard]] std::uint32_t next(Place place, auto place_of) const {
    return first_from(place / place_factor, place % place_factor + 1, place_of);
  }

 private:
  static constexpr std::uint32_t chunk_orders = 13;
  static constexpr std::uint32_t place_factor = 16;
  struct alignas(64) Chunk {
    std::array<std::uint32_t, chunk_orders> orders;
    std::uint32_t next;
    std::uint32_t prev;
    std::uint32_t used;  ///< orders, gone ones too
  };
  static_assert(sizeof(Chunk) == 64);
  static constexpr std::size_t block_chunks = slot_ring::huge_page_bytes / sizeof(Chunk);
  /// At the start, so many orders share a chunk.
  static constexpr std::uint32_t share = 4;

  static std::uint32_t chunks_for(std::uint32_t orders, std::uint32_t sessions,
                                  std::uint32_t start) {
    return start >= orders ? orders + sessions : std::min(orders, start / share) + sessions;
  }

  [[nodiscard]] std::uint32_t first_from(std::uint32_t chunk, std::uint32_t at,
                                         auto place_of) const {
    for (; chunk != 0; chunk = chunks_[chunk].next, at = 0)
      for (; at < chunks_[chunk].used; ++at)
        if (const std::uint32_t order = chunks_[chunk].orders[at];
            place_of(order) == chunk * place_factor + at)
          return order;
    return 0;
  }
  [[gnu::noinline]] void lengthen(SessionList& list) {
    const std::uint32_t chunk = pool_.take();
    chunks_[chunk].next = chunks_[chunk].used = 0;
    chunks_[chunk].prev = list.last;
    (list.last == 0 ? list.first : chunks_[list.last].next) = chunk;
    list.last = chunk;
  }
  /// The last chunk stays: the next order comes to it.
  [[gnu::noinline]] void empty(SessionList& list, std::uint32_t chunk) {
    Chunk& from = chunks_[chunk];
    if (chunk == list.last) {
      from.used = 0;
      return;
    }
    (from.prev == 0 ? list.first : chunks_[from.prev].next) = from.next;
    chunks_[from.next].prev = from.prev;
    pool_.give_back(chunk);
  }

  Growth growth_;
  Table<Chunk> chunks_;
  Table<std::uint8_t> live_;  ///< orders of a chunk
  IndexPool pool_;
};

}  // namespace wirebook::match
