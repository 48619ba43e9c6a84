#include "wire_out/ouch_encoder.hpp"

#include <array>
#include <cstring>
#include <new>

#include "wirebook/appendage.hpp"
#include "wirebook/assert.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

namespace wirebook::wire_out {

namespace {

namespace msg = wire::ouch_out;
using wire::Big16;
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

constexpr auto tag_value_bytes = [] {
  std::array<std::uint8_t, 32> bytes{};
  for (const wire::ouch::TagInfo& info : wire::ouch::tag_table)
    bytes[static_cast<std::size_t>(info.tag)] = info.value_bytes;
  return bytes;
}();

/// Writes tag-value elements behind a message, and their length before them.
class Appendage {
 public:
  explicit Appendage(std::byte* length) : length_(length), next_(length + sizeof(Big16)) {}

  void put(Tag tag, const auto& value) {
    *next_++ = static_cast<std::byte>(1 + sizeof value);
    *next_++ = static_cast<std::byte>(tag);
    std::memcpy(next_, &value, sizeof value);
    next_ += sizeof value;
  }
  void put(std::span<const std::byte> elements) {
    std::memcpy(next_, elements.data(), elements.size());
    next_ += elements.size();
  }
  /// The elements of the cause that are in the set, as matching reads them: the first of a tag that
  /// has its size counts, and none where a broken one ends the walk. Only some messages are
  /// rejected for such an appendage.
  void echo(const SlotGroup& cause, std::uint32_t tags) {
    std::byte* const start = next_;
    const AppendageView appendage(cause);
    const bool whole = appendage.for_each([&](const AppendageView::Element& element) {
      if (!wire::ouch::contains(tags, element.tag) ||
          element.value_bytes != tag_value_bytes[element.tag])
        return;
      tags &= ~(1U << element.tag);
      appendage.copy_element(element, next_);
      next_ += 2 + element.value_bytes;
    });
    if (!whole)
      next_ = start;
  }
  void put_channel(std::uint8_t user_ref_idx) {
    if (user_ref_idx != 0)
      put(Tag::user_ref_idx, user_ref_idx);
  }

  /// Bytes behind the message's own fields. Where `always` is false, none without tags.
  std::size_t finish(bool always) {
    const auto bytes = static_cast<std::size_t>(next_ - length_) - sizeof(Big16);
    if (bytes == 0 && !always)
      return 0;
    wire::view<Big16>(length_) = static_cast<std::uint16_t>(bytes);
    return sizeof(Big16) + bytes;
  }

 private:
  std::byte* length_;
  std::byte* next_;
};

// Messages are made by placement where they will be sent from: made elsewhere and copied, the wide
// loads of the copy would wait for the narrow stores of the fields.

/// For messages that carry an appendage only when there are tags.
template <class Message>
std::size_t finish_bare(Message* message, const auto& fill) {
  Appendage appendage(reinterpret_cast<std::byte*>(message + 1));
  fill(appendage);
  return sizeof(Message) + appendage.finish(false);
}

/// For messages whose only tag is the channel.
std::size_t finish_with_channel(auto* message, std::uint8_t user_ref_idx) {
  return finish_bare(message, [=](Appendage& appendage) { appendage.put_channel(user_ref_idx); });
}

/// For messages that end in AppendageLength.
template <class Message>
std::size_t finish_with_tags(Message* message, const auto& fill) {
  Appendage appendage(reinterpret_cast<std::byte*>(&message->appendage_length));
  fill(appendage);
  return sizeof(Message) - sizeof(Big16) + appendage.finish(true);
}

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
  return finish_with_tags(message, [&](Appendage& appendage) {
    appendage.echo(cause, accepted_tags);
    appendage.put_channel(event.tail.user_ref_idx);
  });
}

std::size_t replaced(const EventGroup& group, const SlotGroup& cause, std::byte* out) {
  WIREBOOK_ASSERT(group.extension != nullptr);
  const Event& event = *group.head;
  const EventExtension& kept = *group.extension;
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
  return finish_with_tags(message, [&](Appendage& appendage) {
    appendage.put(std::span(kept.bytes).first(kept.bytes_used));
    appendage.put_channel(event.tail.user_ref_idx);
  });
}

std::size_t executed(const Event& event, std::byte* out) {
  auto* const message = new (out) msg::OrderExecuted{.timestamp = event.time_ns.raw,
                                                     .user_ref_num = event.user_ref_num,
                                                     .quantity = event.quantity.raw,
                                                     .price = std::uint64_t{event.price.raw},
                                                     .liquidity_flag = event.tail.code,
                                                     .match_number = event.match_number};
  return finish_with_tags(
      message, [&](Appendage& appendage) { appendage.put_channel(event.tail.user_ref_idx); });
}

std::size_t canceled(const Event& event, std::byte* out) {
  return finish_with_channel(new (out) msg::OrderCanceled{.timestamp = event.time_ns.raw,
                                                          .user_ref_num = event.user_ref_num,
                                                          .quantity = event.quantity.raw,
                                                          .reason = event.tail.code},
                             event.tail.user_ref_idx);
}

std::size_t aiq_canceled(const Event& event, std::byte* out) {
  const auto prevented = static_cast<std::uint32_t>(event.match_number);
  return finish_with_channel(new (out)
                                 msg::AiqCanceled{.timestamp = event.time_ns.raw,
                                                  .user_ref_num = event.user_ref_num,
                                                  .decrement_shares = event.quantity.raw,
                                                  .reason = 'Q',
                                                  .quantity_prevented_from_trading = prevented,
                                                  .execution_price = std::uint64_t{event.price.raw},
                                                  .liquidity_flag = event.tail.code,
                                                  .aiq_strategy = event.tail.state},
                             event.tail.user_ref_idx);
}

std::size_t broken_trade(const EventGroup& group, std::byte* out) {
  WIREBOOK_ASSERT(group.extension != nullptr);
  const Event& event = *group.head;
  auto* const message = new (out) msg::BrokenTrade{.timestamp = event.time_ns.raw,
                                                   .user_ref_num = event.user_ref_num,
                                                   .match_number = event.match_number,
                                                   .reason = event.tail.code};
  std::memcpy(&message->cl_ord_id, group.extension->bytes.data(), sizeof message->cl_ord_id);
  return finish_with_channel(message, event.tail.user_ref_idx);
}

std::size_t rejected(const Event& event, const SlotGroup& cause, std::byte* out) {
  return finish_with_channel(new (out) msg::Rejected{.timestamp = event.time_ns.raw,
                                                     .user_ref_num = event.user_ref_num,
                                                     .reason = event.reject_code,
                                                     .cl_ord_id = cause.head->enter.cl_ord_id},
                             event.tail.user_ref_idx);
}

std::size_t priority_update(const Event& event, std::byte* out) {
  return finish_with_channel(new (out)
                                 msg::OrderPriorityUpdate{.timestamp = event.time_ns.raw,
                                                          .user_ref_num = event.user_ref_num,
                                                          .price = std::uint64_t{event.price.raw},
                                                          .display = 'Y',
                                                          .order_ref = event.order_ref},
                             event.tail.user_ref_idx);
}

std::size_t modified(const Event& event, const SlotGroup& cause, std::byte* out) {
  auto* const message = new (out) msg::OrderModified{.timestamp = event.time_ns.raw,
                                                     .user_ref_num = event.user_ref_num,
                                                     .side = event.tail.side,
                                                     .quantity = event.quantity.raw};
  return finish_bare(message, [&](Appendage& appendage) {
    appendage.echo(cause, modified_tags);
    appendage.put_channel(event.tail.user_ref_idx);
  });
}

std::size_t restated(const Event& event, std::byte* out) {
  auto* const message = new (out) msg::OrderRestated{.timestamp = event.time_ns.raw,
                                                     .user_ref_num = event.user_ref_num,
                                                     .reason = event.tail.code};
  return finish_with_tags(message, [&](Appendage& appendage) {
    if (event.tail.code == 'R') {
      appendage.put(Tag::secondary_ord_ref_num, wire::Big64(event.order_ref));
      appendage.put(Tag::display_quantity, wire::Big32(event.market_quantity.raw));
    } else {
      appendage.put(Tag::display_price, wire::Big64(event.price.raw));
    }
    appendage.put_channel(event.tail.user_ref_idx);
  });
}

std::size_t mass_cancel_response(const Event& event, const SlotGroup& cause, std::byte* out) {
  const AccountBody& request = cause.head->account;
  auto* const message = new (out) msg::MassCancelResponse{.timestamp = event.time_ns.raw,
                                                          .user_ref_num = event.user_ref_num,
                                                          .firm = request.firm,
                                                          .symbol = request.symbol};
  return finish_with_tags(message, [&](Appendage& appendage) {
    appendage.echo(cause, mass_cancel_tags);
    appendage.put_channel(event.tail.user_ref_idx);
  });
}

template <class Response>
std::size_t entry_switched(const Event& event, const SlotGroup& cause, std::byte* out) {
  auto* const message = new (out) Response{.timestamp = event.time_ns.raw,
                                           .user_ref_num = event.user_ref_num,
                                           .firm = cause.head->account.firm};
  return finish_with_tags(
      message, [&](Appendage& appendage) { appendage.put_channel(event.tail.user_ref_idx); });
}

std::size_t account_query_response(const Event& event, std::byte* out) {
  return finish_with_channel(new (out)
                                 msg::AccountQueryResponse{.timestamp = event.time_ns.raw,
                                                           .next_user_ref_num = event.user_ref_num},
                             event.tail.user_ref_idx);
}

/// The messages of a time and a number: Cancel Pending and Cancel Reject.
template <class Message>
std::size_t numbered(const Event& event, std::byte* out) {
  return finish_with_channel(
      new (out) Message{.timestamp = event.time_ns.raw, .user_ref_num = event.user_ref_num},
      event.tail.user_ref_idx);
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
      return finish_with_channel(new (bytes) msg::SystemEvent{.timestamp = event.time_ns.raw,
                                                              .event_code = event.tail.code},
                                 0);
    case EventKind::accepted:
      return accepted(event, cause, bytes);
    case EventKind::replaced:
      return replaced(group, cause, bytes);
    case EventKind::canceled:
      return canceled(event, bytes);
    case EventKind::aiq_canceled:
      return aiq_canceled(event, bytes);
    case EventKind::executed:
      return executed(event, bytes);
    case EventKind::broken_trade:
      return broken_trade(group, bytes);
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
      return account_query_response(event, bytes);
  }
  return 0;
}

}  // namespace wirebook::wire_out
