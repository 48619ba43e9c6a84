#include "match/core_ids.hpp"

#include "wirebook/assert.hpp"

namespace wirebook::match {

std::uint32_t CoreIds::find_displaced(std::uint64_t id) const {
  const std::uint64_t key = key_of(id);
  const std::size_t mask = entries_.size() - 1;
  for (std::size_t i = home(key); entries_[i].key != 0; i = (i + 1) & mask)
    if (entries_[i].key == key)
      return place_in(entries_[i].block, id);
  return 0;
}

std::uint32_t CoreIds::open_block(std::uint64_t id) {
  if (newest_ != 0 && live_[newest_] == 0)
    release(newest_);
  newest_ = pool_.take();
  if (newest_ == 0)
    return 0;
  const std::uint64_t key = key_of(id);
  std::size_t i = home(key);
  while (entries_[i].key != 0)
    i = (i + 1) & (entries_.size() - 1);
  entries_[i].key = key;
  entries_[i].block = newest_;

  const auto list = blocks_ + 1 + static_cast<std::uint32_t>((key - 1) >> list_shift_);
  WIREBOOK_ASSERT(list < heads_.size());
  const std::uint32_t last = heads_[list].prev;
  heads_[newest_] = {.key = key, .next = list, .prev = last};
  heads_[last].next = newest_;
  heads_[list].prev = newest_;
  return place_in(newest_, id);
}

void CoreIds::release_unless_newest(std::uint32_t block) {
  if (block != newest_)
    release(block);
}

void CoreIds::release(std::uint32_t block) {
  const Head& head = heads_[block];
  erase(head.key);
  heads_[head.prev].next = head.next;
  heads_[head.next].prev = head.prev;
  pool_.give_back(block);
}

void CoreIds::erase(std::uint64_t key) {
  const std::size_t mask = entries_.size() - 1;
  std::size_t hole = home(key);
  while (entries_[hole].key != key)
    hole = (hole + 1) & mask;
  for (std::size_t i = (hole + 1) & mask; entries_[i].key != 0; i = (i + 1) & mask) {
    // An entry may move back into the hole unless its home lies behind it.
    if (((i - home(entries_[i].key)) & mask) < ((i - hole) & mask))
      continue;
    entries_[hole] = entries_[i];
    hole = i;
  }
  entries_[hole].key = 0;
}

}  // namespace wirebook::match
