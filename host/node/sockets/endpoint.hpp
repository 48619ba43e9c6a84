// IPv4 endpoints as text and as socket addresses.
//
// Shapes: "address:port", the address in dotted form, host byte order inside. Threads: any.
// Errors: nullopt for text that is no endpoint. Cost: start-up only, but for the conversions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <netinet/in.h>

#include "node/config/config.hpp"

namespace wirebook::node {

[[nodiscard]] std::optional<std::uint32_t> parse_address(std::string_view text);
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);

[[nodiscard]] std::string address_text(std::uint32_t address);
[[nodiscard]] std::string to_string(Endpoint endpoint);

/// 224.0.0.0 to 239.255.255.255.
constexpr bool is_multicast(std::uint32_t address) { return address >> 28 == 0xE; }

[[nodiscard]] inline sockaddr_in to_sockaddr(Endpoint endpoint) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  address.sin_addr.s_addr = htonl(endpoint.address);
  return address;
}
[[nodiscard]] inline Endpoint from_sockaddr(const sockaddr_in& address) {
  return {ntohl(address.sin_addr.s_addr), ntohs(address.sin_port)};
}

}  // namespace wirebook::node
