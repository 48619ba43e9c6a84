// What lies behind the simulated card's bus: addresses, and the hosts' memory there.
//
// A beat is written straight into the memory that the host reads. As on a machine, a beat is seen
// whole or not at all by who looks at its last word (slots) or its first (cells of frames).
//
// Shapes: mappings in whole pages at bus addresses, each with an owner; beats of 64 bytes. Threads:
// any; once `unmap` has returned nothing touches that memory any more. Errors: an access outside of
// all mappings is refused and counted. Cost: a lock and a look-up, some 50 ns a beat.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "hw-sim/xrt_driver/shared_memory.hpp"

namespace wirebook::hw_sim {

class CardMemory {
 public:
  static constexpr std::size_t beat_bytes = 64;
  enum class SeenBy : std::uint8_t { first_word, last_word };

  /// False: something lies there already.
  bool map(std::uint64_t address, std::shared_ptr<SharedMemory> memory, std::uint64_t owner);
  void unmap(std::uint64_t address, std::uint64_t owner);
  void unmap_all_of(std::uint64_t owner);

  /// Addresses are multiples of a beat. False: nothing is there.
  bool write(std::uint64_t address, const void* beat, std::uint64_t strobes, SeenBy seen_by);
  bool read(std::uint64_t address, void* beat);

  [[nodiscard]] std::uint64_t stray_accesses() const { return stray_accesses_; }

 private:
  struct Mapping {
    std::shared_ptr<SharedMemory> memory;
    std::uint64_t owner;
  };

  std::byte* find(std::uint64_t address);

  std::mutex mutex_;
  std::map<std::uint64_t, Mapping> mappings_;
  std::atomic<std::uint64_t> stray_accesses_ = 0;
};

}  // namespace wirebook::hw_sim
