// A host's way to a simulated card: in this process, or in one of its own.
//
// Shapes: registers by byte offset; memory at bus addresses within the host's window. Threads: any.
// Errors: `acquire` throws `std::system_error`, EBUSY if another host has the card, and
// `std::invalid_argument` if its wire cannot be made; a card that is gone reads as all ones. Cost:
// a read 20 us and more, a write less.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "hw-sim/xrt_driver/shared_memory.hpp"

namespace wirebook::hw_sim {

class CardLink {
 public:
  virtual ~CardLink() = default;

  /// From now on this host, and no other, has the kernel.
  virtual void acquire() = 0;
  virtual void release() = 0;

  virtual std::uint32_t read(std::uint32_t offset) = 0;
  virtual void write(std::uint32_t offset, std::uint32_t value) = 0;

  /// Where this host's memory begins on the bus.
  [[nodiscard]] virtual std::uint64_t window() const = 0;
  virtual void map(std::uint64_t address, const std::shared_ptr<SharedMemory>& memory) = 0;
  /// Once it has returned, the card does not touch that memory any more.
  virtual void unmap(std::uint64_t address) = 0;
};

/// The card that WIREBOOK_SIM_CARD names, or a new one in this process.
std::unique_ptr<CardLink> open_card(unsigned index);

std::unique_ptr<CardLink> make_local_card(unsigned index);
std::unique_ptr<CardLink> make_remote_card(const std::string& path);

}  // namespace wirebook::hw_sim
