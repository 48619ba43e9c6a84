// Any slot that an engine may meet, drawn from a source of numbers: a generator, or a fuzzer's
// bytes.
//
// Hostile values are drawn on purpose: prices and quantities at and beyond their limits, letters
// that mean nothing, broken appendages, numbers that jump or go back.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "tests/match/rig.hpp"

namespace wirebook::match {

/// Gives a number below its argument.
using Draw = std::function<std::uint32_t(std::uint32_t)>;

/// How likely each kind of slot is, and how wide the values spread: drawn anew for each run.
struct Swarm {
  std::array<std::uint32_t, 17> weights{};
  std::uint32_t price_ticks = 1;
  std::uint32_t sessions = 1;
  std::uint32_t quantity_max = 1;
  std::uint32_t hostility = 0;               ///< in 1,000 values
  std::uint32_t tags = 0;                    ///< in 1,000 orders
  std::array<std::uint32_t, 15> elements{};  ///< how likely each tag is
  std::string_view displays = "YYYNA";
  std::uint32_t leap_ns = 1;  ///< time may go on so far at once, for windows and expiries

  /// Whole operations are switched off in some runs, and wild in others.
  static Swarm draw(const Draw& draw) {
    Swarm swarm;
    for (std::uint32_t& weight : swarm.weights)
      weight = draw(3) == 0 ? 0 : 1 + draw(draw(4) == 0 ? 40 : 8);
    swarm.weights[0] += 20;  // without orders nothing happens
    for (std::size_t rare = 7; rare < swarm.weights.size(); ++rare)
      swarm.weights[rare] %= 3;
    // What shuts sessions out for long is seldom there, or little else would happen.
    for (const std::size_t shuts : {8U, 13U})
      if (draw(4) != 0)
        swarm.weights[shuts] = 0;
    swarm.price_ticks = draw(4) == 0 ? 2'000'000 : 1 + draw(40);
    swarm.sessions = 1 + draw(6);
    swarm.quantity_max = draw(3) == 0 ? 999'999 : 1 + draw(300);
    swarm.hostility = draw(3) == 0 ? draw(80) : draw(8);
    swarm.tags = draw(3) == 0 ? 0 : draw(draw(2) == 0 ? 400 : 950);
    for (std::uint32_t& weight : swarm.elements)
      weight = draw(2) == 0 ? 0 : 1 + draw(draw(3) == 0 ? 30 : 6);
    swarm.elements[1] += 10 * draw(2);  // two must meet for self-match prevention
    if (draw(2) == 0)                   // one kind of special orders in crowds
      swarm.elements[draw(static_cast<std::uint32_t>(swarm.elements.size()))] += 60;
    swarm.displays = draw(3) == 0 ? "NNNYA" : "YYYNA";
    if (draw(3) == 0)
      swarm.follow(draw);
    swarm.leap_ns = std::array<std::uint32_t, 3>{1, 1'500'000, 2'500'000'000}[draw(3)];
    return swarm;
  }

  /// Orders that follow others, near each other, and little that refuses them.
  void follow(const Draw& draw) {
    tags = 500 + draw(400);
    price_ticks = 2 + draw(12);
    hostility = draw(5);
    quantity_max = 1 + draw(300);
    elements.fill(0);
    elements[7] = 2 + draw(6);
    elements[12] = 4 + draw(8);
    for (const std::size_t other : {0U, 1U, 3U, 8U, 9U, 10U, 13U})
      elements[other] = draw(2) == 0 ? 0 : draw(4);
  }
};

class Operations {
 public:
  Operations(Draw draw, const Swarm& swarm) : draw_(std::move(draw)), swarm_(swarm) {}

  /// Calls `feed(kind, body, time_ns, appendage)` with the next slot.
  template <class Feed>
  void next(Feed&& feed) {
    time_ns_ += draw_(50) + (draw_(6) == 0 ? draw_(swarm_.leap_ns) : 0);
    if (rarely())
      time_ns_ -= std::min<std::uint64_t>(time_ns_, draw_(1'000));
    const TimeNs now{time_ns_};
    const std::uint32_t session = hostile(1 + draw_(swarm_.sessions), {0, 9, 70'000});
    switch (draw_kind()) {
      case 0:
      case 1: {
        const EnterBody body = enter(session);
        return feed(SlotKind::enter, body, now, appendage(true, body.time_in_force));
      }
      case 2: {
        const ReplaceBody body = replace(old_owner(session));
        return feed(SlotKind::replace, body, now, appendage(false, body.time_in_force));
      }
      case 3:
      case 4:
        return feed(SlotKind::cancel, reduce(old_owner(session), 0), now, channel_tag());
      case 5:
        return feed(SlotKind::modify, reduce(old_owner(session), letter("BSTE")), now,
                    channel_tag());
      case 6:
        return feed(SlotKind::account_query, AccountBody{.session = session}, now, channel_tag());
      case 7:
        return feed(SlotKind::mass_cancel, account(session), now, narrowing());
      case 8:
        return feed(draw_(2) == 0 ? SlotKind::disable : SlotKind::enable, account(session), now,
                    channel_tag());
      case 9:
        return feed(SlotKind::break_trade,
                    AdminBody{.code = 'E', .match_number = draw_(draw_(2) == 0 ? 5 : 5'000)}, now,
                    std::string());
      case 10:
        return feed(SlotKind::trading_state,
                    InstrumentBody{.instrument = static_cast<std::uint16_t>(draw_(5)),
                                   .trading_state = draw_(3) == 0 ? letter("HPQ") : 'T',
                                   .symbol = symbol()},
                    now, std::string());
      case 11:
        return feed(
            SlotKind::session_up,
            SessionBody{.cancel_on_disconnect = draw_(2) == 0, .session = session, .firm = firm()},
            now, std::string());
      case 12:
        return feed(SlotKind::session_down, SessionBody{.session = session}, now, std::string());
      case 13:
        // A killed firm stays killed: rare, or nothing would be left to test.
        return feed(SlotKind::kill,
                    SessionBody{.session = draw_(40) == 0 ? 0 : session, .firm = Firm::from("F0")},
                    now, std::string());
      case 14:
        return feed(SlotKind::system_event, AdminBody{.code = letter("SSSSQQMEO")}, now,
                    std::string());
      case 15:
        return feed(SlotKind::limit, limit(session), now, std::string());
      default:
        return feed(draw_(2) == 0 ? SlotKind::clock : SlotKind::gap, AdminBody{}, now,
                    std::string());
    }
  }

 private:
  std::uint32_t draw_kind() { return weighted(swarm_.weights); }
  /// An index, as likely as its weight.
  template <std::size_t size>
  std::uint32_t weighted(const std::array<std::uint32_t, size>& weights) {
    std::uint32_t sum = 0;
    for (const std::uint32_t weight : weights)
      sum += weight;
    std::uint32_t at = draw_(std::max(sum, 1U));
    std::uint32_t index = 0;
    while (index + 1 < size && at >= weights[index])
      at -= weights[index++];
    return index;
  }
  bool rarely() { return draw_(1'000) < swarm_.hostility; }
  std::uint32_t hostile(std::uint32_t ordinary, std::initializer_list<std::uint32_t> others) {
    return rarely() ? others.begin()[draw_(static_cast<std::uint32_t>(others.size()))] : ordinary;
  }
  char letter(std::string_view letters) {
    if (rarely())
      return static_cast<char>(draw_(256));
    return letters[draw_(static_cast<std::uint32_t>(letters.size()))];
  }
  Symbol symbol() {
    static constexpr std::array<std::string_view, 4> names{"S1", "S2", "S3", "NONE"};
    return Symbol::from(names[rarely() ? 3 : draw_(3)]);
  }
  Firm firm() {
    static constexpr std::array<std::string_view, 3> names{"F0", "F1", ""};
    return Firm::from(names[draw_(3)]);
  }
  Quantity quantity() {
    return {hostile(1 + draw_(swarm_.quantity_max), {0, 1, 999'999, 1'000'000, ~0U})};
  }
  Price price() {
    return {hostile(100'0000 + draw_(swarm_.price_ticks) * 100 + (draw_(10) == 0 ? draw_(3) : 0),
                    {0, 1, price_limit_max.raw, price_limit_max.raw + 1, price_market.raw,
                     price_market_alternate.raw, price_unrepresentable.raw})};
  }
  /// A number that is new, now and then far beyond or behind.
  std::uint32_t new_number(std::uint32_t session) {
    number_ += 1 + (rarely() ? draw_(1'000) : 0) - (rarely() ? 1 + draw_(3) : 0);
    owners_[number_ % owners_.size()] = session;
    return number_;
  }
  /// Draws the next `old_number`, and gives the session that sent it: else few would be live.
  std::uint32_t old_owner(std::uint32_t session) {
    old_number_ = number_ - std::min(number_, draw_(30));
    return draw_(8) == 0 ? session : owners_[old_number_ % owners_.size()];
  }

  /// Where pegs are drawn, many orders name no limit: it would be their cap.
  Price asked_price() { return swarm_.elements[12] != 0 && draw_(3) == 0 ? price_market : price(); }
  EnterBody enter(std::uint32_t session) {
    return {.session = session,
            .symbol = symbol(),
            .user_ref_num = new_number(session),
            .quantity = quantity(),
            .price = asked_price(),
            .cl_ord_id = ClOrdId::from(std::to_string(number_)),
            .side = letter("BBSST"),
            .time_in_force = time_in_force("0000356E"),
            .display = letter(swarm_.displays),
            .capacity = letter("APRO"),
            .iso = letter("YN"),
            .cross_type = letter("N")};
  }
  ReplaceBody replace(std::uint32_t session) {
    return {.session = session,
            .orig_user_ref_num = old_number_,
            .user_ref_num = new_number(session),
            .quantity = quantity(),
            .price = asked_price(),
            .cl_ord_id = ClOrdId::from("r"),
            .time_in_force = time_in_force("0000356"),
            .display = letter(swarm_.displays),
            .iso = letter("YN")};
  }
  ReduceBody reduce(std::uint32_t session, char side) {
    return {.session = session,
            .user_ref_num = old_number_,
            .quantity = {draw_(3) == 0 ? 0 : quantity().raw},
            .side = side};
  }
  AccountBody account(std::uint32_t session) {
    return {.session = session,
            .symbol = draw_(2) == 0 ? Symbol::from("") : symbol(),
            .user_ref_num = new_number(session),
            .firm = firm()};
  }
  /// Limits that bite now and then; as often as not they are switched off again.
  LimitBody limit(std::uint32_t session) {
    LimitBody body{.instrument = static_cast<std::uint16_t>(hostile(1 + draw_(3), {0, 7, 65'535})),
                   .kind = static_cast<LimitKind>(hostile(1 + draw_(12), {0, 13, 255})),
                   .session = session,
                   .firm = firm(),
                   .window_ms = hostile(draw_(4), {~0U})};
    if (draw_(2) == 0)
      return body;
    body.value = rarely() ? wild() : limit_value(body.kind);
    return body;
  }
  std::uint64_t limit_value(LimitKind kind) {
    switch (kind) {
      case LimitKind::max_quantity:
        return 1 + draw_(2 * swarm_.quantity_max);
      case LimitKind::max_notional:
        return std::uint64_t{1 + draw_(2 * swarm_.quantity_max)} * price().raw;
      case LimitKind::fat_finger:
        return 1 + draw_(200);
      case LimitKind::collar:
        return price().raw | std::uint64_t{price().raw} << 32;
      case LimitKind::message_rate:
      case LimitKind::duplicate_rate:
        return 1 + draw_(4);
      case LimitKind::exposure:
        return 1 + std::uint64_t{draw_(40 * swarm_.quantity_max)} * 10;
      case LimitKind::reference_price:
        return price().raw;
      case LimitKind::organization:
      case LimitKind::affiliate:
        return 1 + draw_(3);
      default:
        return 1;
    }
  }
  std::uint64_t wild() { return std::uint64_t{draw_(~0U)} << draw_(33); }
  std::string channel_tag() {
    if (draw_(1'000) >= swarm_.tags)
      return {};
    return appendage_of({{Tag::user_ref_idx, std::string(1, static_cast<char>(draw_(2)))}});
  }
  /// What narrows a mass cancel: a side, which may be no letter at all, and a group.
  std::string narrowing() {
    std::string bytes = channel_tag();
    if (draw_(3) == 0)
      bytes += appendage_of({{Tag::side, std::string(1, draw_(6) == 0 ? static_cast<char>(draw_(2))
                                                                      : letter("BST"))}});
    if (draw_(3) == 0)
      bytes += appendage_of({{Tag::group_id, number_bytes(draw_(3), 2)}});
    return bytes;
  }
  /// Some swarms know day orders and IOC only.
  char time_in_force(std::string_view letters) {
    return letter(swarm_.leap_ns == 1 ? "00003" : letters);
  }
  std::string appendage(bool enters, char time_in_force) {
    std::string bytes = channel_tag();
    if (time_in_force == '6' && draw_(10) != 0)
      bytes += appendage_of(
          {{Tag::expire_time, number_bytes(hostile(1 + draw_(4), {0, 86'399, 86'400, ~0U}), 4)}});
    while (bytes.size() < 80 && draw_(1'000) < swarm_.tags)
      bytes += element(enters);
    if (!bytes.empty() && rarely())
      bytes.resize(1 + draw_(static_cast<std::uint32_t>(bytes.size())));
    return bytes;
  }
  std::string element(bool enters) {
    if (rarely())
      return appendage_of({{static_cast<Tag>(draw_(33)), std::string(draw_(9), '\1')}});
    switch (weighted(swarm_.elements)) {
      case 0:
        return letter_tag(Tag::post_only, "PN");
      case 1:
        return letter_tag(Tag::aiq_strategy, "NYDOWRydowrZEPXS01245*");
      case 2:
        return number_tag(Tag::expire_time, draw_(draw_(2) == 0 ? 9 : 100'000));
      case 3:
        return number_tag(Tag::min_qty, draw_(6) == 0 ? 0 : quantity().raw);
      case 4:
        return appendage_of({{Tag::aiq_group_id, draw_(3) == 0 ? "AB" : "**"}});
      case 5:
        return appendage_of({{enters ? Tag::firm : Tag::side, enters ? "F1  " : "T"}});
      case 6:
        return appendage_of({{Tag::trade_now, "Y"}});
      case 7:
        return number_tag(Tag::peg_offset, offset());
      case 8:
        return letter_tag(Tag::discretion_price_type, "LPMR");
      case 9:
        return number_tag(Tag::discretion_peg_offset, offset());
      case 10:
        return number_tag(Tag::max_floor, 1 + draw_(1 + swarm_.quantity_max / (1 + draw_(20))));
      case 11:
        return number_tag(Tag::random_reserves, draw_(1 + swarm_.quantity_max / (1 + draw_(60))));
      case 12:
        return letter_tag(Tag::price_type, draw_(6) == 0 ? "mQL" : "PMRRL");
      case 13:
        return appendage_of(
            {{Tag::discretion_price, number_bytes(rarely() ? wild() : price().raw, 8)}});
      default:
        return enters ? appendage_of({{Tag::group_id, number_bytes(draw_(3), 2)}})
                      : letter_tag(Tag::handle_inst, " ");
    }
  }
  /// Of a peg: mostly some ticks.
  std::uint32_t offset() {
    return rarely() ? static_cast<std::uint32_t>(wild())
                    : (draw_(7) - 3U) * (draw_(3) == 0 ? 1 : 100);
  }
  std::string letter_tag(wire::ouch::Tag tag, std::string_view letters) {
    return appendage_of({{tag, std::string(1, letter(letters))}});
  }
  static std::string number_tag(wire::ouch::Tag tag, std::uint32_t number) {
    return appendage_of({{tag, number_bytes(number, 4)}});
  }

  using Tag = wire::ouch::Tag;
  Draw draw_;
  Swarm swarm_;
  std::uint64_t time_ns_ = 0;
  std::uint32_t number_ = 0;
  std::uint32_t old_number_ = 0;
  std::array<std::uint32_t, 64> owners_{};  ///< sessions of the youngest numbers
};

}  // namespace wirebook::match
