// Rings of frame cells: punted frames on their way to the host, and the host's to the wire.
//
// Shapes: cells of 2 KiB, a header of 8 bytes {length u16, 0 u16, number u32} and the frame behind
// it. A punt cell's number counts from 1 and is written last; transmit cells have none, a doorbell
// tells of them. Threads: one for each ring. Errors: none. Cost: `release` and `tell` are a
// register write each; the card is asked how far it has read only when there seems to be no room.
// Specification: kernels/README.md.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "card/card.hpp"
#include "card/registers.hpp"

namespace wirebook::card {

inline constexpr std::size_t cell_bytes = 2048;
inline constexpr std::size_t cell_header_bytes = cell_bytes - card_frame_bytes_max;

/// Where cell number `count` of a ring of so many lies.
inline std::byte* cell_at(std::span<std::byte> ring, std::uint64_t count) noexcept {
  return ring.data() + (count * cell_bytes & (ring.size() - 1));
}

class PuntCells {
 public:
  PuntCells(Registers& registers, std::span<std::byte> ring)
      : registers_(&registers), ring_(ring) {}

  [[nodiscard]] std::span<const std::byte> oldest() const noexcept {
    if (ring_.empty())
      return {};
    std::byte* const cell = cell_at(ring_, taken_);
    const std::atomic_ref number(*reinterpret_cast<std::uint32_t*>(cell + 4));
    if (number.load(std::memory_order_acquire) != static_cast<std::uint32_t>(taken_ + 1))
      return {};
    std::uint16_t length = 0;
    std::memcpy(&length, cell, sizeof length);
    return {cell + cell_header_bytes, std::min<std::size_t>(length, card_frame_bytes_max)};
  }
  void release() noexcept {
    registers_->write(card_registers::punt_consumer, static_cast<std::uint32_t>(++taken_));
  }

 private:
  Registers* registers_;
  std::span<std::byte> ring_;
  std::uint64_t taken_ = 0;
};

class TransmitCells {
 public:
  TransmitCells(Registers& registers, std::span<std::byte> ring)
      : registers_(&registers), ring_(ring), cells_(ring.size() / cell_bytes) {}

  [[nodiscard]] std::span<std::byte> room() noexcept {
    if (written_ - sent_.total() == cells_)
      sent_.take(registers_->read(card_registers::tx_consumed));
    if (written_ - sent_.total() >= cells_ || registers_->lost())
      return {};
    return {cell_at(ring_, written_) + cell_header_bytes, card_frame_bytes_max};
  }
  void send(std::size_t bytes) noexcept {
    const auto length = static_cast<std::uint64_t>(bytes);
    std::memcpy(cell_at(ring_, written_++), &length, sizeof length);
  }
  void tell() noexcept {
    if (written_ == told_)
      return;
    told_ = written_;
    std::atomic_thread_fence(std::memory_order_release);
    registers_->write(card_registers::tx_produced, static_cast<std::uint32_t>(told_));
  }

 private:
  Registers* registers_;
  std::span<std::byte> ring_;
  std::size_t cells_;
  std::uint64_t written_ = 0;
  std::uint64_t told_ = 0;
  WideCount sent_;
};

}  // namespace wirebook::card
