#include "node/config/config_addresses.hpp"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

struct Place {
  std::string_view table;
  std::string_view key;
  std::optional<Endpoint> endpoint;  ///< none: it is not used
};

std::string name_of(const Place& place) { return fmt::format("{}.{}", place.table, place.key); }

/// 0.0.0.0 is every address of the host; port 0 is one that nobody has.
bool overlap(const Place& one, const Place& other) {
  return one.endpoint && other.endpoint && one.endpoint->port != 0 &&
         one.endpoint->port == other.endpoint->port &&
         (one.endpoint->address == other.endpoint->address || one.endpoint->address == 0 ||
          other.endpoint->address == 0);
}

/// The line of the later one, unless only the other stands in the file.
void say(ConfigTable& root, const Place& one, const Place& other, std::string_view why) {
  ConfigTable later = root.table(other.table);
  const bool swaps = !later.has(other.key);
  const Place& said = swaps ? one : other;
  const Place& beside = swaps ? other : one;
  root.table(said.table)
      .wrong(said.key, fmt::format("is {}, and {} is {}: {}", to_string(*said.endpoint),
                                   name_of(beside), to_string(*beside.endpoint), why));
}

void check_servers(ConfigTable& root, const std::vector<Place>& servers) {
  for (std::size_t i = 0; i < servers.size(); ++i)
    for (std::size_t j = i + 1; j < servers.size(); ++j)
      if (overlap(servers[i], servers[j]))
        say(root, servers[i], servers[j], "two servers cannot share a port");
}

}  // namespace

void check_addresses(ConfigTable& root, const NodeConfig& config) {
  const MarketDataConfig& market = config.market_data;
  const auto only_if = [](bool on, const Endpoint& listen) {
    return on ? std::optional(listen) : std::nullopt;
  };
  const std::vector<Place> udp{{"order_entry", "listen", config.order_entry.listen},
                               {"market_data", "rerequest", market.rerequest}};
  const std::vector<Place> tcp{{"soup", "listen", only_if(config.soup.on, config.soup.listen)},
                               {"market_data_tcp", "listen", config.market_data_tcp.listen},
                               {"glimpse", "listen", config.glimpse.listen},
                               {"fix", "listen", only_if(config.fix.on, config.fix.listen)}};
  check_servers(root, udp);
  check_servers(root, tcp);
  const Place lines[] = {{"market_data", "send_to", market.send_to},
                         {"market_data", "send_to_b", market.send_to_b}};
  for (const Place& server : udp)
    for (const Place& line : lines)
      if (server.endpoint == line.endpoint && line.endpoint)
        say(root, server, line, "the node would hear itself");
  if (config.fix.on && config.fix.order_entry == config.fix.listen)
    say(root, tcp.back(), {"fix", "order_entry", config.fix.order_entry},
        "FIX would be its own client");
}

}  // namespace wirebook::node
