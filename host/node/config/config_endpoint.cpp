#include "node/config/config_endpoint.hpp"

#include <fmt/format.h>

#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

bool read_endpoint(ConfigTable& table, std::string_view key, Endpoint& endpoint) {
  std::string text;
  if (!table.text(key, text))
    return false;
  const std::optional<Endpoint> parsed = parse_endpoint(text);
  if (!parsed) {
    table.wrong(
        key, fmt::format("is \"{}\", but must be an IPv4 address and a port, such as \"{}\"", text,
                         to_string(endpoint)));
    return false;
  }
  endpoint = *parsed;
  return true;
}

bool read_endpoint(ConfigTable& table, std::string_view key, std::optional<Endpoint>& endpoint) {
  Endpoint read = endpoint.value_or(Endpoint{0x7F000001, 26500});
  if (!read_endpoint(table, key, read))
    return false;
  endpoint = read;
  return true;
}

bool read_listen(ConfigTable& table, std::string_view key, std::optional<Endpoint>& endpoint) {
  if (!read_endpoint(table, key, endpoint))
    return false;
  if (!is_multicast(endpoint->address))
    return true;
  table.wrong(key, "is a multicast group, but must be an address of this host, or 0.0.0.0");
  return false;
}

void read_session_name(ConfigTable& table, Alpha<10>& name) {
  if (std::string text; table.word("session_name", sizeof(name), text))
    name = Alpha<10>::from(text);
}

}  // namespace wirebook::node
