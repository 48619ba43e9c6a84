// Where each byte of an ITCH 5.0 message goes in its slot, as a table that the parser follows.
//
// A message's type is as good as random, so a branch on it is mispredicted as often as not, which
// costs more than all the rest. With a table there is none: every type takes the same instructions,
// and what differs lies in two byte shuffles.
//
// Shapes: body bytes 8–39 of the slot come from anywhere in the message, the locate and time before
// them are alike in all, and bytes 40–46 are the end of a long message that rides verbatim.
// Threads: constants. Errors: an offset that does not fit does not compile. Cost: none at run time.
// Specification: ITCH 5.0; the feed bodies of wirebook/slot.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "wirebook/slot.hpp"
#include "wirebook/wire/itch50.hpp"

namespace wirebook::wire_in {

/// Where a message's own part starts, and the body that a verbatim message fills.
inline constexpr std::size_t itch_body_offset = 11;
inline constexpr std::size_t shuffled_offset = offsetof(FeedVerbatimBody, bytes);
inline constexpr std::size_t shuffled_bytes = 32;
inline constexpr std::size_t window_bytes = 16;
inline constexpr std::uint8_t no_byte = 0x80;  // a shuffle gives 0 for it

/// One field: its place in the message and in the slot's body.
struct ItchField {
  std::size_t wire_offset;
  std::size_t body_offset;
  std::size_t bytes;
  bool is_number;  ///< big-endian there, little-endian here
};
constexpr ItchField number(std::size_t wire_offset, std::size_t body_offset, std::size_t bytes) {
  return {wire_offset, body_offset, bytes, true};
}
constexpr ItchField text(std::size_t wire_offset, std::size_t body_offset, std::size_t bytes) {
  return {wire_offset, body_offset, bytes, false};
}

struct alignas(128) ItchForm {
  using Shuffle = std::array<std::uint8_t, window_bytes>;

  /// From which message byte each shuffled byte comes, or `no_byte`.
  std::array<std::uint8_t, shuffled_bytes> source{};
  /// The same as two shuffles for each half, one a window of the message; their results are or-ed.
  alignas(window_bytes) std::array<std::array<Shuffle, 2>, 2> shuffles{};
  std::array<std::uint8_t, 2> windows{};  ///< where they start, within the message
  std::uint8_t length = 0;                ///< 0: there is no such type
  /// The message's last 8 bytes, shifted and masked, are the last word of the body.
  std::uint8_t last_shift = 0;
  std::uint64_t last_mask = 0;
};

namespace detail {

/// Fails to compile where it is reached.
inline void table_does_not_fit() {}

constexpr void set_shuffles(ItchForm& form) {
  const std::size_t readable = std::max<std::size_t>(form.length, window_bytes) - window_bytes;
  form.windows = {static_cast<std::uint8_t>(std::min(itch_body_offset, readable)),
                  static_cast<std::uint8_t>(std::min(itch_body_offset + window_bytes, readable))};
  for (std::size_t i = 0; i < shuffled_bytes; ++i) {
    auto& [first, second] = form.shuffles[i / window_bytes];
    std::uint8_t& in_first = first[i % window_bytes] = no_byte;
    std::uint8_t& in_second = second[i % window_bytes] = no_byte;
    if (form.source[i] == no_byte)
      continue;
    if (form.source[i] < form.windows[0] || form.source[i] >= form.windows[1] + window_bytes)
      table_does_not_fit();
    if (form.source[i] < form.windows[0] + window_bytes)
      in_first = static_cast<std::uint8_t>(form.source[i] - form.windows[0]);
    else
      in_second = static_cast<std::uint8_t>(form.source[i] - form.windows[1]);
  }
}

constexpr ItchForm decoded(std::size_t length, std::initializer_list<ItchField> fields) {
  ItchForm form;
  form.length = static_cast<std::uint8_t>(length);
  form.source.fill(no_byte);
  for (const ItchField& field : fields)
    for (std::size_t i = 0; i < field.bytes; ++i) {
      const std::size_t from = field.is_number ? field.bytes - 1 - i : i;
      form.source[field.body_offset - shuffled_offset + i] =
          static_cast<std::uint8_t>(field.wire_offset + from);
    }
  set_shuffles(form);
  return form;
}

constexpr ItchForm verbatim(std::size_t length) {
  const std::size_t body = length - itch_body_offset;
  ItchForm form =
      decoded(length, {text(itch_body_offset, shuffled_offset, std::min(body, shuffled_bytes))});
  if (body > sizeof(FeedVerbatimBody::bytes))
    table_does_not_fit();
  if (body > shuffled_bytes) {
    form.last_shift = static_cast<std::uint8_t>(8 * (8 - (body - shuffled_bytes)));
    form.last_mask = ~std::uint64_t{0};
  }
  return form;
}

using ItchForms = std::array<ItchForm, 256>;

template <class... Messages>
constexpr void set_verbatim(ItchForms& forms) {
  ((forms[static_cast<unsigned char>(Messages::type_code)] = verbatim(sizeof(Messages))), ...);
}
template <class Message>
constexpr void set_decoded(ItchForms& forms, std::initializer_list<ItchField> fields) {
  forms[static_cast<unsigned char>(Message::type_code)] = decoded(sizeof(Message), fields);
}

template <class Add>
constexpr void set_add(ItchForms& forms, ItchField attribution) {
  set_decoded<Add>(forms, {number(offsetof(Add, order_ref), offsetof(FeedAddBody, order_ref), 8),
                           text(offsetof(Add, stock), offsetof(FeedAddBody, symbol), 8),
                           number(offsetof(Add, shares), offsetof(FeedAddBody, quantity), 4),
                           number(offsetof(Add, price), offsetof(FeedAddBody, price), 4),
                           text(offsetof(Add, side), offsetof(FeedAddBody, side), 1), attribution});
}

constexpr ItchForms make_itch_forms() {
  namespace itch = wire::itch;
  ItchForms forms{};
  set_add<itch::AddOrder>(forms, text(0, offsetof(FeedAddBody, attribution), 0));
  set_add<itch::AddOrderMpid>(forms, text(offsetof(itch::AddOrderMpid, attribution),
                                          offsetof(FeedAddBody, attribution), 4));

  using Executed = itch::OrderExecuted;
  using ExecutedAt = itch::OrderExecutedWithPrice;
  using To = FeedExecuteBody;
  set_decoded<Executed>(forms,
                        {number(offsetof(Executed, order_ref), offsetof(To, order_ref), 8),
                         number(offsetof(Executed, match_number), offsetof(To, match_number), 8),
                         number(offsetof(Executed, executed_shares), offsetof(To, quantity), 4)});
  set_decoded<ExecutedAt>(
      forms, {number(offsetof(ExecutedAt, order_ref), offsetof(To, order_ref), 8),
              number(offsetof(ExecutedAt, match_number), offsetof(To, match_number), 8),
              number(offsetof(ExecutedAt, executed_shares), offsetof(To, quantity), 4),
              number(offsetof(ExecutedAt, execution_price), offsetof(To, price), 4),
              text(offsetof(ExecutedAt, printable), offsetof(To, printable), 1)});

  using Cancel = itch::OrderCancel;
  using Delete = itch::OrderDelete;
  using Replace = itch::OrderReplace;
  using Change = FeedChangeBody;
  set_decoded<Cancel>(forms,
                      {number(offsetof(Cancel, order_ref), offsetof(Change, order_ref), 8),
                       number(offsetof(Cancel, cancelled_shares), offsetof(Change, quantity), 4)});
  set_decoded<Delete>(forms, {number(offsetof(Delete, order_ref), offsetof(Change, order_ref), 8)});
  set_decoded<Replace>(
      forms, {number(offsetof(Replace, orig_order_ref), offsetof(Change, order_ref), 8),
              number(offsetof(Replace, new_order_ref), offsetof(Change, new_order_ref), 8),
              number(offsetof(Replace, shares), offsetof(Change, quantity), 4),
              number(offsetof(Replace, price), offsetof(Change, price), 4)});

  set_verbatim<itch::SystemEvent, itch::StockDirectory, itch::TradingAction,
               itch::RegShoRestriction, itch::ParticipantPosition, itch::MwcbDeclineLevel,
               itch::MwcbStatus, itch::IpoQuotingPeriod, itch::LuldAuctionCollar,
               itch::OperationalHalt, itch::Trade, itch::CrossTrade, itch::BrokenTrade, itch::Noii,
               itch::RetailInterest, itch::DirectListing>(forms);
  return forms;
}

}  // namespace detail

/// By type.
inline constexpr detail::ItchForms itch_forms = detail::make_itch_forms();

}  // namespace wirebook::wire_in
