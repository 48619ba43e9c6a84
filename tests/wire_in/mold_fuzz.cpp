// Goal: no sequence of MoldUDP64 packets writes more than it asked for, breaks a slot, or moves the
// expected number back within a session. Input: pieces of a length byte and that many bytes.
#include "fuzz_sink.hpp"
#include "wire_in/mold_parser.hpp"

using namespace wirebook;
using namespace wirebook::wire_in;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Sink& sink = fuzz::sink();
  MoldParser parser(1);
  OutcomeCounters counters;
  std::uint64_t feed_slots = 0;
  for (fuzz::Bytes rest = fuzz::as_bytes(data, size); !rest.empty();) {
    const fuzz::Bytes packet = fuzz::take_piece(rest);
    const std::size_t needed = MoldParser::slots_needed(packet);
    WIREBOOK_ASSERT(sink.writer.has_credit(needed));
    const auto session = parser.session();
    const std::uint64_t expected = parser.expected_sequence();
    const std::uint64_t before = sink.writer.sequence();
    const Outcome outcome = parser.on_packet(packet, TimeNs{1}, sink.writer, counters);
    WIREBOOK_ASSERT(outcome < Outcome::outcome_count);
    WIREBOOK_ASSERT(sink.writer.sequence() - before <= needed);
    WIREBOOK_ASSERT(parser.session() != session || parser.expected_sequence() >= expected);
    for (std::uint64_t i = 0; const Slot* const slot = sink.reader.peek(i); ++i)
      feed_slots += is_feed(slot->tail.kind);
    sink.check();
  }
  WIREBOOK_ASSERT(feed_slots == counters[Outcome::ok]);
  return 0;
}
