#include "match/naive_tags.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

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

bool is_zero(const std::vector<std::uint8_t>& value) {
  return std::all_of(value.begin(), value.end(), [](std::uint8_t byte) { return byte == 0; });
}

/// The table of check 13: 0 where the value asks for nothing that is not offered yet.
std::uint16_t check_value(const Element& element) {
  const char letter = static_cast<char>(element.value.front());
  switch (element.tag) {
    case Tag::min_qty:
      return is_zero(element.value) ? 0 : 0x000D;
    case Tag::max_floor:
    case Tag::random_reserves:
      return is_zero(element.value) ? 0 : 0x0004;
    case Tag::price_type:
      if (letter == 'L')
        return 0;
      return std::string_view("PMRQm").find(letter) != std::string_view::npos ? 0x0011 : 0x0005;
    case Tag::discretion_price:
      return is_zero(element.value) ? 0 : 0x000F;
    case Tag::post_only:
      return letter == 'P' || letter == 'N' ? 0 : 0x000F;
    case Tag::handle_inst:
      return letter == ' ' ? 0 : 0x000F;
    case Tag::aiq_strategy:
      return letter == 'N' || letter == '*' ? 0 : 0x0040;
    default:
      return 0;
  }
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

std::uint16_t check_appendage(const Appendage& appendage, std::uint32_t allowed) {
  std::map<Tag, const Element*> ascending;
  bool is_well_formed = appendage.is_whole;
  for (const Element& element : appendage.elements) {
    const bool is_allowed = wire::ouch::contains(allowed, static_cast<std::uint8_t>(element.tag));
    const bool is_first = ascending.emplace(element.tag, &element).second;
    is_well_formed = is_well_formed && is_allowed && is_first && has_its_size(element);
  }
  if (!is_well_formed)
    return 0x000F;  // check 12
  for (const auto& [tag, element] : ascending)
    if (const std::uint16_t code = check_value(*element); code != 0)
      return code;  // check 13
  return 0;
}

}  // namespace wirebook::match::naive
