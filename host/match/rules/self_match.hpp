// Self-match prevention (AIQ): what the letters of tag 29 mean, and who meets himself.
//
// Shapes: letters in, values out. Threads: pure. Errors: a letter that means nothing is no
// strategy. Cost: a few comparisons. Specification: ../RULES.md; OUCH 5.0 tag 29.
#pragma once

#include <cstdint>
#include <string_view>

namespace wirebook::match {

/// How far "oneself" reaches.
enum class SelfMatchScope : std::uint8_t { firm, organization, affiliate, any };
/// What happens instead of the trade.
enum class SelfMatchRemedy : std::uint8_t {
  decrement,       ///< both lose what would have traded, by `canceled`
  decrement_told,  ///< the same, by `aiq_canceled`
  cancel_oldest,
  cancel_newest,
  use_remover  ///< what the incoming order says
};

/// Four scopes of five remedies; `N` is none of them.
inline constexpr std::string_view self_match_letters = "YDOWRydowrZEPXS01245";

constexpr bool is_self_match_strategy(char letter) {
  return letter == 'N' ||
         (letter != '\0' && self_match_letters.find(letter) != std::string_view::npos);
}
/// Of a strategy that is not `N`.
constexpr SelfMatchScope scope_of(char strategy) {
  return static_cast<SelfMatchScope>(self_match_letters.find(strategy) / 5);
}
constexpr SelfMatchRemedy remedy_of(char strategy) {
  return static_cast<SelfMatchRemedy>(self_match_letters.find(strategy) % 5);
}

/// What becomes of two orders of one owner: the resting order's word, or the incoming one's.
constexpr SelfMatchRemedy remedy_between(char resting, char incoming) {
  if (remedy_of(resting) != SelfMatchRemedy::use_remover)
    return remedy_of(resting);
  if (incoming == 'N' || remedy_of(incoming) == SelfMatchRemedy::use_remover)
    return SelfMatchRemedy::cancel_newest;
  return remedy_of(incoming);
}

}  // namespace wirebook::match
