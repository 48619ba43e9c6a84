#include "bench/match/report_queue.hpp"

namespace wirebook::bench {

bool ReportQueue::is_worth_a_look() {
  if (drained_.peek(batch - 1) != nullptr ||
      drained_.sequence() < complete_.load(std::memory_order_acquire) || ++looks_ >= patience) {
    looks_ = 0;
    return true;
  }
  return false;
}

std::uint32_t ReportQueue::drain(abi::Report* out, std::uint32_t reports_max) {
  if (!is_worth_a_look())
    return 0;
  std::uint32_t count = 0;
  std::uint64_t events = 0;
  while (count < reports_max) {
    const Event* const event = drained_.peek(events);
    if (event == nullptr)
      break;
    events += 1U + event->tail.extension_count;
    if (convert(*event, out[count]))
      ++count;
  }
  drained_.release(events);
  return count;
}

bool ReportQueue::convert(const Event& event, abi::Report& report) {
  const auto side = event.tail.side == 'B' ? abi::Side::buy : abi::Side::sell;
  const std::uint64_t order_id = ids_[event.user_ref_num];
  report = {.sequence = event.cause_sequence,
            .order_id = order_id,
            .price_ticks = to_ticks(event.price),
            .quantity = event.quantity.raw};
  switch (event.tail.kind) {
    case EventKind::accepted:
    case EventKind::replaced:
      terms_[event.user_ref_num] = {event.price, side};
      report.kind = event.tail.kind == EventKind::accepted ? abi::ReportKind::accepted
                                                           : abi::ReportKind::modified;
      report.side = side;
      return true;
    case EventKind::executed:
      if (event.tail.code != 'R') {
        resting_id_ = order_id;
        return false;
      }
      report.kind = abi::ReportKind::trade;
      report.order_id = report.resting_id = resting_id_;
      report.incoming_id = order_id;
      return true;
    case EventKind::canceled: {
      const Terms terms = terms_[event.user_ref_num];
      report.kind = abi::ReportKind::canceled;
      report.side = terms.side;
      report.price_ticks = to_ticks(terms.price);
      return true;
    }
    case EventKind::cancel_reject:
      report = {.kind = static_cast<abi::ReportKind>(event.tail.code),
                .sequence = event.cause_sequence,
                .order_id = event.order_ref};
      return true;
    default:
      return false;
  }
}

}  // namespace wirebook::bench
