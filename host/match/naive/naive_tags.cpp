#include "match/naive/naive_tags.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace wirebook::match::naive {

using wire::ouch::Tag;

namespace {

bool has_its_size(const Element& element) {
  const wire::ouch::TagInfo* info = wire::ouch::find_tag(static_cast<std::uint8_t>(element.tag));
  return info != nullptr && element.value.size() == info->value_bytes;
}

std::vector<std::uint8_t> appendage_bytes(const SlotGroup& group) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < group.head->tail.extension_count; ++i)
    for (const std::byte byte : group.extensions[i]->extension.appendage)
      bytes.push_back(static_cast<std::uint8_t>(byte));
  // `appendage_bytes` lies at the same place in every order entry body.
  bytes.resize(std::min<std::size_t>(bytes.size(), group.head->enter.appendage_bytes));
  return bytes;
}

}  // namespace

Appendage read_appendage(const SlotGroup& group) {
  const std::vector<std::uint8_t> bytes = appendage_bytes(group);
  Appendage appendage;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t length = bytes[at];
    if (length == 0 || at + 1 + length > bytes.size())
      return {.is_whole = false};
    const auto value_begin = bytes.begin() + static_cast<std::ptrdiff_t>(at + 2);
    const auto value_end = bytes.begin() + static_cast<std::ptrdiff_t>(at + 1 + length);
    appendage.elements.push_back({static_cast<Tag>(bytes[at + 1]), {value_begin, value_end}});
    at += 1 + length;
  }
  return appendage;
}

const Element* Appendage::find(Tag tag) const {
  for (const Element& element : elements)
    if (element.tag == tag && has_its_size(element))
      return &element;
  return nullptr;
}

std::optional<char> Appendage::find_char(Tag tag) const {
  const Element* element = find(tag);
  if (element == nullptr)
    return std::nullopt;
  return static_cast<char>(element->value[0]);
}

std::optional<std::uint16_t> Appendage::find_u16(Tag tag) const {
  const Element* element = find(tag);
  if (element == nullptr)
    return std::nullopt;
  return static_cast<std::uint16_t>(element->value[0] << 8 | element->value[1]);
}

std::optional<std::uint64_t> Appendage::find_u64(Tag tag) const {
  const Element* element = find(tag);
  if (element == nullptr)
    return std::nullopt;
  std::uint64_t number = 0;
  for (const std::uint8_t byte : element->value)
    number = number * 256 + byte;
  return number;
}

std::optional<std::uint32_t> Appendage::find_u32(Tag tag) const {
  const auto number = find_u64(tag);
  if (!number)
    return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::optional<Firm> Appendage::find_firm() const {
  const Element* element = find(Tag::firm);
  if (element == nullptr)
    return std::nullopt;
  Firm firm{};
  std::copy_n(element->value.begin(), firm.text.size(), firm.text.begin());
  return firm;
}

std::uint8_t Appendage::user_ref_idx() const {
  return static_cast<std::uint8_t>(find_char(Tag::user_ref_idx).value_or('\0'));
}

std::uint32_t enter_tags() {
  using enum Tag;
  return wire::ouch::tag_set(firm, min_qty, customer_type, max_floor, price_type, peg_offset,
                             discretion_price, discretion_price_type, discretion_peg_offset,
                             post_only, random_reserves, expire_time, trade_now, handle_inst,
                             group_id, shares_located, locate_broker, user_ref_idx, aiq_strategy,
                             aiq_group_id);
}

std::uint32_t replace_tags() {
  using enum Tag;
  return wire::ouch::tag_set(min_qty, max_floor, price_type, peg_offset, discretion_price,
                             discretion_price_type, discretion_peg_offset, post_only,
                             random_reserves, expire_time, trade_now, handle_inst, shares_located,
                             locate_broker, side, user_ref_idx, aiq_strategy, aiq_group_id);
}

bool is_well_formed(const Appendage& appendage, std::uint32_t allowed) {
  std::set<Tag> seen;
  return appendage.is_whole &&
         std::all_of(
             appendage.elements.begin(), appendage.elements.end(), [&](const Element& element) {
               return wire::ouch::contains(allowed, static_cast<std::uint8_t>(element.tag)) &&
                      has_its_size(element) && seen.insert(element.tag).second;
             });
}

}  // namespace wirebook::match::naive
