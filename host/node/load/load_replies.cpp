// What the replies of the server mean for the orders of a session.
#include <algorithm>

#include "wirebook/wire/ouch50_out.hpp"

#include "node/load/load_session.hpp"

namespace wirebook::node {
namespace {

namespace out = wire::ouch_out;

constexpr char state_dead = 'D';
constexpr char reason_user = 'U';

/// The message as a struct, if it is long enough to be one.
template <class Message>
const Message* view_of(std::span<const std::byte> message) {
  return message.size() < sizeof(Message) ? nullptr : &wire::view<Message>(message.data());
}

}  // namespace

void LoadSession::on_message(std::span<const std::byte> message) {
  if (message.empty())
    return;
  switch (static_cast<char>(message[0])) {
    case out::OrderAccepted::type_code:
      return on_accepted(message);
    case out::OrderReplaced::type_code:
      return on_replaced(message);
    case out::OrderCanceled::type_code:
      return on_canceled(message);
    case out::OrderExecuted::type_code:
      return on_executed(message);
    case out::Rejected::type_code:
      return on_rejected(message);
    case out::AccountQueryResponse::type_code:
      return on_next_number(message);
    default:
      records_.counters.add(LoadCount::other);
  }
}

void LoadSession::on_accepted(std::span<const std::byte> message) {
  const auto* const reply = view_of<out::OrderAccepted>(message);
  if (reply == nullptr)
    return records_.counters.add(LoadCount::malformed);
  const auto place = find(reply->user_ref_num);
  if (!place || orders_[*place].request != Request::enter)
    return;
  records_.counters.add(LoadCount::accepted);
  answered_number_ = std::max<std::uint32_t>(answered_number_, reply->user_ref_num);
  settle(*place, LoadCount::answered);
  if (reply->order_state == state_dead)
    return erase(*place);
  // An IOC ends by itself.
  set_idle(*place, orders_[*place].terms.time_in_force == '0');
}

void LoadSession::on_replaced(std::span<const std::byte> message) {
  const auto* const reply = view_of<out::OrderReplaced>(message);
  if (reply == nullptr)
    return records_.counters.add(LoadCount::malformed);
  const auto place = find(reply->user_ref_num);
  if (!place || orders_[*place].request != Request::replace)
    return;
  Order& order = orders_[*place];
  records_.counters.add(LoadCount::replaced);
  answered_number_ = std::max<std::uint32_t>(answered_number_, reply->user_ref_num);
  settle(*place, LoadCount::answered);
  place_of_number_.erase(order.number);
  order.number = reply->user_ref_num;
  place_of_number_.emplace(order.number, *place);
  order.terms.price = order.new_price;
  order.terms.quantity = order.new_quantity;
  order.open = reply->quantity;
  if (reply->order_state == state_dead)
    return erase(*place);
  set_idle(*place, true);
}

/// Takes open shares off an order, and the order away with the last of them.
void LoadSession::reduce(std::uint32_t place, std::uint32_t quantity) {
  Order& order = orders_[place];
  order.open -= std::min(order.open, quantity);
  if (order.open == 0)
    erase(place);
}

void LoadSession::on_canceled(std::span<const std::byte> message) {
  const auto* const reply = view_of<out::OrderCanceled>(message);
  if (reply == nullptr)
    return records_.counters.add(LoadCount::malformed);
  const auto place = find(reply->user_ref_num);
  if (!place)
    return;
  records_.counters.add(LoadCount::canceled);
  // Reason U answers a cancel, and a replace that left nothing to expose: all that was open is
  // gone.
  if (reply->reason == reason_user && orders_[*place].request != Request::none) {
    settle(*place, LoadCount::answered);
    return erase(*place);
  }
  reduce(*place, reply->quantity);
}

void LoadSession::on_executed(std::span<const std::byte> message) {
  const auto* const reply = view_of<out::OrderExecuted>(message);
  if (reply == nullptr)
    return records_.counters.add(LoadCount::malformed);
  records_.counters.add(LoadCount::executions);
  records_.counters.add(LoadCount::shares, reply->quantity);
  const auto place = find(reply->user_ref_num);
  if (!place)
    return;
  orders_[*place].executed += reply->quantity;
  reduce(*place, reply->quantity);
}

void LoadSession::on_rejected(std::span<const std::byte> message) {
  const auto* const reply = view_of<out::Rejected>(message);
  if (reply == nullptr)
    return records_.counters.add(LoadCount::malformed);
  const auto place = find(reply->user_ref_num);
  if (!place)
    return;
  records_.counters.add(LoadCount::rejected);
  answered_number_ = std::max<std::uint32_t>(answered_number_, reply->user_ref_num);
  const bool was_enter = orders_[*place].request == Request::enter;
  if (orders_[*place].request != Request::none)
    settle(*place, LoadCount::answered);
  if (was_enter)
    erase(*place);
  else
    set_idle(*place, true);  // a replace that is rejected leaves its order as it was
}

void LoadSession::on_next_number(std::span<const std::byte> message) {
  const auto* const reply = view_of<out::AccountQueryResponse>(message);
  if (reply == nullptr)
    return records_.counters.add(LoadCount::malformed);
  if (!ready())
    next_number_ = std::max<std::uint32_t>(reply->next_user_ref_num, 1);
}

}  // namespace wirebook::node
