// What reports say of the orders that were sent.
#include <algorithm>

#include "node/background/background_orders.hpp"

namespace wirebook::node {

using enum BackgroundCount;

void BackgroundOrders::on_report(const BackgroundReport& report) {
  switch (report.news) {
    case BackgroundNews::next_number:
      return;
    case BackgroundNews::replaced:
      return on_replaced(report);
    case BackgroundNews::rejected:
      return on_rejected(report);
    case BackgroundNews::canceled:
      return on_canceled(report);
    case BackgroundNews::traded:
      return on_traded(report);
  }
}

BackgroundGroup BackgroundOrders::take_leftover() {
  BackgroundGroup out;
  if (leftovers_.empty())
    return out;
  cancel_all(leftovers_.back(), out);
  leftovers_.pop_back();
  count(slot_bytes, wirebook::slot_bytes);
  return out;
}

void BackgroundOrders::forget_awaited() {
  executions_.clear();
  for (const auto& [number, executed] : executed_) {
    leftovers_.push_back(number);
    if (executed.previous != 0)
      leftovers_.push_back(executed.previous);
  }
  executed_.clear();
}

void BackgroundOrders::on_replaced(const BackgroundReport& report) {
  if (Executed* const executed = find_in(executed_, report.number)) {
    executed->left = report.quantity;
    executed->previous = 0;
  }
  Order* const order = order_of(report.number);
  if (order == nullptr)
    return;
  order->left = report.quantity;
  if (order->number != report.number)
    return;  // another replace is under way
  by_number_.erase(order->previous);
  order->previous = 0;
}

void BackgroundOrders::on_rejected(const BackgroundReport& report) {
  count(rejected);
  if (const Execution* const execution = find_in(executions_, report.number)) {
    count(unfilled_shares, execution->left);
    return end_execution(report.number, execution->left);
  }
  if (const Executed* const executed = find_in(executed_, report.number)) {
    leftovers_.push_back(executed->previous);  // a replace that was refused
    executed_.erase(report.number);
    return;
  }
  Order* const order = order_of(report.number);
  if (order == nullptr)
    return;
  if (order->number != report.number || order->previous == 0) {
    order->lives = false;
    return;
  }
  // A replace: the order goes on as it was.
  by_number_.erase(order->number);
  order->number = order->previous;
  order->previous = 0;
}

void BackgroundOrders::on_canceled(const BackgroundReport& report) {
  constexpr char by_user = 'U';
  if (executions_.contains(report.number)) {
    count(unfilled_shares, report.quantity);
    return end_execution(report.number, report.quantity);
  }
  Order* const order = order_of(report.number);
  if (order != nullptr && report.code == by_user && order->previous == report.number) {
    count(gone);  // clients had as much of it as it was to become
    order->lives = false;
  }
  if (report.code != by_user)
    count(ended_shares, report.quantity);
  take_from(report.number, report.quantity);
}

void BackgroundOrders::on_traded(const BackgroundReport& report) {
  const Execution* const execution = find_in(executions_, report.incoming);
  if (report.number == 0 || report.incoming == 0)
    count(execution != nullptr ? other_shares : taken_shares, report.quantity);
  else if (execution == nullptr)
    count(crossed_shares, report.quantity);
  else
    count(execution->resting == report.number ? recorded_shares : other_shares, report.quantity);
  take_from(report.number, report.quantity);
  if (execution != nullptr)
    end_execution(report.incoming, report.quantity);
  else
    take_from(report.incoming, report.quantity);
}

void BackgroundOrders::take_from(std::uint32_t number, std::uint32_t shares) {
  if (Executed* const executed = find_in(executed_, number))
    executed->left -= std::min(shares, executed->left);
  Order* const order = order_of(number);
  if (order == nullptr)
    return;
  order->left -= std::min(shares, order->left);
  // With a replace under way its report says what is left.
  if (order->left == 0)
    order->lives = false;
}

void BackgroundOrders::end_execution(std::uint32_t number, std::uint32_t shares) {
  Execution* const execution = find_in(executions_, number);
  if (execution == nullptr)
    return;
  execution->left -= std::min(shares, execution->left);
  if (execution->left != 0)
    return;
  const std::uint32_t resting = execution->resting;
  executions_.erase(number);
  const Executed* const executed = find_in(executed_, resting);
  if (executed == nullptr || executed->by != number)
    return;
  if (executed->left != 0)
    leftovers_.push_back(resting);
  executed_.erase(resting);
}

/// Null for an order that is none of the recording's.
BackgroundOrders::Order* BackgroundOrders::order_of(std::uint32_t number) {
  const std::uint64_t* const reference = find_in(by_number_, number);
  return reference == nullptr ? nullptr : find_in(orders_, *reference);
}

}  // namespace wirebook::node
