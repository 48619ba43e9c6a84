#include "hw-sim/xrt_driver/card_memory.hpp"

#include <cstring>
#include <utility>

namespace wirebook::hw_sim {
namespace {

constexpr std::size_t word_bytes = 8;

void store_word(std::byte* to, const std::byte* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, word_bytes);
  std::atomic_ref(*reinterpret_cast<std::uint64_t*>(to)).store(word, std::memory_order_release);
}

}  // namespace

bool CardMemory::map(std::uint64_t address, std::shared_ptr<SharedMemory> memory,
                     std::uint64_t owner) {
  const std::scoped_lock lock(mutex_);
  const auto after = mappings_.lower_bound(address);
  if (after != mappings_.end() && after->first < address + memory->bytes().size())
    return false;
  if (after != mappings_.begin()) {
    const auto before = std::prev(after);
    if (before->first + before->second.memory->bytes().size() > address)
      return false;
  }
  mappings_.emplace(address, Mapping{std::move(memory), owner});
  return true;
}

void CardMemory::unmap(std::uint64_t address, std::uint64_t owner) {
  const std::scoped_lock lock(mutex_);
  const auto mapping = mappings_.find(address);
  if (mapping != mappings_.end() && mapping->second.owner == owner)
    mappings_.erase(mapping);
}

void CardMemory::unmap_all_of(std::uint64_t owner) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(mappings_, [&](const auto& mapping) { return mapping.second.owner == owner; });
}

bool CardMemory::write(std::uint64_t address, const void* beat, std::uint64_t strobes,
                       SeenBy seen_by) {
  const std::scoped_lock lock(mutex_);
  std::byte* to = find(address);
  if (to == nullptr)
    return false;
  const auto* from = static_cast<const std::byte*>(beat);
  if (strobes != ~std::uint64_t{0}) {
    for (std::size_t i = 0; i < beat_bytes; ++i) {
      if ((strobes >> i & 1) != 0)
        to[i] = from[i];
    }
  } else if (seen_by == SeenBy::last_word) {
    std::memcpy(to, from, beat_bytes - word_bytes);
    store_word(to + beat_bytes - word_bytes, from + beat_bytes - word_bytes);
  } else {
    std::memcpy(to + word_bytes, from + word_bytes, beat_bytes - word_bytes);
    store_word(to, from);
  }
  return true;
}

bool CardMemory::read(std::uint64_t address, void* beat) {
  const std::scoped_lock lock(mutex_);
  const std::byte* from = find(address);
  if (from == nullptr)
    return false;
  std::memcpy(beat, from, beat_bytes);
  return true;
}

std::byte* CardMemory::find(std::uint64_t address) {
  auto mapping = mappings_.upper_bound(address);
  if (mapping != mappings_.begin()) {
    --mapping;
    const std::span<std::byte> bytes = mapping->second.memory->bytes();
    const std::uint64_t offset = address - mapping->first;
    if (offset + beat_bytes <= bytes.size())
      return bytes.data() + offset;
  }
  ++stray_accesses_;
  return nullptr;
}

}  // namespace wirebook::hw_sim
