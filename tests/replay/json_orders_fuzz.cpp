// Goal: no line of text breaks the reader of JSON lines, and what it lets through the parser takes,
// but for an appendage that no group can hold. Method: libFuzzer over whole lines.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "wirebook/assert.hpp"
#include "wirebook/limits.hpp"
#include "wirebook/outcome.hpp"

#include "node/json/json_orders.hpp"
#include "slot_ring/ring.hpp"
#include "wire_in/ouch_parser.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wirebook;
  static slot_ring::Ring<Slot> ring(ring_slots_min);  // without a reader it always has room
  static slot_ring::Writer<Slot> writer(ring);
  static node::JsonOrderReader reader;

  std::vector<char> padded(data, data + size);
  padded.resize(size + node::json_padding_bytes);
  node::JsonOrder order;
  if (!reader.read(std::string_view(padded.data(), size), order)) {
    WIREBOOK_ASSERT(!reader.error().empty());
    return 0;
  }
  WIREBOOK_ASSERT(!node::json_type_name(order.kind).empty());
  if (!is_order_entry(order.kind))
    return 0;
  WIREBOOK_ASSERT(writer.has_credit(group_slots_max));
  const Outcome outcome = wire_in::parse_ouch(order.message, order.session, order.time_ns, writer);
  WIREBOOK_ASSERT(outcome == Outcome::ok || outcome == Outcome::ouch_appendage_too_long);
  return 0;
}
