// Goal: no OUCH message makes more than one group, or a group that does not hold its appendage.
#include <cstring>

#include "fuzz_sink.hpp"
#include "wire_in/ouch_parser.hpp"

using namespace wirebook;
using namespace wirebook::wire_in;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Sink& sink = fuzz::sink();
  const fuzz::Bytes message = fuzz::as_bytes(data, size);
  WIREBOOK_ASSERT(sink.writer.has_credit(group_slots_max));
  const Outcome outcome = parse_ouch(message, 1, TimeNs{1}, sink.writer);
  const auto group = slot_ring::peek_group(sink.reader);
  WIREBOOK_ASSERT(group.has_value() == (outcome == Outcome::ok));
  if (group) {
    const std::size_t bytes = group->head->enter.appendage_bytes;
    WIREBOOK_ASSERT((bytes + extension_bytes - 1) / extension_bytes == group->slot_count() - 1);
    for (std::size_t i = 0; i < bytes; ++i)
      WIREBOOK_ASSERT(
          group->extensions[i / extension_bytes]->extension.appendage[i % extension_bytes] ==
          message[message.size() - bytes + i]);
  }
  sink.check();
  return 0;
}
