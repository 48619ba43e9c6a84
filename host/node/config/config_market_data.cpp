#include "node/config/config_market_data.hpp"

#include <limits>

#include <fmt/format.h>

#include "wirebook/wire/session.hpp"

#include "node/config/config_endpoint.hpp"
#include "node/sockets/endpoint.hpp"
#include "wire_out/itch_encoder.hpp"

namespace wirebook::node {

namespace {

constexpr std::int64_t pack_us_max = 1'000'000;
constexpr std::int64_t rerequest_rate_max = 1'000'000;
constexpr std::int64_t end_of_session_ms_max = 600'000;
constexpr std::int64_t connections_max = 4096;
/// A MoldUDP64 packet must hold its header and one message of any type.
constexpr std::int64_t mold_payload_bytes_min =
    sizeof(wire::mold::Header) + sizeof(wire::Big16) + wire_out::itch_message_bytes_max;

void check_receiver(ConfigTable& table, std::string_view key, Endpoint to) {
  if (to.port == 0)
    table.wrong(key, "has port 0, but must name the receivers' port, 1 to 65535");
  if (to.address == 0)
    table.wrong(key, "has address 0.0.0.0, but must name a receiver or a multicast group");
}

void read_interface(ConfigTable& table, std::string_view key, std::uint32_t& interface) {
  std::string text;
  if (!table.text(key, text))
    return;
  if (const std::optional<std::uint32_t> address = parse_address(text))
    interface = *address;
  else
    table.wrong(key, fmt::format("is \"{}\", but must be the IPv4 address of an interface", text));
}

void read_line_a(ConfigTable& table, MarketDataConfig& market_data) {
  if (read_endpoint(table, "send_to", market_data.send_to))
    check_receiver(table, "send_to", market_data.send_to);
  table.integer("multicast_ttl", {0, 255}, market_data.multicast_ttl);
  if (is_multicast(market_data.send_to.address))
    return;
  if (table.has("multicast_interface"))
    table.wrong("multicast_interface", fmt::format("has no effect: send_to, {}, is no multicast "
                                                   "group",
                                                   to_string(market_data.send_to)));
  const bool b_is = market_data.send_to_b && is_multicast(market_data.send_to_b->address);
  if (table.has("multicast_ttl") && !b_is)
    table.wrong("multicast_ttl", fmt::format("has no effect: send_to, {}, is no multicast group",
                                             to_string(market_data.send_to)));
}

void read_line_b(ConfigTable& table, MarketDataConfig& market_data) {
  if (read_endpoint(table, "send_to_b", market_data.send_to_b))
    check_receiver(table, "send_to_b", *market_data.send_to_b);
  market_data.multicast_interface_b = market_data.multicast_interface;
  read_interface(table, "multicast_interface_b", market_data.multicast_interface_b);
  if (table.has("multicast_interface_b") &&
      (!market_data.send_to_b || !is_multicast(market_data.send_to_b->address)))
    table.wrong("multicast_interface_b", "has no effect: send_to_b is no multicast group");
}

void check_lines(ConfigTable& table, const MarketDataConfig& market_data) {
  const bool same_way = market_data.multicast_interface_b == market_data.multicast_interface;
  if (market_data.send_to_b == market_data.send_to && same_way)
    table.wrong("send_to_b", fmt::format("is {}, and so is send_to: two lines that fail together",
                                         to_string(market_data.send_to)));
}

void read_market_data(ConfigTable table, MarketDataConfig& market_data) {
  // B first: what A may say of multicast depends on it.
  read_interface(table, "multicast_interface", market_data.multicast_interface);
  read_line_b(table, market_data);
  read_line_a(table, market_data);
  check_lines(table, market_data);
  read_session_name(table, market_data.session_name);
  table.integer("heartbeat_ms", {10, day_ms}, market_data.heartbeat_ms);
  table.integer("payload_bytes_max", {mold_payload_bytes_min, datagram_payload_bytes_max},
                market_data.payload_bytes_max);
  table.integer("pack_us", {0, pack_us_max}, market_data.pack_us);
  read_listen(table, "rerequest", market_data.rerequest);
  table.integer("rerequest_rate", {1, rerequest_rate_max}, market_data.rerequest_rate);
  if (!market_data.rerequest && table.has("rerequest_rate"))
    table.wrong("rerequest_rate", "has no effect: without rerequest nobody asks");
  table.integer("history_mib", {1, 1LL << 16}, market_data.history_mib);
  table.integer("end_of_session_ms", {0, end_of_session_ms_max}, market_data.end_of_session_ms);
  table.finish();
}

void read_password(ConfigTable& table, FeedAccountConfig& account) {
  if (std::string password; table.word("password", sizeof(account.password), password))
    account.password = Alpha<10>::from(password);
  if (std::string hash; table.text("password_hash", hash)) {
    account.password_hash = PasswordHash::from_text(hash);
    if (!account.password_hash)
      table.wrong("password_hash",
                  "is no hash of a password; have one printed by `wirebook hash-password`");
  }
  if (table.has("password") == table.has("password_hash"))
    table.wrong("", "needs either password or password_hash");
}

void read_accounts(ConfigTable& root, NodeConfig& config) {
  for (ConfigTable& table : root.tables("feed_accounts")) {
    FeedAccountConfig account;
    table.require("username", "for example username = \"FEED\"");
    if (std::string username; table.word("username", sizeof(account.username), username))
      account.username = Alpha<6>::from(username);
    read_password(table, account);
    table.finish();
    config.feed_accounts.push_back(account);
  }
}

void read_server(ConfigTable table, const NodeConfig& config, FeedServerConfig& server) {
  read_listen(table, "listen", server.listen);
  table.boolean("open", server.open);
  table.integer("connections", {1, connections_max}, server.connections);
  table.integer("login_timeout_ms", {10, day_ms}, server.login_timeout_ms);
  table.integer("heartbeat_ms", {10, day_ms}, server.heartbeat_ms);
  table.integer("timeout_ms", {10, day_ms}, server.timeout_ms);
  table.integer("stalled_ms", {10, day_ms}, server.stalled_ms);
  if (server.timeout_ms <= server.heartbeat_ms)
    table.wrong(table.has("timeout_ms") ? "timeout_ms" : "heartbeat_ms",
                fmt::format("the timeout, {} ms, must be longer than the heartbeat, {} ms",
                            server.timeout_ms, server.heartbeat_ms));
  if (server.listen && !server.open && config.feed_accounts.empty())
    table.wrong("listen",
                "nobody could log in: name [[feed_accounts]], or say open = true for anybody");
  table.finish();
}

std::string server_to_toml(std::string_view name, const FeedServerConfig& server) {
  if (!server.listen)
    return {};
  return fmt::format(
      "[{}]\nlisten = \"{}\"\nopen = {}\nconnections = {}\nlogin_timeout_ms = {}\n"
      "heartbeat_ms = {}\ntimeout_ms = {}\nstalled_ms = {}\n\n",
      name, to_string(*server.listen), server.open, server.connections, server.login_timeout_ms,
      server.heartbeat_ms, server.timeout_ms, server.stalled_ms);
}

}  // namespace

void read_market(ConfigTable& root, NodeConfig& config) {
  read_market_data(root.table("market_data"), config.market_data);
  read_accounts(root, config);
  read_server(root.table("market_data_tcp"), config, config.market_data_tcp);
  read_server(root.table("glimpse"), config, config.glimpse);
}

std::string market_to_toml(const NodeConfig& config) {
  const MarketDataConfig& market_data = config.market_data;
  const Endpoint a = market_data.send_to;
  const std::optional<Endpoint> b = market_data.send_to_b;
  const bool b_is_group = b && is_multicast(b->address);
  std::string text = fmt::format("[market_data]\nsend_to = \"{}\"\n", to_string(a));
  if (is_multicast(a.address))
    text += fmt::format("multicast_interface = \"{}\"\n",
                        address_text(market_data.multicast_interface));
  if (b)
    text += fmt::format("send_to_b = \"{}\"\n", to_string(*b));
  if (b_is_group)
    text += fmt::format("multicast_interface_b = \"{}\"\n",
                        address_text(market_data.multicast_interface_b));
  if (is_multicast(a.address) || b_is_group)
    text += fmt::format("multicast_ttl = {}\n", market_data.multicast_ttl);
  text += fmt::format(
      "session_name = \"{}\"\nheartbeat_ms = {}\npayload_bytes_max = {}\n"
      "pack_us = {}\n",
      market_data.session_name.view(), market_data.heartbeat_ms, market_data.payload_bytes_max,
      market_data.pack_us);
  if (market_data.rerequest)
    text += fmt::format("rerequest = \"{}\"\nrerequest_rate = {}\n",
                        to_string(*market_data.rerequest), market_data.rerequest_rate);
  text += fmt::format("history_mib = {}\nend_of_session_ms = {}\n\n", market_data.history_mib,
                      market_data.end_of_session_ms);
  for (const FeedAccountConfig& account : config.feed_accounts)
    text +=
        fmt::format("[[feed_accounts]]\nusername = \"{}\"\n{} = \"***\"\n\n",
                    account.username.view(), account.password_hash ? "password_hash" : "password");
  return text + server_to_toml("market_data_tcp", config.market_data_tcp) +
         server_to_toml("glimpse", config.glimpse);
}

}  // namespace wirebook::node
