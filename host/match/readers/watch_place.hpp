// A place where the depth of one book is shown: who has it, and the youngest few pictures.
//
// Shapes: a claim names who has the place and for what; pictures are written by turns, each with
// the number of the claim that it was made for, so that nobody takes an old one for his own.
// Threads: one shows; any claims, leaves and reads. Errors: none. Cost: a reader copies the
// youngest picture and goes round again only if all of them were written over meanwhile. The
// pictures' memory is never given back while the place is there, so that nothing needs epochs or
// hazard pointers.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "match/readers/board.hpp"
#include "match/readers/book_views.hpp"

namespace wirebook::match {

/// Packed into a word: bit 0 taken, 16 bits instrument, 7 bits levels, 32 bits number.
struct WatchClaim {
  bool taken = false;
  std::uint8_t levels = 0;
  std::uint16_t instrument = 0;
  std::uint32_t number = 0;  ///< another one each time that the place is taken
  friend bool operator==(const WatchClaim&, const WatchClaim&) = default;
};

class WatchPlace {
 public:
  // ── Who wants to watch ──
  /// The claim, not `taken` if somebody else has the place.
  [[nodiscard]] WatchClaim claim(std::uint16_t instrument, std::uint8_t levels) noexcept;
  void leave(WatchClaim claim) noexcept;
  /// False until something was shown to this claim.
  [[nodiscard]] bool read(WatchClaim claim, BookDepth& depth) const noexcept;

  // ── Who shows ──
  [[nodiscard]] WatchClaim claimed() const noexcept;
  void show(WatchClaim claim, const BookDepth& depth) noexcept;

 private:
  static constexpr std::size_t pictures = 4;
  static constexpr std::size_t head_words = 4;
  static constexpr std::size_t level_words = 2;
  static constexpr std::size_t words_max = head_words + 2 * depth_levels_max * level_words;
  using Picture = SeqlockImage<words_max>;

  enum class Got : std::uint8_t { picture, foreign, torn };
  /// The picture that was shown as the `nth`, from 0.
  Got read_picture(std::uint64_t nth, std::uint32_t number, BookDepth& depth) const noexcept;

  std::array<Picture, pictures> pictures_;
  alignas(64) std::atomic<std::uint64_t> shown_{0};  ///< how many; the youngest is the last of them
  alignas(64) std::atomic<std::uint64_t> claim_{0};
};

}  // namespace wirebook::match
