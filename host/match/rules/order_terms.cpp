#include "match/rules/order_terms.hpp"

#include <algorithm>
#include <type_traits>

#include "match/rules/self_match.hpp"
#include "match/state/state_digest.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

void OrderTerms::merge(const OrderTags& tags) {
  if (!tags.has_any())
    return;
  const auto take = [&tags](Tag tag, auto& value) {
    if (tags.has(tag))
      value = static_cast<std::remove_reference_t<decltype(value)>>(tags.value(tag));
  };
  take(Tag::min_qty, min_qty);
  take(Tag::max_floor, max_floor);
  take(Tag::random_reserves, random_reserves);
  take(Tag::expire_time, expire_s);
  take(Tag::peg_offset, peg_offset);
  take(Tag::discretion_price, discretion_price);
  take(Tag::discretion_peg_offset, discretion_offset);
  take(Tag::price_type, price_type);
  take(Tag::discretion_price_type, discretion_type);
  take(Tag::aiq_strategy, aiq_strategy);
  if (aiq_strategy == '*')
    aiq_strategy = 'N';
  if (tags.has(Tag::aiq_group_id)) {
    const std::uint64_t letters = tags.value(Tag::aiq_group_id);
    aiq_group = {static_cast<char>(letters >> 8), static_cast<char>(letters)};
  }
}

namespace {

constexpr std::uint16_t accepted = 0;

std::uint16_t refuse_price_type(char type, char display) {
  switch (type) {
    case 'L':
    case 'P':
    case 'R':
      return accepted;
    case 'M':
    case 'm':
      return display == 'N' ? accepted : 0x0003;
    case 'Q':
      return 0x0011;
    default:
      return 0x0005;
  }
}

std::uint16_t refuse_discretion(const OrderTerms& terms, const OrderShape& shape) {
  if (!terms.has_discretion())
    return accepted;
  if (terms.price_type != 'L')
    return 0x0011;
  const char type = terms.discretion_type;
  const bool is_type = type == 'L' || type == 'P' || type == 'M' || type == 'R';
  if (!is_type || is_market(shape.price) || shape.post_only || terms.max_floor != 0)
    return 0x000F;
  if (terms.discretion_price == 0)
    return accepted;
  if (terms.discretion_price > price_limit_max.raw)
    return 0x000F;
  const bool falls_short = shape.side == 'B' ? terms.discretion_price < shape.price.raw
                                             : terms.discretion_price > shape.price.raw;
  return falls_short ? 0x000F : accepted;
}

}  // namespace

std::uint16_t refuse_terms(const OrderTags& tags, const OrderTerms& terms,
                           const OrderShape& shape) {
  const bool hidden = shape.display == 'N';
  const bool is_ioc = shape.time_in_force == '3';
  const auto sends_other_than = [&tags](Tag tag, char one, char other) {
    return tags.has(tag) && tags.character(tag) != one && tags.character(tag) != other;
  };
  if (terms.min_qty > shape.quantity.raw || (terms.min_qty != 0 && !hidden && !is_ioc))
    return 0x000D;
  if (terms.max_floor != 0 && hidden && !is_ioc &&
      (!is_market(shape.price) || terms.price_type != 'L'))
    return 0x0004;
  if (const std::uint16_t code = refuse_price_type(terms.price_type, shape.display))
    return code;
  if (const std::uint16_t code = refuse_discretion(terms, shape))
    return code;
  if (sends_other_than(Tag::post_only, 'P', 'N'))
    return 0x000F;
  if (terms.random_reserves != 0 && terms.random_reserves >= terms.max_floor)
    return 0x0004;
  if (sends_other_than(Tag::handle_inst, ' ', ' '))
    return 0x000F;
  if (!is_self_match_strategy(terms.aiq_strategy))
    return 0x0040;
  return accepted;
}

namespace {

/// A number that the seed and the order decide; any would do that both know.
std::uint64_t reserve_hash(std::uint64_t seed, std::uint64_t first_ref, std::uint32_t refreshes) {
  const std::uint64_t key = digest::mix(seed ^ digest::pi[0], digest::pi[1]) ^ first_ref;
  return digest::mix(key ^ digest::pi[2], digest::pi[3] ^ refreshes);
}

}  // namespace

std::uint32_t next_slice(const SpecialOrder& order, std::uint64_t seed) {
  const std::uint64_t spread = order.terms.random_reserves;
  std::uint64_t slice = order.terms.max_floor;
  if (spread != 0)
    slice =
        slice - spread + reserve_hash(seed, order.first_ref, order.refreshes) % (2 * spread + 1);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(slice, order.reserve));
}

}  // namespace wirebook::match
