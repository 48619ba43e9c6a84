#include "wire_out/ouch_decoder.hpp"

#include <algorithm>

namespace wirebook::wire_out {

namespace {

using Bytes = std::span<const std::byte>;
constexpr std::size_t appendage_length_bytes = 2;

/// Whole elements, and each that OUCH 5.0 knows has its size.
bool is_appendage(Bytes bytes) {
  while (!bytes.empty()) {
    const auto length = std::to_integer<std::size_t>(bytes[0]);
    if (length < 1 || length >= bytes.size())
      return false;
    const auto* const tag = wire::ouch::find_tag(std::to_integer<std::uint8_t>(bytes[1]));
    if (tag != nullptr && tag->value_bytes != length - 1)
      return false;
    bytes = bytes.subspan(1 + length);
  }
  return true;
}

}  // namespace

std::optional<OuchMessage> decode_ouch(std::span<const wire::ouch::MessageInfo> messages,
                                       Bytes bytes) noexcept {
  if (bytes.empty())
    return std::nullopt;
  const auto info = std::find_if(
      messages.begin(), messages.end(),
      [&](const wire::ouch::MessageInfo& row) { return row.type == static_cast<char>(bytes[0]); });
  if (info == messages.end() || bytes.size() < info->bytes)
    return std::nullopt;
  OuchMessage message;
  message.info_ = &*info;
  message.bytes_ = bytes;
  const std::size_t fields_end =
      info->bytes - (info->appendage_always ? appendage_length_bytes : 0);
  const Bytes rest = bytes.subspan(fields_end);
  if (rest.empty())
    return message;
  if (rest.size() < appendage_length_bytes)
    return std::nullopt;
  message.appendage_ = rest.subspan(appendage_length_bytes);
  if (load_big_endian(rest.first(appendage_length_bytes)) != message.appendage_.size() ||
      !is_appendage(message.appendage_))
    return std::nullopt;
  return message;
}

}  // namespace wirebook::wire_out
