// Self-match prevention in the naive engine.
#include <algorithm>
#include <string_view>

#include "match/naive/naive_engine.hpp"

namespace wirebook::match {

namespace {

/// The table of the rules: scopes downwards; decrement, decrement with details, cancel oldest,
/// cancel newest and use remover across.
constexpr std::string_view of_firm = "YDOWR";
constexpr std::string_view of_organization = "ydowr";
constexpr std::string_view of_affiliate = "ZEPXS";
constexpr std::string_view of_any = "01245";

bool is_in(char letter, std::string_view letters) {
  return letters.find(letter) != std::string_view::npos;
}
bool says_use_remover(char strategy) { return is_in(strategy, "RrS5"); }

}  // namespace

bool NaiveEngine::is_oneself(char strategy, const Firm& a, const Firm& b) const {
  if (a == b)
    return true;
  const auto first = limits_.firms.find(a);
  const auto second = limits_.firms.find(b);
  if (first == limits_.firms.end() || second == limits_.firms.end())
    return false;
  const FirmFacts& one = first->second;
  const FirmFacts& other = second->second;
  const bool is_organization = one.organization != 0 && one.organization == other.organization;
  const bool is_affiliate = one.affiliate != 0 && one.affiliate == other.affiliate;
  if (is_in(strategy, of_organization))
    return is_organization;
  if (is_in(strategy, of_affiliate))
    return is_affiliate;
  return is_in(strategy, of_any) && (is_organization || is_affiliate);
}

/// What happens instead of a trade of two orders; nothing if they may trade.
std::optional<NaiveEngine::Remedy> NaiveEngine::self_match(const Order& resting,
                                                           const Order& incoming) const {
  const OrderTerms& theirs = resting.special.terms;
  const OrderTerms& ours = incoming.special.terms;
  if (theirs.aiq_strategy == 'N' || theirs.aiq_group != ours.aiq_group ||
      !is_oneself(theirs.aiq_strategy, resting.firm, incoming.firm))
    return std::nullopt;
  char governing = theirs.aiq_strategy;
  if (says_use_remover(governing))
    governing = ours.aiq_strategy;
  // Nobody says anything else: cancel newest.
  if (says_use_remover(governing) || governing == 'N')
    governing = of_firm[3];
  return Remedy{.decrements = is_in(governing, "YDydZE01"),
                .is_told = is_in(governing, "DdE1"),
                .ends_oldest = is_in(governing, "OoP2")};
}

void NaiveEngine::prevent(const Remedy& remedy, Order& resting, Order& incoming) {
  if (remedy.decrements) {
    const std::uint32_t shares = std::min(resting.slice(), incoming.open);
    emit_decrement(resting, shares, resting, remedy);
    emit_decrement(incoming, shares, resting, remedy);
    use_up(resting, shares);
    use_up(incoming, shares);
    return end_or_refresh(resting);
  }
  if (remedy.ends_oldest)
    return reduce(resting, resting.open, 'Q');
  Event event = make_order_event(EventKind::canceled, incoming);
  event.quantity = {incoming.open};
  event.tail.code = 'Q';
  if (lies_in_book(incoming) && incoming.is_displayed())
    event.tail.market = 'D';
  pending_.push_back(event);
  incoming.open = 0;
}

/// One of the two orders loses shares that would have traded with the other.
void NaiveEngine::emit_decrement(const Order& order, std::uint32_t shares, const Order& resting,
                                 const Remedy& remedy) {
  const bool rests = order.order_ref == resting.order_ref;
  Event event =
      make_order_event(remedy.is_told ? EventKind::aiq_canceled : EventKind::canceled, order);
  event.quantity = {shares};
  event.tail.code = 'Q';
  if (remedy.is_told) {
    event.match_number = shares;
    event.price = resting.price;
    event.tail.code = rests ? 'A' : 'R';
    event.tail.state = order.special.terms.aiq_strategy;
  }
  if (lies_in_book(order) && order.is_displayed()) {
    event.tail.market = shares == order.slice() ? 'D' : 'X';
    if (event.tail.market == 'X')
      event.market_quantity = {shares};
  }
  pending_.push_back(event);
}

}  // namespace wirebook::match
