// What both sides of a SoupBinTCP connection write: headers, numbers in digits, session names.
//
// Shapes: wire structs. Threads: pure. Errors: nullopt for digits that are none. Cost: none for a
// message's header: it depends on the length only, so all of them are made beforehand.
// Specification: SoupBinTCP 3.00.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "wirebook/units.hpp"
#include "wirebook/wire/session.hpp"

namespace wirebook::node::soup {

/// No message of ours is longer: ITCH has 50 bytes at most, OUCH with all its tags below 200.
inline constexpr std::size_t message_bytes_max = 512;

namespace detail {

constexpr auto make_headers(char type) {
  std::array<wire::soup::Header, message_bytes_max + 1> headers{};
  for (std::size_t i = 0; i < headers.size(); ++i) {
    headers[i].length = static_cast<std::uint16_t>(1 + i);
    headers[i].type = type;
  }
  return headers;
}

}  // namespace detail

/// By the length of the message.
inline constexpr auto sequenced_headers = detail::make_headers(wire::soup::type_sequenced);
inline constexpr auto unsequenced_headers = detail::make_headers(wire::soup::type_unsequenced);

/// A packet without payload.
constexpr wire::soup::Header bare(char type) {
  wire::soup::Header header;
  header.length = 1;
  header.type = type;
  return header;
}

/// Digits padded on the left; padding on the right and leading zeros are taken too. Blanks alone
/// mean 0. What needs more than 64 bits becomes their maximum: it is beyond every end.
[[nodiscard]] std::optional<std::uint64_t> parse_number(const Alpha<20>& digits) noexcept;
[[nodiscard]] Alpha<20> format_number(std::uint64_t number) noexcept;

/// Padded on the left, as a login is answered.
[[nodiscard]] Alpha<10> padded_left(const Alpha<10>& name) noexcept;
/// Without padding on either side.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;
/// A login may ask for it: it names no session, or this one, whatever the padding and the case.
[[nodiscard]] bool asks_for(const Alpha<10>& requested, const Alpha<10>& session) noexcept;

/// Where a login for `requested` starts, when the next message has the number `next` and `oldest`
/// is the first one kept: 0 asks for the last message, what is not yet for the next, and what is
/// gone for the oldest.
[[nodiscard]] std::uint64_t start_for(std::uint64_t requested, std::uint64_t oldest,
                                      std::uint64_t next) noexcept;

}  // namespace wirebook::node::soup
