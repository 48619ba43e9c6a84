#include "card/session_placement.hpp"

#include <bit>
#include <random>
#include <set>
#include <utility>

namespace wirebook::card {
namespace {

constexpr int tries_max = 10'000;
constexpr std::uint64_t key_mask = (std::uint64_t{1} << 48) - 1;

std::uint64_t key(const wire_in::OrderSource& source) {
  return std::uint64_t{source.address} << 16 | source.port;
}

bool has_twins(std::span<const wire_in::OrderSource> sources) {
  std::set<std::uint64_t> keys;
  for (const wire_in::OrderSource& source : sources)
    keys.insert(key(source));
  return keys.size() != sources.size();
}

/// Places all under these rows, or none.
std::optional<SessionPlacement> try_rows(const HashRows& rows,
                                         std::span<const wire_in::OrderSource> sources) {
  std::array<std::size_t, std::size_t{1} << session_bucket_bits> used{};
  SessionPlacement placement{.rows = rows, .sessions = {}};
  for (const wire_in::OrderSource& source : sources) {
    const std::size_t bucket = session_bucket(rows, source);
    if (used[bucket] == session_ways)
      return std::nullopt;
    placement.sessions.push_back({bucket * session_ways + used[bucket]++, source});
  }
  return placement;
}

}  // namespace

std::size_t session_bucket(const HashRows& rows, const wire_in::OrderSource& source) {
  std::size_t bucket = 0;
  for (std::size_t row = 0; row < rows.size(); ++row)
    bucket |= static_cast<std::size_t>(std::popcount(key(source) & rows[row]) & 1) << row;
  return bucket;
}

std::optional<SessionPlacement> place_sessions(std::span<const wire_in::OrderSource> sources,
                                               std::uint64_t seed) {
  if (has_twins(sources))
    return std::nullopt;
  std::mt19937_64 random(seed);
  for (int i = 0; i < tries_max; ++i) {
    HashRows rows{};
    for (std::uint64_t& row : rows)
      row = random() & key_mask;
    if (auto placement = try_rows(rows, sources))
      return placement;
  }
  return std::nullopt;
}

}  // namespace wirebook::card
