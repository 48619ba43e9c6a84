#include <algorithm>
#include <cstring>

#include "wirebook/wire/ouch50_in.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

#include "node/fix/fix_terms.hpp"

namespace wirebook::fix {

namespace {

using wire::ouch::Tag;
using Bytes = std::vector<std::byte>;

template <class Wire>
void append(Bytes& bytes, const Wire& value) {
  const std::size_t at = bytes.size();
  bytes.resize(at + sizeof value);
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

template <class Value>
void append_tag(Bytes& bytes, Tag tag, Value value) {
  bytes.push_back(static_cast<std::byte>(1 + sizeof value));
  bytes.push_back(static_cast<std::byte>(tag));
  append(bytes, value);
}

Bytes appendage(const Terms& terms, bool all) {
  Bytes bytes;
  if (all || terms.min_qty != 0)
    append_tag(bytes, Tag::min_qty, wire::Big32(terms.min_qty));
  if (all || terms.max_floor != 0)
    append_tag(bytes, Tag::max_floor, wire::Big32(terms.max_floor));
  if (all || terms.price_type != 'L')
    append_tag(bytes, Tag::price_type, terms.price_type);
  if (all || terms.peg_offset != 0)
    append_tag(bytes, Tag::peg_offset, wire::Big32(static_cast<std::uint32_t>(terms.peg_offset)));
  if (all || terms.post_only)
    append_tag(bytes, Tag::post_only, terms.post_only ? 'P' : 'N');
  if (terms.time_in_force == '6')
    append_tag(bytes, Tag::expire_time, wire::Big32(terms.expire_seconds));
  return bytes;
}

template <class Wire>
Bytes with_appendage(Wire& message, const Bytes& tags) {
  message.appendage_length = static_cast<std::uint16_t>(tags.size());
  Bytes bytes(sizeof message + tags.size());
  std::memcpy(bytes.data(), &message, sizeof message);
  std::copy(tags.begin(), tags.end(), bytes.begin() + sizeof message);
  return bytes;
}

}  // namespace

Bytes enter_message(const Terms& terms, std::uint32_t user_ref_num, const ClOrdId& name) {
  wire::ouch_in::EnterOrder order;
  order.user_ref_num = user_ref_num;
  order.side = terms.side;
  order.quantity = terms.quantity;
  order.symbol = terms.symbol;
  order.price = terms.price.raw;
  order.time_in_force = terms.time_in_force;
  order.display = terms.display;
  order.capacity = terms.capacity;
  order.iso = 'N';
  order.cross_type = 'N';
  order.cl_ord_id = name;
  return with_appendage(order, appendage(terms, false));
}

Bytes cancel_message(std::uint32_t user_ref_num) {
  wire::ouch_in::CancelOrder cancel;
  cancel.user_ref_num = user_ref_num;
  cancel.quantity = 0U;
  Bytes bytes;
  append(bytes, cancel);
  return bytes;
}

Bytes replace_message(const Terms& terms, const ReplaceKeys& keys, const ClOrdId& name) {
  wire::ouch_in::ReplaceOrder order;
  order.orig_user_ref_num = keys.orig_user_ref_num;
  order.user_ref_num = keys.user_ref_num;
  order.quantity = keys.quantity;
  order.price = terms.price.raw;
  order.time_in_force = terms.time_in_force;
  order.display = terms.display;
  order.iso = 'N';
  order.cl_ord_id = name;
  Bytes tags = appendage(terms, keys.all_tags);
  if (keys.new_side != '\0')
    append_tag(tags, Tag::side, keys.new_side);
  return with_appendage(order, tags);
}

}  // namespace wirebook::fix
