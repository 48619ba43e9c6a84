// Goal: whatever frames come, none makes more slots than it asked for, and each slot is whole.
// Input: pieces of a length byte and that many bytes.
#include "fuzz_sink.hpp"
#include "wire_in/frame_ingress.hpp"

using namespace wirebook;
using namespace wirebook::wire_in;

namespace {

FrameIngressConfig config() {
  FrameIngressConfig all;
  all.local_address = 0x0A00'0001;
  all.order_entry = {0x0A01'0203, 26'400};
  all.feeds[0] = {0xEF01'0203, 26'400};
  all.sessions = {{0x0A01'0203, 40'000, 1}};
  all.wanted.reset(1);
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Sink& sink = fuzz::sink();
  FrameIngress ingress(config(), [](fuzz::Bytes frame) { return frame.size() % 2 == 0; });
  OutcomeCounters counters;
  for (fuzz::Bytes rest = fuzz::as_bytes(data, size); !rest.empty();) {
    const bool bad_fcs = rest.size() % 7 == 0;
    const fuzz::Bytes frame = fuzz::take_piece(rest);
    const std::size_t needed = FrameIngress::slots_needed(frame.size());
    WIREBOOK_ASSERT(sink.writer.has_credit(needed));
    const std::uint64_t before = sink.writer.sequence();
    ingress.on_frame(frame, bad_fcs, TimeNs{1}, sink.writer, counters);
    WIREBOOK_ASSERT(sink.writer.sequence() - before <= needed);
    ingress.on_dropped(rest.size() % 3);
    sink.check();
  }
  return 0;
}
