// What only special orders have: terms beside the record, and what becomes of them.
#include "match/engine_core.hpp"

namespace wirebook::match {

// ── Terms ───────────────────────────────────────────────────────────────────────────────────────

/// Of an order that is in no book, with its reference: it begins anew with these terms.
void EngineCore::set_terms(std::uint32_t order, const OrderTerms& terms) {
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  if (terms.is_ordinary()) {
    if (node.special != 0)
      drop_extra(order);
    return;
  }
  if (record.extra == 0)
    record.extra = extra_pool_.take();
  special(order) = {.terms = terms, .first_ref = record.order_ref};
  node.special = special_extra;
}

void EngineCore::drop_extra(std::uint32_t order) {
  extra_pool_.give_back(records_[order].extra);
  records_[order].extra = 0;
  book_.order(order).special = 0;
}

std::uint64_t EngineCore::special_salt(std::uint32_t order, std::uint64_t salt) const {
  return digest::special(salt, special(order));
}

}  // namespace wirebook::match
