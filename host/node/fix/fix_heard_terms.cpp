#include "node/fix/fix_heard_terms.hpp"

#include "wirebook/wire/ouch50_tags.hpp"

namespace wirebook::fix {

using wire::ouch::Tag;

OuchTags read_ouch_tags(const wire_out::OuchMessage& message) {
  OuchTags tags;
  message.for_each_tag([&](const wire::ouch::TagInfo& info, std::span<const std::byte> value) {
    const std::uint64_t number = wire_out::load_big_endian(value);
    const auto number32 = static_cast<std::uint32_t>(number);
    const char character = static_cast<char>(number);
    switch (info.tag) {
      case Tag::min_qty:
        tags.min_qty = number32;
        break;
      case Tag::max_floor:
        tags.max_floor = number32;
        break;
      case Tag::expire_time:
        tags.expire_seconds = number32;
        return;
      case Tag::user_ref_idx:
        tags.channel = number32;
        return;
      case Tag::peg_offset:
        tags.peg_offset = static_cast<std::int32_t>(number32);
        break;
      case Tag::price_type:
        tags.price_type = character;
        break;
      case Tag::post_only:
        tags.post_only = character;
        break;
      default:
        return;
    }
    tags.special = true;
  });
  return tags;
}

}  // namespace wirebook::fix
