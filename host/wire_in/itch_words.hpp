// The words of a feed slot, from the bytes of an ITCH message whose length is right.
//
// Shapes: `SlotWords`, bytes 0–55 of the slot. Threads: pure. Errors: none; reads nothing outside
// the message. Cost: no branch on the type; four byte shuffles where the processor has them, a loop
// over 32 bytes where not. Specification: ITCH 5.0; the feed bodies of wirebook/slot.hpp.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE4_2__)
#include <immintrin.h>
#endif

#include "wirebook/crc32c.hpp"
#include "wirebook/units.hpp"
#include "wirebook/wire/big_endian.hpp"

#include "wire_in/itch_forms.hpp"
#include "wire_in/slot_words.hpp"

namespace wirebook::wire_in {

/// Bytes 8–39 of the body, which the form's table decides.
using ShuffledWords = std::array<std::uint64_t, shuffled_bytes / sizeof(std::uint64_t)>;

/// Out of line: on the way of the others it would cost registers.
[[gnu::noinline]] inline ShuffledWords shuffled_words_portable(const ItchForm& form,
                                                               const std::byte* message) {
  std::array<std::byte, shuffled_bytes> bytes{};
  for (std::size_t i = 0; i < shuffled_bytes; ++i)
    if (form.source[i] != no_byte)
      bytes[i] = message[form.source[i]];
  return std::bit_cast<ShuffledWords>(bytes);
}

#if defined(__SSE4_2__)

inline __m128i load_window(const void* bytes) {
  return _mm_loadu_si128(static_cast<const __m128i*>(bytes));
}

/// The message must reach as far as a window does.
inline ShuffledWords shuffled_words_of_windows(const ItchForm& form, const std::byte* message) {
  const __m128i first = load_window(message + form.windows[0]);
  const __m128i second = load_window(message + form.windows[1]);
  const auto half = [&](std::size_t i) {
    return _mm_or_si128(_mm_shuffle_epi8(first, load_window(form.shuffles[i][0].data())),
                        _mm_shuffle_epi8(second, load_window(form.shuffles[i][1].data())));
  };
  const __m128i low = half(0);
  const __m128i high = half(1);
  return {static_cast<std::uint64_t>(_mm_cvtsi128_si64(low)),
          static_cast<std::uint64_t>(_mm_extract_epi64(low, 1)),
          static_cast<std::uint64_t>(_mm_cvtsi128_si64(high)),
          static_cast<std::uint64_t>(_mm_extract_epi64(high, 1))};
}

inline ShuffledWords shuffled_words(const ItchForm& form, const std::byte* message) {
  if (form.length >= window_bytes) [[likely]]
    return shuffled_words_of_windows(form, message);
  return shuffled_words_portable(form, message);
}

#else

inline ShuffledWords shuffled_words(const ItchForm& form, const std::byte* message) {
  return shuffled_words_portable(form, message);
}

#endif

/// `FeedHead`: the locate, and the 48 bits of time as 16 high and 32 low ones.
inline std::uint64_t feed_head_word(const std::byte* message) {
  const std::uint64_t locate = wire::view<wire::Big16>(message + 1);
  // The tracking number before the time makes eight bytes of it; its bits fall out.
  const std::uint64_t time = wire::view<wire::Big64>(message + 3);
  return locate | (time >> 32 & 0xFFFF) << 16 | time << 32;
}

inline SlotWords feed_words(const ItchForm& form, TimeNs time_ns, const std::byte* message) {
  const auto [word2, word3, word4, word5] = shuffled_words(form, message);
  const std::uint64_t last = load_word<8>(message + form.length - sizeof(std::uint64_t));
  return {time_ns.raw,
          feed_head_word(message),
          word2,
          word3,
          word4,
          word5,
          last >> form.last_shift & form.last_mask};
}

}  // namespace wirebook::wire_in
