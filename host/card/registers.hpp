// The kernel's registers with a memory: a card that once read as all ones is lost for good.
//
// Shapes: 32-bit registers, 64-bit ones as two. Threads: any, but `read64` one at a time, since the
// card keeps the high half of one value only. Errors: `lost`; then reads give all ones and nothing
// reaches the bus any more. Cost: that of the bus. Specification: kernels/regs/README.md.
#pragma once

#include <atomic>
#include <cstdint>

#include "wirebook/card_registers.hpp"

#include "card/bus.hpp"

namespace wirebook::card {

class Registers {
 public:
  explicit Registers(Bus& bus) : bus_(&bus) {}

  std::uint32_t read(std::uint32_t offset) noexcept {
    if (lost())
      return all_ones;
    const std::uint32_t value = bus_->read(offset);
    // `state` is a register that is never all ones by itself.
    if (value == all_ones && bus_->read(card_registers::state) == all_ones)
      lost_.store(true, std::memory_order_relaxed);
    return value;
  }
  std::uint64_t read64(std::uint32_t offset) noexcept {
    const std::uint64_t low = read(offset);
    return low | std::uint64_t{read(offset + 4)} << 32;
  }
  void write(std::uint32_t offset, std::uint32_t value) noexcept {
    if (!lost())
      bus_->write(offset, value);
  }
  void write64(std::uint32_t offset, std::uint64_t value) noexcept {
    write(offset, static_cast<std::uint32_t>(value));
    write(offset + 4, static_cast<std::uint32_t>(value >> 32));
  }
  [[nodiscard]] bool lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::uint32_t all_ones = 0xFFFF'FFFF;

  Bus* bus_;
  std::atomic<bool> lost_{false};
};

/// A 64-bit total behind a register of 32 bits that wraps; asked more often than it does.
class WideCount {
 public:
  std::uint64_t take(std::uint32_t low) noexcept {
    return total_ += low - static_cast<std::uint32_t>(total_);
  }
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

 private:
  std::uint64_t total_ = 0;
};

}  // namespace wirebook::card
