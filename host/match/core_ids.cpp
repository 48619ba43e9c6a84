#include "match/core_ids.hpp"

#include "wirebook/assert.hpp"

namespace wirebook::match {

std::uint32_t CoreIds::find_displaced(std::uint64_t id) const {
  const std::uint64_t key = key_of(id);
  const std::size_t mask = entries_.size() - 1;
  for (std::size_t i = home(id); entries_[i].key != 0; i = (i + 1) & mask)
    if (entries_[i].key == key)
      return entries_[i].nodes | static_cast<std::uint32_t>(id % block_ids);
  return 0;
}

std::uint32_t CoreIds::open_block(std::uint64_t id) {
  if (newest_ != 0 && live_[first_ + newest_ - 1] == 0)
    release(newest_);
  newest_ = pool_.take();
  if (newest_ == 0)
    return 0;
  std::size_t i = home(id);
  while (entries_[i].key != 0)
    i = (i + 1) & (entries_.size() - 1);
  entries_[i].key = key_of(id);
  entries_[i].nodes = first_node(newest_);

  const auto list = blocks_ + 1 + static_cast<std::uint32_t>(id >> list_shift_);
  WIREBOOK_ASSERT(list < heads_.size());
  const std::uint32_t last = heads_[list].prev;
  heads_[newest_] = {.id = id - id % block_ids, .next = list, .prev = last};
  heads_[last].next = newest_;
  heads_[list].prev = newest_;
  return first_node(newest_) | static_cast<std::uint32_t>(id % block_ids);
}

void CoreIds::release_unless_newest(std::uint32_t block) {
  if (block != newest_)
    release(block);
}

void CoreIds::release(std::uint32_t block) {
  const Head& head = heads_[block];
  erase(head.id);
  heads_[head.prev].next = head.next;
  heads_[head.next].prev = head.prev;
  pool_.give_back(block);
}

void CoreIds::erase(std::uint64_t id) {
  const std::uint64_t key = key_of(id);
  const std::size_t mask = entries_.size() - 1;
  std::size_t hole = home(id);
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
