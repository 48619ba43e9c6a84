// Messages that came before their turn: a window over the numbers of a feed, bounded for good.
//
// Shapes: a cell a message, by its number; the window begins at the number that is wanted next.
// A message longer than a cell is not kept (no ITCH message is): it is asked for again when its
// turn has come, and then it goes straight through. Threads: one. Errors: `Put` says what became of
// a message. Cost: 64 bytes a message, taken by the constructor; a copy to keep one; looking for
// what is missing reads a bit a message. Specification: README.md of this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wirebook::feed {

class MessageWindow {
 public:
  using Bytes = std::span<const std::byte>;

  static constexpr std::size_t cell_bytes = 64;
  static constexpr std::size_t message_bytes_max = cell_bytes - sizeof(std::uint16_t);

  /// Room for `messages`: a power of two, 64 or more.
  explicit MessageWindow(std::size_t messages);

  [[nodiscard]] std::uint64_t begin() const { return begin_; }
  /// Behind the last number that has a cell; saturates.
  [[nodiscard]] std::uint64_t end() const;
  [[nodiscard]] std::size_t capacity() const { return cells_.size(); }
  [[nodiscard]] std::size_t held() const { return held_; }
  [[nodiscard]] bool holds(std::uint64_t number) const {
    return number >= begin_ && number - begin_ < capacity() && bit(number);
  }

  enum class Put : std::uint8_t { taken, held, before, beyond, too_long };
  /// Keeps a copy; of two with one number the first.
  Put put(std::uint64_t number, Bytes message);

  /// A message that is held.
  [[nodiscard]] Bytes at(std::uint64_t number) const;
  /// Drops what has the first number, if it is there, and moves on by one.
  void step();
  /// Begins at `number`, forward or back; what does not lie in the new window is dropped.
  void move_to(std::uint64_t number);
  /// Drops all, and begins at `number`.
  void clear(std::uint64_t number);

  /// The first number from `from` on that is not held; `to` if all before `to` are.
  [[nodiscard]] std::uint64_t first_missing(std::uint64_t from, std::uint64_t to) const;
  /// The first number from `from` on that is held; `to` if none before `to` is.
  [[nodiscard]] std::uint64_t first_held(std::uint64_t from, std::uint64_t to) const;

 private:
  struct alignas(cell_bytes) Cell {
    std::uint16_t bytes;
    std::array<std::byte, message_bytes_max> message;
  };

  [[nodiscard]] std::size_t place(std::uint64_t number) const { return number & mask_; }
  [[nodiscard]] bool bit(std::uint64_t number) const {
    return (held_bits_[place(number) / 64] >> place(number) % 64 & 1) != 0;
  }
  void drop(std::uint64_t number);
  [[nodiscard]] std::uint64_t find(std::uint64_t from, std::uint64_t to, bool wanted) const;

  std::vector<Cell> cells_;
  std::vector<std::uint64_t> held_bits_;
  std::size_t mask_;
  std::size_t held_ = 0;
  std::uint64_t begin_ = 1;
};

}  // namespace wirebook::feed
