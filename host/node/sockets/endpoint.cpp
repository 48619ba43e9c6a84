#include "node/sockets/endpoint.hpp"

#include <array>
#include <charconv>

#include <arpa/inet.h>

namespace wirebook::node {

std::optional<std::uint32_t> parse_address(std::string_view text) {
  in_addr address{};
  if (inet_pton(AF_INET, std::string(text).c_str(), &address) != 1)
    return std::nullopt;
  return ntohl(address.s_addr);
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return std::nullopt;
  const std::optional<std::uint32_t> address = parse_address(text.substr(0, colon));
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (!address || error != std::errc{} || end != digits.data() + digits.size())
    return std::nullopt;
  return Endpoint{*address, port};
}

std::string address_text(std::uint32_t address) {
  const in_addr network{htonl(address)};
  std::array<char, INET_ADDRSTRLEN> text{};
  inet_ntop(AF_INET, &network, text.data(), text.size());
  return text.data();
}

std::string to_string(Endpoint endpoint) {
  return address_text(endpoint.address) + ":" + std::to_string(endpoint.port);
}

}  // namespace wirebook::node
