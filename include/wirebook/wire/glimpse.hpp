// GLIMPSE 5.0: the message that ends a snapshot. All others are those of ITCH 5.0.
//
// Shapes: alignment 1, laid over received or sent bytes. Threads: values. Errors: none.
// Specification: GLIMPSE 5.0.
#pragma once

#include "wirebook/units.hpp"

namespace wirebook::wire::glimpse {

/// `G`: the feed's messages from this number on go on where the snapshot ends.
struct SnapshotEnd {
  static constexpr char type_code = 'G';
  char type = type_code;
  Alpha<20> sequence_number;  ///< ASCII digits, padded on the left
};
static_assert(sizeof(SnapshotEnd) == 21);

}  // namespace wirebook::wire::glimpse
