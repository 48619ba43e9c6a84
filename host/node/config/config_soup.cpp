#include "node/config/config_soup.hpp"

#include <fmt/format.h>

#include "node/config/config_endpoint.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

void check_longer(ConfigTable& table, std::string_view key, std::uint32_t value,
                  const SoupConfig& soup) {
  if (value <= soup.heartbeat_ms)
    table.wrong(table.has(key) ? key : "heartbeat_ms",
                fmt::format("{}, {} ms, must be longer than the heartbeat, {} ms", key, value,
                            soup.heartbeat_ms));
}

}  // namespace

void read_soup(ConfigTable& root, SoupConfig& soup) {
  soup.on = root.has("soup");
  ConfigTable table = root.table("soup");
  if (std::optional<Endpoint> listen = soup.listen; read_listen(table, "listen", listen))
    soup.listen = *listen;
  table.integer("login_timeout_ms", {10, day_ms}, soup.login_timeout_ms);
  table.integer("heartbeat_ms", {10, day_ms}, soup.heartbeat_ms);
  table.integer("timeout_ms", {10, day_ms}, soup.timeout_ms);
  table.integer("stalled_ms", {10, day_ms}, soup.stalled_ms);
  check_longer(table, "timeout_ms", soup.timeout_ms, soup);
  check_longer(table, "stalled_ms", soup.stalled_ms, soup);
  table.integer("send_buffer_kib", {4, 1LL << 16}, soup.send_buffer_kib);
  table.power_of_two("receive_buffers", {8, 1LL << 15}, soup.receive_buffers);
  table.finish();
}

std::string to_toml(const SoupConfig& soup) {
  if (!soup.on)
    return {};
  return fmt::format(
      "[soup]\nlisten = \"{}\"\nlogin_timeout_ms = {}\nheartbeat_ms = {}\ntimeout_ms = {}\n"
      "stalled_ms = {}\nsend_buffer_kib = {}\nreceive_buffers = {}\n\n",
      to_string(soup.listen), soup.login_timeout_ms, soup.heartbeat_ms, soup.timeout_ms,
      soup.stalled_ms, soup.send_buffer_kib, soup.receive_buffers);
}

}  // namespace wirebook::node
