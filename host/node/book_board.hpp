// Top of book of a few instruments, written by match and read by any thread without holding it up.
//
// Shapes: a seqlock over words; a reader that meets a write tries again. All words are atomics, so
// that nothing here is a data race even in name. Threads: one writes, any reads. Errors: none.
// Cost: a write is some thirty plain stores on x86; reading costs the writer a cache miss.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "node/status.hpp"

namespace wirebook::node {

template <class Value>
class Board {
  static_assert(std::is_trivially_copyable_v<Value> && sizeof(Value) % sizeof(std::uint64_t) == 0);
  static constexpr std::size_t word_count = sizeof(Value) / sizeof(std::uint64_t);
  using Words = std::array<std::uint64_t, word_count>;

 public:
  void write(const Value& value) noexcept {
    const auto words = std::bit_cast<Words>(value);
    const std::uint64_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    // Release: who sees one of these words sees the odd version too.
    for (std::size_t i = 0; i < word_count; ++i)
      words_[i].store(words[i], std::memory_order_release);
    version_.store(version + 2, std::memory_order_release);
  }

  [[nodiscard]] Value read() const noexcept {
    Words words{};
    while (!try_read(words)) {
    }
    return std::bit_cast<Value>(words);
  }

 private:
  bool try_read(Words& words) const noexcept {
    const std::uint64_t before = version_.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < word_count; ++i)
      words[i] = words_[i].load(std::memory_order_acquire);
    return before % 2 == 0 && version_.load(std::memory_order_relaxed) == before;
  }

  std::atomic<std::uint64_t> version_{0};
  std::array<std::atomic<std::uint64_t>, word_count> words_{};
};

using BookTops = std::array<BookTop, status_books_max>;

}  // namespace wirebook::node
