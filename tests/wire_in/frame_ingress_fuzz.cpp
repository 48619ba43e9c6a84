// Goal: no frames make more slots than were asked for, break one, or go without a count. Input: a
// byte that says how the frame came (damaged, lost before it, no room in the host), a length of two
// bytes, and the frame; again and again.
#include "fuzz_sink.hpp"
#include "wire_in/frame_ingress.hpp"

using namespace wirebook;
using namespace wirebook::wire_in;

namespace {

/// The addresses of the seeds: a feed, order entry with one client, and the host itself.
FrameIngressConfig config() {
  FrameIngressConfig result{.local_address = 0x0A00'0001, .order_entry = {0xEF01'0203, 26'400}};
  result.feeds[0] = {0xEF01'0203, 26'500};
  result.feeds[1] = {0xEF01'0203, 26'501};
  result.sessions = {{0x0A01'0203, 40'000, 5}};
  result.wanted.reset(7);
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const FrameIngressConfig addresses = config();
  fuzz::Sink& sink = fuzz::sink();
  OutcomeCounters counters;
  bool host_has_room = true;
  std::uint64_t punted = 0;
  FrameIngress ingress(addresses, [&](fuzz::Bytes) {
    punted += host_has_room;
    return host_has_room;
  });
  for (fuzz::Bytes rest = fuzz::as_bytes(data, size); rest.size() >= 3;) {
    const fuzz::Bytes head = fuzz::take(rest, 3);
    const auto how = std::to_integer<unsigned>(head[0]);
    const auto length =
        std::to_integer<std::size_t>(head[1]) << 8 | std::to_integer<std::size_t>(head[2]);
    const fuzz::Bytes frame = fuzz::take(rest, length);
    host_has_room = (how & 1) == 0;
    if ((how & 2) != 0)
      ingress.on_dropped(1 + how / 8);
    const std::size_t needed = FrameIngress::slots_needed(frame.size());
    WIREBOOK_ASSERT(sink.writer.has_credit(needed));
    const std::uint64_t before = sink.writer.sequence();
    const OutcomeCounters counted = counters;
    ingress.on_frame(frame, (how & 4) != 0, TimeNs{1}, sink.writer, counters);
    WIREBOOK_ASSERT(sink.writer.sequence() - before <= needed);
    WIREBOOK_ASSERT(counters.count != counted.count);
    sink.check();
  }
  WIREBOOK_ASSERT(punted == counters[Outcome::punted]);
  return 0;
}
