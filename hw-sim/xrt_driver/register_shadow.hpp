// What the host has written to the kernel's registers, as far as the model of the card needs it.
//
// Shapes: 32-bit words by byte offset. Threads: the model's. Errors: none. Cost: a store.
// Specification: kernels/regs/README.md.
#pragma once

#include <array>
#include <cstdint>

#include "wirebook/card_registers.hpp"
#include "wirebook/slot.hpp"

#include "hw-sim/xrt_driver/frame_wire.hpp"

namespace wirebook::hw_sim {

class RegisterShadow {
 public:
  void write(std::uint32_t offset, std::uint32_t value) {
    if (offset / 4 < words_.size())
      words_[offset / 4] = value;
    // The ring's place moves only while nothing runs: the next slot is then the first.
    if (offset / 4 == card_registers::start_sequence / 4 ||
        offset / 4 == card_registers::start_sequence / 4 + 1)
      next_slot_ = word64(card_registers::start_sequence);
    if (offset / 4 == card_registers::consumer / 4 + 1)
      consumer_ = word64(card_registers::consumer);
  }

  /// Whether this address is in the slot ring.
  [[nodiscard]] bool is_slot(std::uint64_t address) const {
    const std::uint64_t base = word64(card_registers::ring_base);
    return address >= base && address < base + ring_slots() * sizeof(Slot);
  }
  void slot_written(std::uint64_t address) {
    next_slot_ = (address - word64(card_registers::ring_base)) / sizeof(Slot) + 1;
  }
  /// Slots that the kernel may still write before the host gives some back.
  [[nodiscard]] std::uint64_t ring_room() const {
    return ring_slots() - ((next_slot_ - consumer_) & (ring_slots() - 1));
  }

  [[nodiscard]] WireRegisters wire() const {
    WireRegisters result{.local_address = word(card_registers::local_address),
                         .order_address = word(card_registers::order_address),
                         .order_port = port(word(card_registers::order_port)),
                         .filters = {}};
    for (std::uint32_t i = 0; i < result.filters.size(); ++i)
      result.filters[i] = {
          word(card_registers::filter_address + i * card_registers::filter_address_stride),
          port(word(card_registers::filter_port + i * card_registers::filter_port_stride))};
    return result;
  }

 private:
  [[nodiscard]] std::uint32_t word(std::uint32_t offset) const { return words_[offset / 4]; }
  [[nodiscard]] std::uint64_t word64(std::uint32_t offset) const {
    return word(offset) | std::uint64_t{word(offset + 4)} << 32;
  }
  [[nodiscard]] std::uint64_t ring_slots() const {
    return std::uint64_t{1} << (word(card_registers::ring_slots_log2) & 31);
  }
  static std::uint16_t port(std::uint32_t value) {
    return (value >> 16 & 1) != 0 ? static_cast<std::uint16_t>(value) : std::uint16_t{0};
  }

  std::array<std::uint32_t, 1024> words_{};
  std::uint64_t next_slot_ = 0;
  std::uint64_t consumer_ = 0;
};

}  // namespace wirebook::hw_sim
