// Where the kernel's session table holds each session, so that a look-up there is one read.
//
// Shapes: 512 buckets of 4 ways; the bucket of a source is nine parities of its 48-bit key
// (address, then port) under nine rows. The host draws rows until no bucket overflows: 600 sources
// that have nothing in common fit, and 1,024 with neighbouring addresses; with more it depends on
// the sources. Threads: pure. Errors: nothing, if the sources do not fit after many tries, or if
// one is there twice. Cost: a look at each source a try, until a bucket overflows. Specification:
// kernels/wire_in/session_table.sv.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wire_in/frame_ingress.hpp"

namespace wirebook::card {

inline constexpr std::size_t session_bucket_bits = 9;
inline constexpr std::size_t session_ways = 4;

/// Nine rows of 48 bits.
using HashRows = std::array<std::uint64_t, session_bucket_bits>;

struct PlacedSession {
  std::size_t index = 0;  ///< bucket times ways, plus way
  wire_in::OrderSource source;
};

struct SessionPlacement {
  HashRows rows{};
  std::vector<PlacedSession> sessions;
};

/// The bucket of a source under these rows.
std::size_t session_bucket(const HashRows& rows, const wire_in::OrderSource& source);

/// Deterministic: the same sources and seed give the same placement.
std::optional<SessionPlacement> place_sessions(std::span<const wire_in::OrderSource> sources,
                                               std::uint64_t seed = 1);

}  // namespace wirebook::card
