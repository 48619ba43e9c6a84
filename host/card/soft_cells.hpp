// Rings of frames within one process, with the room that a card's cells have.
//
// Shapes: a power of two of frames, of at most 2,040 bytes each. Threads: one a ring. Errors: none.
// Cost: no copies but the caller's own. Specification: kernels/README.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "card/card.hpp"

namespace wirebook::card {

class SoftCells {
 public:
  explicit SoftCells(std::size_t cells) : cells_(cells) {}

  /// For the next frame; empty if there is none.
  [[nodiscard]] std::span<std::byte> room() noexcept {
    return put_ - taken_ == cells_.size() ? std::span<std::byte>() : at(put_).bytes;
  }
  /// The frame in `room` is complete. What cannot be a frame's length is none.
  void put(std::size_t bytes) noexcept {
    at(put_++).length = bytes <= card_frame_bytes_max ? bytes : 0;
  }
  /// The frame that was put first; no data if there is none.
  [[nodiscard]] std::span<const std::byte> oldest() noexcept {
    if (taken_ == put_)
      return {};
    return std::span<const std::byte>(at(taken_).bytes).first(at(taken_).length);
  }
  void release() noexcept { ++taken_; }

 private:
  struct Cell {
    std::array<std::byte, card_frame_bytes_max> bytes;
    std::size_t length = 0;
  };
  Cell& at(std::uint64_t number) noexcept { return cells_[number & (cells_.size() - 1)]; }

  std::vector<Cell> cells_;
  std::uint64_t put_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace wirebook::card
