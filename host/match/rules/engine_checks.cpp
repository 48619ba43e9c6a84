// What an Enter or a Replace is refused for: the checks of RULES.md, in their order.
#include <algorithm>

#include "match/engine_core.hpp"
#include "match/rules/letters.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

namespace {

constexpr std::uint16_t ok = 0;

bool is_quantity(Quantity quantity) { return quantity.raw >= 1 && quantity.raw <= quantity_max; }
bool is_price(Price price) { return is_limit(price) || is_market(price); }
bool is_expiry(std::uint64_t seconds) { return seconds >= 1 && seconds < 86'400; }
/// A seller may change between the markings of a sale; a buyer stays one.
bool may_become(char side, char wanted) {
  return side == wanted || (is_in(Letters::sale, side) && is_in(Letters::sale, wanted));
}

}  // namespace

/// Checks 1 and 2.
std::uint16_t EngineCore::refuse_venue(const Session& session, Firm firm) const {
  if (day_.phase == DayPhase::ended)
    return 0x0002;
  const bool barred = firm == session.firm ? session.is_barred != 0 : is_barred(session, firm);
  return barred ? 0x000C : ok;
}

bool EngineCore::is_barred(const Session& session, Firm firm) const {
  const auto disabled_end = session.disabled.begin() + session.disabled_count;
  return session.is_killed != 0 ||
         std::find(killed_firms_.begin(), killed_firms_.end(), firm) != killed_firms_.end() ||
         std::find(session.disabled.begin(), disabled_end, firm) != disabled_end;
}

/// After each change that `is_barred` looks at: nearly all orders are of the session's own firm.
void EngineCore::note_permission(Session& session) const {
  session.is_barred = is_barred(session, session.firm) ? 1 : 0;
  session.may_enter = session.is_known & ~session.is_barred & 1;
}

/// Check 8, of an Enter.
std::uint16_t EngineCore::refuse_time_in_force(char letter) const {
  const bool is_after_hours = day_.phase == DayPhase::after_hours;
  if (letter == '0')
    return is_after_hours ? 0x002E : ok;
  if (letter == 'E')
    return is_after_hours ? ok : 0x002D;
  return is_in(Letters::replace_time_in_force, letter) ? ok : 0x000F;
}

/// What of an expire_time is in force with a message.
bool EngineCore::expires_rightly(const OrderTags& tags, std::uint32_t kept_s) {
  return is_expiry(tags.has(Tag::expire_time) ? tags.value(Tag::expire_time) : kept_s);
}

std::uint16_t EngineCore::refuse_enter(const EnterBody& body, const Session& session, Firm firm,
                                       std::uint16_t locate, const OrderTags& tags) const {
  if (const std::uint16_t code = refuse_venue(session, firm))
    return code;
  if (locate == 0)
    return 0x0017;
  if (instruments_[locate].trading_state != 'T')
    return 0x0007;
  if (!is_in(Letters::side, body.side))
    return 0x0009;
  if (!is_quantity(body.quantity))
    return 0x0013;
  if (!is_price(body.price))
    return 0x001D;
  if (const std::uint16_t code = refuse_time_in_force(body.time_in_force))
    return code;
  if (!is_in(Letters::display, body.display))
    return 0x0003;
  if (!is_in(Letters::capacity, body.capacity) || !is_in(Letters::yes_no, body.iso))
    return 0x000F;
  if (body.cross_type != 'N')
    return 0x0014;
  if (!tags.well_formed())
    return 0x000F;
  if (!tags.has_any())
    return ok;
  OrderTerms terms;
  terms.merge(tags);
  const std::uint16_t code = refuse_terms(
      tags, terms,
      {.side = body.side,
       .quantity = body.quantity,
       .price = body.price,
       .display = body.display,
       .time_in_force = body.time_in_force,
       .post_only = tags.has(Tag::post_only) && tags.character(Tag::post_only) == 'P'});
  return code == ok && lacks_midpoint(terms, locate) ? 0x0001 : code;
}

bool EngineCore::is_bad_replace(const ReplaceBody& body, std::uint32_t order,
                                const OrderTags& tags) const {
  const char side = book_.order(order).side;
  return !is_quantity(body.quantity) || !is_price(body.price) ||
         !is_in(Letters::replace_time_in_force, body.time_in_force) ||
         !is_in(Letters::display, body.display) || !is_in(Letters::yes_no, body.iso) ||
         !tags.well_formed() ||
         (tags.has(Tag::side) && !may_become(side, tags.character(Tag::side))) ||
         has_bad_terms(body, order, tags) ||
         (body.time_in_force == '6' && !expires_rightly(tags, terms_of(order).expire_s));
}

/// Check 13, where a tag that is not sent keeps its value.
bool EngineCore::has_bad_terms(const ReplaceBody& body, std::uint32_t order,
                               const OrderTags& tags) const {
  if (!tags.has_any() && records_[order].extra == 0)
    return false;
  OrderTerms terms = terms_of(order);
  terms.merge(tags);
  const bool post_only = tags.has(Tag::post_only) ? tags.character(Tag::post_only) == 'P'
                                                  : records_[order].post_only != 0;
  if (lacks_midpoint(terms, book_.order(order).instrument))
    return true;
  return refuse_terms(tags, terms,
                      {.side = book_.order(order).side,
                       .quantity = body.quantity,
                       .price = body.price,
                       .display = body.display,
                       .time_in_force = body.time_in_force,
                       .post_only = post_only}) != ok;
}

}  // namespace wirebook::match
