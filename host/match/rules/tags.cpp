#include "match/rules/tags.hpp"

#include <cstring>

namespace wirebook::match {

using wire::ouch::Tag;

namespace {

constexpr std::array kept_tags{
    Tag::firm,        Tag::min_qty,   Tag::max_floor,   Tag::price_type,   Tag::post_only,
    Tag::expire_time, Tag::trade_now, Tag::handle_inst, Tag::aiq_strategy, Tag::aiq_group_id};
static_assert(sizeof(KeptTags::bytes) >= 6 + 6 + 6 + 3 + 3 + 6 + 3 + 3 + 3 + 4);

}  // namespace

OrderTags::OrderTags(const SlotGroup& group, std::uint32_t allowed) : view_(group) {
  if (view_.size_bytes() == 0)
    return;
  const bool whole = view_.for_each([&](const AppendageView::Element& element) {
    const wire::ouch::TagInfo* const info = wire::ouch::find_tag(element.tag);
    const bool fits = info != nullptr && wire::ouch::contains(allowed, element.tag) &&
                      info->value_bytes == element.value_bytes;
    if (!fits || wire::ouch::contains(seen_, element.tag)) {
      well_formed_ = false;
      return;
    }
    seen_ |= 1U << element.tag;
    elements_[element.tag] = element;
  });
  if (whole)
    return;
  well_formed_ = false;
  seen_ = 0;
}

std::uint8_t OrderTags::channel() const {
  return has(Tag::user_ref_idx) ? static_cast<std::uint8_t>(value(Tag::user_ref_idx)) : 0;
}

Firm OrderTags::firm_or(Firm other) const {
  if (!has(Tag::firm))
    return other;
  const AppendageView::Element& element = elements_[number(Tag::firm)];
  Firm firm;
  for (std::size_t i = 0; i < firm.text.size(); ++i)
    firm.text[i] = static_cast<char>(view_[element.value_offset + i]);
  return firm == Firm::from("") ? other : firm;
}

void KeptTags::merge(const OrderTags& tags) {
  KeptTags merged{};
  std::size_t old = 0;  // elements are kept in ascending order: one walk suffices
  for (const Tag tag : kept_tags) {
    const bool was_kept = old < bytes_used && bytes[old + 1] == static_cast<std::byte>(tag);
    const std::size_t old_bytes = was_kept ? 1 + std::to_integer<std::size_t>(bytes[old]) : 0;
    std::byte* const out = merged.bytes.data() + merged.bytes_used;
    if (tags.has(tag)) {
      tags.copy(tag, out);
      merged.bytes_used =
          static_cast<std::uint8_t>(merged.bytes_used + 1 + std::to_integer<unsigned>(out[0]));
    } else if (was_kept) {
      std::memcpy(out, bytes.data() + old, old_bytes);
      merged.bytes_used = static_cast<std::uint8_t>(merged.bytes_used + old_bytes);
    }
    old += old_bytes;
  }
  *this = merged;
}

bool KeptTags::is_sound() const {
  std::size_t at = 0;
  for (const Tag tag : kept_tags) {
    if (at + 1 >= bytes_used || bytes[at + 1] != static_cast<std::byte>(tag))
      continue;
    const std::size_t value_bytes =
        wire::ouch::find_tag(static_cast<std::uint8_t>(tag))->value_bytes;
    if (std::to_integer<std::size_t>(bytes[at]) != 1 + value_bytes)
      return false;
    at += 2 + value_bytes;
  }
  return at == bytes_used && bytes_used <= bytes.size();
}

bool KeptTags::is_post_only() const {
  for (std::size_t at = 0; at < bytes_used; at += 1 + std::to_integer<std::size_t>(bytes[at]))
    if (bytes[at + 1] == static_cast<std::byte>(Tag::post_only))
      return bytes[at + 2] == std::byte{'P'};
  return false;
}

}  // namespace wirebook::match
