#include "node/fix/fix_orders.hpp"

namespace wirebook::fix {

char Order::status() const {
  switch (state) {
    case OrderState::pending_new:
      return 'A';
    case OrderState::rejected:
      return '8';
    case OrderState::expired:
      return 'C';
    case OrderState::canceled:
      return '4';
    case OrderState::done:
      // What was busted does not come back: then the order is neither filled nor alive.
      return busted == 0 ? '2' : '4';
    case OrderState::live:
      break;
  }
  return executed != 0 ? '1' : '0';
}

Order* Orders::by_name(const ClOrdId& name) {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &orders_[found->second];
}

Order* Orders::by_user_ref_num(std::uint32_t number) {
  const auto found = numbers_.find(number);
  if (found == numbers_.end())
    return nullptr;
  Order& order = orders_[found->second];
  return order.user_ref_num == number ? &order : nullptr;
}

Order* Orders::by_pending_replace(std::uint32_t number) {
  const auto found = numbers_.find(number);
  if (found == numbers_.end())
    return nullptr;
  Order& order = orders_[found->second];
  const bool its = order.pending == Pending::replace && order.pending_user_ref_num == number;
  return its ? &order : nullptr;
}

Order& Orders::add(const ClOrdId& name, std::uint32_t user_ref_num) {
  const auto index = static_cast<std::uint32_t>(orders_.size());
  Order& order = orders_.emplace_back();
  order.index = index;
  order.name = name;
  order.user_ref_num = user_ref_num;
  names_.emplace(name, index);
  numbers_[user_ref_num] = index;
  return order;
}

void Orders::add_name(const ClOrdId& name, Order& order) { names_.emplace(name, order.index); }

void Orders::expect_replace(Order& order, const ClOrdId& name, std::uint32_t user_ref_num) {
  order.pending = Pending::replace;
  order.pending_name = name;
  order.pending_user_ref_num = user_ref_num;
  numbers_[user_ref_num] = order.index;
}

void Orders::drop_pending(Order& order) {
  if (order.pending == Pending::replace && order.pending_user_ref_num != order.user_ref_num)
    numbers_.erase(order.pending_user_ref_num);
  order.pending = Pending::none;
  order.pending_user_ref_num = 0;
}

void Orders::renumber(Order& order, std::uint32_t user_ref_num) {
  numbers_.erase(order.user_ref_num);
  order.user_ref_num = user_ref_num;
  numbers_[user_ref_num] = order.index;
}

void Orders::add_trade(std::uint64_t match_number, std::uint32_t user_ref_num, const Trade& trade) {
  if (trades_.size() >= trades_max_)
    trades_.erase(trades_.begin());
  trades_.emplace(TradeKey{match_number, user_ref_num}, trade);
}

const Trade* Orders::trade(std::uint64_t match_number, std::uint32_t user_ref_num) const {
  const auto found = trades_.find({match_number, user_ref_num});
  return found == trades_.end() ? nullptr : &found->second;
}

void Orders::clear() {
  orders_.clear();
  names_.clear();
  numbers_.clear();
  trades_.clear();
}

}  // namespace wirebook::fix
