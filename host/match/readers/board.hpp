// Values that one thread writes and any thread reads, without a lock and without waiting for each
// other.
//
// `SeqlockImage` is one copy: a version that is odd while the words change. `Board` has two,
// written one after the other: where the writer is stopped in the middle of one, the other is
// whole, so that a reader goes round again only if the writer has meanwhile gone on. All words are
// atomics: nothing here is a data race, not even in name, and the thread sanitizer follows it.
//
// Shapes: words of 64 bits; 7 of them and the version are one cache line. Threads: one writes, any
// reads. Errors: none. Cost: plain loads and stores on x86; a write to a line that a reader polls
// costs its transfer, some 100 ns; the second copy stays with the writer and costs almost nothing.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace wirebook::match {

template <std::size_t words_max>
class alignas(64) SeqlockImage {
 public:
  void write(std::span<const std::uint64_t> words) noexcept {
    const std::uint64_t version = version_.load(std::memory_order_relaxed);
    // Release: who sees this sees all that was written before; who sees one of the words sees this.
    version_.store(version + 1, std::memory_order_release);
    for (std::size_t i = 0; i < words.size(); ++i)
      words_[i].store(words[i], std::memory_order_release);
    version_.store(version + 2, std::memory_order_release);
  }

  /// What `begin` gives between the `count`th writing and the next.
  [[nodiscard]] static std::uint64_t version_after(std::uint64_t count) { return 2 * count; }

  /// Reading: `begin`, the words, and then they are of one writing if it `still_is` that version.
  [[nodiscard]] std::uint64_t begin() const noexcept {
    return version_.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::uint64_t word(std::size_t index) const noexcept {
    return words_[index].load(std::memory_order_acquire);
  }
  [[nodiscard]] bool still_is(std::uint64_t version) const noexcept {
    // Acquire: who sees that it is not goes on to see what was written before it was changed.
    return version % 2 == 0 && version_.load(std::memory_order_acquire) == version;
  }

  /// The writer wants the first `words` to itself, soon.
  void expect_write(std::size_t words) const noexcept {
    for (std::size_t byte = 0; byte < (1 + words) * sizeof(std::uint64_t); byte += 64)
      __builtin_prefetch(reinterpret_cast<const std::byte*>(this) + byte, 1);
  }

 private:
  std::atomic<std::uint64_t> version_{0};
  std::array<std::atomic<std::uint64_t>, words_max> words_{};
};

template <class Value>
class Board {
  static_assert(std::is_trivially_copyable_v<Value> && sizeof(Value) % sizeof(std::uint64_t) == 0);
  static constexpr std::size_t word_count = sizeof(Value) / sizeof(std::uint64_t);
  using Words = std::array<std::uint64_t, word_count>;

 public:
  void write(const Value& value) noexcept {
    const auto words = std::bit_cast<Words>(value);
    first_.write(words);
    second_.write(words);
  }
  void expect_write() const noexcept { first_.expect_write(word_count); }

  [[nodiscard]] Value read() const noexcept {
    Words words{};
    while (!try_read(first_, words) && !try_read(second_, words)) {
    }
    return std::bit_cast<Value>(words);
  }
  /// What the writer itself wrote last.
  [[nodiscard]] Value own() const noexcept {
    Words words{};
    for (std::size_t i = 0; i < word_count; ++i)
      words[i] = second_.word(i);
    return std::bit_cast<Value>(words);
  }

 private:
  using Image = SeqlockImage<word_count>;

  static bool try_read(const Image& image, Words& words) noexcept {
    const std::uint64_t version = image.begin();
    for (std::size_t i = 0; i < word_count; ++i)
      words[i] = image.word(i);
    return image.still_is(version);
  }

  Image first_;
  Image second_;
};

}  // namespace wirebook::match
