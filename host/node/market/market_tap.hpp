// What wire_out has sent to the market, on its way to the thread that serves it again.
//
//   wire_out ── put(datagram's messages) ──► bytes, one lap ──► front(), pop() ── market thread
//
// Only what has left is put in: so nothing is told by the servers before wire_out may tell it.
//
// Shapes: the blocks of a MoldUDP64 datagram and their first number, in place until `pop`.
// Threads: one puts, one takes; the counts any. Errors: what finds no room is given up and counted,
// since wire_out waits for nobody; the taker sees it in the number of what comes next, if only a
// number (`put` without blocks). Cost: one copy of the blocks and three stores a datagram. The bell
// is rung only while the taker wants it.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "wirebook/assert.hpp"

#include "slot_ring/doorbell.hpp"
#include "slot_ring/memory.hpp"

namespace wirebook::node {

class MarketTap {
 public:
  /// A power of two.
  explicit MarketTap(std::size_t bytes)
      : memory_(bytes, slot_ring::HugePages::allow), mask_(bytes - 1) {
    WIREBOOK_ASSERT(std::has_single_bit(bytes) && bytes >= 4096);
  }

  struct Messages {
    std::uint64_t first = 0;
    std::span<const std::byte> blocks;  ///< of u16 length and message
  };

  /// Of the putting side: once, before it begins.
  void attach_bell(slot_ring::Doorbell* bell) { bell_ = bell; }

  void put(std::uint64_t first, std::span<const std::byte> blocks) noexcept {
    const std::size_t needs = sizeof(Record) + round_up(blocks.size());
    std::uint64_t head = head_.load(std::memory_order_relaxed);
    const std::size_t to_end = memory_.size_bytes() - (head & mask_);
    const std::size_t skips = needs > to_end ? to_end : 0;
    const bool is_behind = !has_room(head, skips + needs);
    is_behind_.store(is_behind, std::memory_order_relaxed);
    if (is_behind) {
      lost_.store(lost_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return;
    }
    if (skips != 0) {
      write(head, {.first = 0, .bytes = skip});
      head += skips;
    }
    write(head, {.first = first, .bytes = static_cast<std::uint32_t>(blocks.size())});
    if (!blocks.empty())  // memcpy takes no null pointer, even for no bytes
      std::memcpy(memory_.data() + (head & mask_) + sizeof(Record), blocks.data(), blocks.size());
    head_.store(head + needs, std::memory_order_release);
    if (bell_ != nullptr && rings_.load(std::memory_order_relaxed))
      bell_->ring();
  }
  /// The last one found no room, and the taker cannot know.
  [[nodiscard]] bool is_behind() const { return is_behind_.load(std::memory_order_relaxed); }
  /// What found no room.
  [[nodiscard]] std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

  /// The taking side: the oldest datagram, nothing if there is none.
  [[nodiscard]] std::optional<Messages> front() noexcept {
    for (;;) {
      const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
      if (tail == head_seen_ && tail == (head_seen_ = head_.load(std::memory_order_acquire)))
        return std::nullopt;
      const Record record = read(tail);
      if (record.bytes != skip)
        return Messages{.first = record.first,
                        .blocks = {memory_.data() + (tail & mask_) + sizeof(Record), record.bytes}};
      tail_.store(tail + memory_.size_bytes() - (tail & mask_), std::memory_order_release);
    }
  }
  void pop() noexcept {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    tail_.store(tail + sizeof(Record) + round_up(read(tail).bytes), std::memory_order_release);
  }
  /// Whether the bell is to ring for each datagram; it is not at first.
  void want_bell(bool wanted) noexcept { rings_.store(wanted, std::memory_order_relaxed); }

 private:
  struct Record {
    std::uint64_t first;
    std::uint32_t bytes;
    std::uint32_t reserved = 0;
  };
  static constexpr std::uint32_t skip = 0xFFFF'FFFF;

  static std::size_t round_up(std::size_t bytes) {
    return (bytes + sizeof(Record) - 1) & ~(sizeof(Record) - 1);
  }
  bool has_room(std::uint64_t head, std::size_t bytes) noexcept {
    if (head + bytes - tail_seen_ <= memory_.size_bytes())
      return true;
    tail_seen_ = tail_.load(std::memory_order_acquire);
    return head + bytes - tail_seen_ <= memory_.size_bytes();
  }
  void write(std::uint64_t at, const Record& record) noexcept {
    std::memcpy(memory_.data() + (at & mask_), &record, sizeof record);
  }
  [[nodiscard]] Record read(std::uint64_t at) const noexcept {
    Record record;
    std::memcpy(&record, memory_.data() + (at & mask_), sizeof record);
    return record;
  }

  slot_ring::Memory memory_;
  const std::size_t mask_;
  slot_ring::Doorbell* bell_ = nullptr;
  alignas(64) std::atomic<std::uint64_t> head_{0};
  std::uint64_t tail_seen_ = 0;
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<bool> is_behind_{false};
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  std::uint64_t head_seen_ = 0;
  alignas(64) std::atomic<bool> rings_{false};
};

}  // namespace wirebook::node
