#include "node/background/background_report.hpp"

namespace wirebook::node {

void BackgroundTap::on_event(const Event& event) noexcept {
  const std::uint32_t number = event.session == session_ ? event.user_ref_num : 0;
  if (event.tail.kind == EventKind::executed)
    return on_executed(event, number);
  if (event.session != session_)
    return;
  switch (event.tail.kind) {
    case EventKind::account_query_response:
      return push({.news = BackgroundNews::next_number, .number = number});
    case EventKind::replaced:
      return push(
          {.news = BackgroundNews::replaced, .number = number, .quantity = event.quantity.raw});
    case EventKind::rejected:
      return push({.news = BackgroundNews::rejected, .number = number});
    case EventKind::canceled:
    case EventKind::aiq_canceled:
      return push({.news = BackgroundNews::canceled,
                   .code = event.tail.code,
                   .number = number,
                   .quantity = event.quantity.raw});
    default:
      return;  // what the player knows already
  }
}

void BackgroundTap::on_executed(const Event& event, std::uint32_t number) noexcept {
  if (rested_match_ != event.match_number) {
    rested_match_ = event.match_number;
    rested_number_ = number;
    return;
  }
  rested_match_ = 0;
  if (number != 0 || rested_number_ != 0)
    push({.news = BackgroundNews::traded,
          .number = rested_number_,
          .incoming = number,
          .quantity = event.quantity.raw});
}

void BackgroundTap::push(const BackgroundReport& report) noexcept {
  if (!queue_.push(report))
    lost_.store(lost_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace wirebook::node
