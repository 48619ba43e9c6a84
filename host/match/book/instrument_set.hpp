// A set of instruments, walked in ascending locate.
//
// Shapes: a bitmap, and a bitmap of its words. Threads: the engine's. Errors: none; locates are at
// most the capacity's. Cost: an insertion or an erasure some loads; the next member at most 16
// steps.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wirebook::match {

class InstrumentSet {
 public:
  /// Of locates from 0 to `instruments`.
  explicit InstrumentSet(std::uint32_t instruments)
      : words_(instruments / 64 + 1), summary_(words_.size() / 64 + 1) {}

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] bool contains(std::uint32_t locate) const {
    return (words_[locate / 64] >> locate % 64 & 1) != 0;
  }
  void insert(std::uint32_t locate) {
    if (contains(locate))
      return;
    ++count_;
    words_[locate / 64] |= std::uint64_t{1} << locate % 64;
    summary_[locate / 4096] |= std::uint64_t{1} << locate / 64 % 64;
  }
  void erase(std::uint32_t locate) {
    if (!contains(locate))
      return;
    --count_;
    words_[locate / 64] &= ~(std::uint64_t{1} << locate % 64);
    if (words_[locate / 64] == 0)
      summary_[locate / 4096] &= ~(std::uint64_t{1} << locate / 64 % 64);
  }
  /// The least member from `locate` on, `none` if there is none.
  [[nodiscard]] std::uint32_t first_from(std::uint32_t locate) const {
    const auto from = [](std::uint64_t word, std::uint32_t bit) { return word >> bit << bit; };
    const std::uint32_t word = locate / 64;
    if (word >= words_.size())
      return none;
    if (const std::uint64_t bits = from(words_[word], locate % 64))
      return word * 64 + lowest_bit(bits);
    std::uint32_t first = word + 1;  // of the words that may have a member
    for (std::uint32_t at = first / 64; at < summary_.size(); ++at, first = at * 64) {
      const std::uint64_t bits = from(summary_[at], first % 64);
      if (bits == 0)
        continue;
      const std::uint32_t found = at * 64 + lowest_bit(bits);
      return found * 64 + lowest_bit(words_[found]);
    }
    return none;
  }

  static constexpr std::uint32_t none = ~0U;

 private:
  static std::uint32_t lowest_bit(std::uint64_t word) {
    return static_cast<std::uint32_t>(std::countr_zero(word));
  }

  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> summary_;  ///< a bit for each word that is not 0
  std::uint32_t count_ = 0;
};

}  // namespace wirebook::match
