#include "wire_out/ouch_encoder.hpp"

#include <cstring>
#include <new>

#include "wirebook/assert.hpp"

#include "wire_out/ouch_appendage.hpp"

namespace wirebook::wire_out {

namespace {

namespace msg = wire::ouch_out;
using wire::ouch::Tag;
using wire::ouch::tag_set;

/// Tags that an Order Accepted repeats. UserRefIdx is said by the event itself.
constexpr std::uint32_t accepted_tags = tag_set(
    Tag::firm, Tag::min_qty, Tag::customer_type, Tag::max_floor, Tag::price_type, Tag::peg_offset,
    Tag::discretion_price, Tag::discretion_price_type, Tag::discretion_peg_offset, Tag::post_only,
    Tag::random_reserves, Tag::expire_time, Tag::trade_now, Tag::handle_inst, Tag::group_id,
    Tag::shares_located, Tag::aiq_strategy, Tag::aiq_group_id);
constexpr std::uint32_t modified_tags = tag_set(Tag::shares_located, Tag::locate_broker);
constexpr std::uint32_t mass_cancel_tags = tag_set(Tag::group_id, Tag::side);

constexpr auto no_tags = [](OuchAppendage&) {};

/// The message's length, once what `put` puts and the channel are behind it. Some messages end in
/// AppendageLength; behind the others it stands only before tags.
template <class Message>
std::size_t finish(Message* message, const Event& event, const auto& put) {
  constexpr bool always = requires { message->appendage_length; };
  constexpr std::size_t fields = sizeof(Message) - (always ? sizeof(wire::Big16) : 0);
  OuchAppendage appendage(reinterpret_cast<std::byte*>(message) + fields);
  put(appendage);
  appendage.put_channel(event.tail.user_ref_idx);
  return fields + appendage.finish(always);
}

// Messages are made by placement where they will be sent from: made elsewhere and copied, the wide
// loads of the copy would wait for the narrow stores of the fields.

std::size_t accepted(const Event& event, const SlotGroup& cause, std::byte* out) {
  const EnterBody& enter = cause.head->enter;
  auto* const message = new (out) msg::OrderAccepted{.timestamp = event.time_ns.raw,
                                                     .user_ref_num = event.user_ref_num,
                                                     .side = event.tail.side,
                                                     .quantity = event.quantity.raw,
                                                     .symbol = enter.symbol,
                                                     .price = std::uint64_t{event.price.raw},
                                                     .time_in_force = enter.time_in_force,
                                                     .display = enter.display,
                                                     .order_ref = event.order_ref,
                                                     .capacity = enter.capacity,
                                                     .iso = enter.iso,
                                                     .cross_type = enter.cross_type,
                                                     .order_state = event.tail.state,
                                                     .cl_ord_id = enter.cl_ord_id};
  return finish(message, event, [&](auto& tags) { tags.echo(cause, accepted_tags); });
}

std::size_t replaced(const Event& event, const EventExtension& kept, const SlotGroup& cause,
                     std::byte* out) {
  const ReplaceBody& replace = cause.head->replace;
  auto* const message = new (out) msg::OrderReplaced{.timestamp = event.time_ns.raw,
                                                     .orig_user_ref_num = replace.orig_user_ref_num,
                                                     .user_ref_num = event.user_ref_num,
                                                     .side = event.tail.side,
                                                     .quantity = event.quantity.raw,
                                                     .symbol = kept.symbol,
                                                     .price = std::uint64_t{event.price.raw},
                                                     .time_in_force = replace.time_in_force,
                                                     .display = replace.display,
                                                     .order_ref = event.order_ref,
                                                     .capacity = kept.capacity,
                                                     .iso = replace.iso,
                                                     .cross_type = kept.cross_type,
                                                     .order_state = event.tail.state,
                                                     .cl_ord_id = replace.cl_ord_id};
  return finish(message, event,
                [&](auto& tags) { tags.put(std::span(kept.bytes).first(kept.bytes_used)); });
}

std::size_t executed(const Event& event, std::byte* out) {
  auto* const message = new (out) msg::OrderExecuted{.timestamp = event.time_ns.raw,
                                                     .user_ref_num = event.user_ref_num,
                                                     .quantity = event.quantity.raw,
                                                     .price = std::uint64_t{event.price.raw},
                                                     .liquidity_flag = event.tail.code,
                                                     .match_number = event.match_number};
  return finish(message, event, no_tags);
}

std::size_t canceled(const Event& event, std::byte* out) {
  auto* const message = new (out) msg::OrderCanceled{.timestamp = event.time_ns.raw,
                                                     .user_ref_num = event.user_ref_num,
                                                     .quantity = event.quantity.raw,
                                                     .reason = event.tail.code};
  return finish(message, event, no_tags);
}

std::size_t aiq_canceled(const Event& event, std::byte* out) {
  const auto prevented = static_cast<std::uint32_t>(event.match_number);
  auto* const message =
      new (out) msg::AiqCanceled{.timestamp = event.time_ns.raw,
                                 .user_ref_num = event.user_ref_num,
                                 .decrement_shares = event.quantity.raw,
                                 .reason = 'Q',
                                 .quantity_prevented_from_trading = prevented,
                                 .execution_price = std::uint64_t{event.price.raw},
                                 .liquidity_flag = event.tail.code,
                                 .aiq_strategy = event.tail.state};
  return finish(message, event, no_tags);
}

std::size_t broken_trade(const Event& event, const EventExtension& kept, std::byte* out) {
  auto* const message = new (out) msg::BrokenTrade{.timestamp = event.time_ns.raw,
                                                   .user_ref_num = event.user_ref_num,
                                                   .match_number = event.match_number,
                                                   .reason = event.tail.code};
  std::memcpy(&message->cl_ord_id, kept.bytes.data(), sizeof message->cl_ord_id);
  return finish(message, event, no_tags);
}

std::size_t rejected(const Event& event, const SlotGroup& cause, std::byte* out) {
  auto* const message = new (out) msg::Rejected{.timestamp = event.time_ns.raw,
                                                .user_ref_num = event.user_ref_num,
                                                .reason = event.reject_code,
                                                .cl_ord_id = cause.head->enter.cl_ord_id};
  return finish(message, event, no_tags);
}

std::size_t priority_update(const Event& event, std::byte* out) {
  auto* const message = new (out) msg::OrderPriorityUpdate{.timestamp = event.time_ns.raw,
                                                           .user_ref_num = event.user_ref_num,
                                                           .price = std::uint64_t{event.price.raw},
                                                           .display = 'Y',
                                                           .order_ref = event.order_ref};
  return finish(message, event, no_tags);
}

std::size_t modified(const Event& event, const SlotGroup& cause, std::byte* out) {
  auto* const message = new (out) msg::OrderModified{.timestamp = event.time_ns.raw,
                                                     .user_ref_num = event.user_ref_num,
                                                     .side = event.tail.side,
                                                     .quantity = event.quantity.raw};
  return finish(message, event, [&](auto& tags) { tags.echo(cause, modified_tags); });
}

std::size_t restated(const Event& event, std::byte* out) {
  auto* const message = new (out) msg::OrderRestated{.timestamp = event.time_ns.raw,
                                                     .user_ref_num = event.user_ref_num,
                                                     .reason = event.tail.code};
  return finish(message, event, [&](auto& tags) {
    if (event.tail.code != 'R')
      return tags.put(Tag::display_price, wire::Big64(event.price.raw));
    tags.put(Tag::secondary_ord_ref_num, wire::Big64(event.order_ref));
    tags.put(Tag::display_quantity, wire::Big32(event.market_quantity.raw));
  });
}

std::size_t mass_cancel_response(const Event& event, const SlotGroup& cause, std::byte* out) {
  const AccountBody& request = cause.head->account;
  auto* const message = new (out) msg::MassCancelResponse{.timestamp = event.time_ns.raw,
                                                          .user_ref_num = event.user_ref_num,
                                                          .firm = request.firm,
                                                          .symbol = request.symbol};
  return finish(message, event, [&](auto& tags) { tags.echo(cause, mass_cancel_tags); });
}

/// The answers to Disable and Enable.
template <class Message>
std::size_t entry_switched(const Event& event, const SlotGroup& cause, std::byte* out) {
  auto* const message = new (out) Message{.timestamp = event.time_ns.raw,
                                          .user_ref_num = event.user_ref_num,
                                          .firm = cause.head->account.firm};
  return finish(message, event, no_tags);
}

/// The messages of a time and a number.
template <class Message>
std::size_t numbered(const Event& event, std::byte* out) {
  return finish(new (out) Message{Message::type_code, event.time_ns.raw, event.user_ref_num}, event,
                no_tags);
}

const EventExtension& extension_of(const EventGroup& group) {
  WIREBOOK_ASSERT(group.extension != nullptr);
  return *group.extension;
}

}  // namespace

std::size_t encode_ouch(const EventGroup& group, const SlotGroup& cause,
                        std::span<std::byte, ouch_message_bytes_max> out) noexcept {
  const Event& event = *group.head;
  std::byte* const bytes = out.data();
  switch (event.tail.kind) {
    case EventKind::none:
    case EventKind::extension:
    case EventKind::market:
      return 0;
    case EventKind::system_event:
      new (bytes) msg::SystemEvent{.timestamp = event.time_ns.raw, .event_code = event.tail.code};
      return sizeof(msg::SystemEvent);
    case EventKind::accepted:
      return accepted(event, cause, bytes);
    case EventKind::replaced:
      return replaced(event, extension_of(group), cause, bytes);
    case EventKind::canceled:
      return canceled(event, bytes);
    case EventKind::aiq_canceled:
      return aiq_canceled(event, bytes);
    case EventKind::executed:
      return executed(event, bytes);
    case EventKind::broken_trade:
      return broken_trade(event, extension_of(group), bytes);
    case EventKind::rejected:
      return rejected(event, cause, bytes);
    case EventKind::cancel_pending:
      return numbered<msg::CancelPending>(event, bytes);
    case EventKind::cancel_reject:
      return numbered<msg::CancelReject>(event, bytes);
    case EventKind::priority_update:
      return priority_update(event, bytes);
    case EventKind::modified:
      return modified(event, cause, bytes);
    case EventKind::restated:
      return restated(event, bytes);
    case EventKind::mass_cancel_response:
      return mass_cancel_response(event, cause, bytes);
    case EventKind::disable_response:
      return entry_switched<msg::DisableResponse>(event, cause, bytes);
    case EventKind::enable_response:
      return entry_switched<msg::EnableResponse>(event, cause, bytes);
    case EventKind::account_query_response:
      return numbered<msg::AccountQueryResponse>(event, bytes);
  }
  return 0;
}

}  // namespace wirebook::wire_out
