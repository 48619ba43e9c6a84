// Events that more than one rule writes.
#include <algorithm>

#include "match/engine_core.hpp"

namespace wirebook::match {

void EngineCore::publish_request(std::uint32_t session, std::uint8_t channel,
                                 std::uint32_t user_ref_num, EventKind kind) {
  Event& event = fresh();
  event.session = session;
  event.user_ref_num = user_ref_num;
  publish({.kind = kind, .user_ref_idx = channel});
}

void EngineCore::reject(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num,
                        std::uint16_t code) {
  fresh().reject_code = code;
  Event& event = writer_->at();
  event.session = session;
  event.user_ref_num = user_ref_num;
  publish({.kind = EventKind::rejected, .user_ref_idx = channel});
}

/// What an add or a replace tells the market beside the report.
void EngineCore::name_market(Event& event, std::uint32_t order, char market,
                             std::uint32_t shares) const {
  event.market_quantity = {shares};
  if (market != 'F')
    return;
  event.attribution = {};
  const Firm& firm = records_[order].firm;
  std::copy(firm.text.begin(), firm.text.end(), event.attribution.begin());
}

/// An order that the market has not heard of comes to rest.
void EngineCore::publish_add(std::uint32_t order) {
  Event& event = fresh();
  const OrderNode& node = book_.order(order);
  event.order_ref = records_[order].order_ref;
  event.price = {records_[order].price};
  event.instrument = node.instrument;
  name_market(event, order, add_letter(order), shown_shares(order));
  publish({.kind = EventKind::market, .market = add_letter(order), .side = node.side});
}

}  // namespace wirebook::match
