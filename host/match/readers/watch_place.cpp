#include "match/readers/watch_place.hpp"

#include <algorithm>

namespace wirebook::match {

namespace {

std::uint64_t pack(WatchClaim claim) {
  return std::uint64_t{claim.taken} | std::uint64_t{claim.levels} << 1 |
         std::uint64_t{claim.instrument} << 16 | std::uint64_t{claim.number} << 32;
}

WatchClaim unpack(std::uint64_t word) {
  return {.taken = (word & 1) != 0,
          .levels = static_cast<std::uint8_t>(word >> 1 & 0x7F),
          .instrument = static_cast<std::uint16_t>(word >> 16),
          .number = static_cast<std::uint32_t>(word >> 32)};
}

std::uint64_t pair(std::uint64_t low, std::uint64_t high) { return low | high << 32; }
std::uint32_t low(std::uint64_t word) { return static_cast<std::uint32_t>(word); }
std::uint32_t high(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); }

std::uint64_t* put_levels(std::uint64_t* at, std::span<const LevelSummary> levels) {
  for (const LevelSummary& level : levels) {
    *at++ = pair(level.price.raw, level.orders);
    *at++ = level.quantity;
  }
  return at;
}

}  // namespace

WatchClaim WatchPlace::claim(std::uint16_t instrument, std::uint8_t levels) noexcept {
  std::uint64_t before = claim_.load(std::memory_order_relaxed);
  if (unpack(before).taken)
    return {};
  const WatchClaim wanted{.taken = true,
                          .levels = levels,
                          .instrument = instrument,
                          .number = unpack(before).number + 1};
  const bool got = claim_.compare_exchange_strong(before, pack(wanted), std::memory_order_acq_rel,
                                                  std::memory_order_relaxed);
  return got ? wanted : WatchClaim{};
}

void WatchPlace::leave(WatchClaim claim) noexcept {
  claim.taken = false;
  claim_.store(pack(claim), std::memory_order_release);
}

WatchClaim WatchPlace::claimed() const noexcept {
  return unpack(claim_.load(std::memory_order_acquire));
}

void WatchPlace::show(WatchClaim claim, const BookDepth& depth) noexcept {
  std::array<std::uint64_t, words_max> words;  // NOLINT: as many as are used are set
  words[0] = depth.sequence;
  words[1] = pair(claim.number, depth.live_orders);
  words[2] = pair(depth.bid_levels, depth.ask_levels);
  words[3] = pair(depth.bid_count, depth.ask_count);
  std::uint64_t* end = put_levels(words.data() + head_words, depth.bids());
  end = put_levels(end, depth.asks());

  const std::uint64_t count = shown_.load(std::memory_order_relaxed);
  const auto used = static_cast<std::size_t>(end - words.data());
  pictures_[count % pictures].write({words.data(), used});
  shown_.store(count + 1, std::memory_order_release);
  // Nobody reads the next one, so its lines come over while the engine goes on.
  pictures_[(count + 1) % pictures].expect_write(used);
}

bool WatchPlace::read(WatchClaim claim, BookDepth& depth) const noexcept {
  for (;;) {
    const std::uint64_t count = shown_.load(std::memory_order_acquire);
    if (count == 0)
      return false;
    const Got got = read_picture(count - 1, claim.number, depth);
    if (got != Got::torn)
      return got == Got::picture;
  }
}

WatchPlace::Got WatchPlace::read_picture(std::uint64_t nth, std::uint32_t number,
                                         BookDepth& depth) const noexcept {
  const Picture& picture = pictures_[nth % pictures];
  const std::uint64_t version = picture.begin();
  if (version != Picture::version_after(nth / pictures + 1))
    return Got::torn;  // a later one is there: to take it here could show an earlier one next
  depth.sequence = picture.word(0);
  const std::uint64_t owner = picture.word(1);
  depth.live_orders = high(owner);
  depth.bid_levels = low(picture.word(2));
  depth.ask_levels = high(picture.word(2));
  // Torn counts may be anything: the levels are taken for what they are, and thrown away below.
  const std::uint64_t counts = picture.word(3);
  depth.bid_count = std::min<std::size_t>(low(counts), depth_levels_max);
  depth.ask_count = std::min<std::size_t>(high(counts), depth_levels_max);
  std::size_t at = head_words;
  const auto get = [&](LevelSummary& level) {
    const std::uint64_t price_and_orders = picture.word(at);
    level = {.price = {low(price_and_orders)},
             .quantity = picture.word(at + 1),
             .orders = high(price_and_orders)};
    at += level_words;
  };
  std::for_each_n(depth.bid.begin(), depth.bid_count, get);
  std::for_each_n(depth.ask.begin(), depth.ask_count, get);
  if (!picture.still_is(version))
    return Got::torn;
  return low(owner) == number ? Got::picture : Got::foreign;
}

}  // namespace wirebook::match
