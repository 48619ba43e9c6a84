#include "node/config/config_fix.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "node/config/config_endpoint.hpp"
#include "node/order_entry/password_hash.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

constexpr std::size_t comp_id_bytes_max = 32;
const std::array<std::string, 3> version_names{"both", "FIX.4.4", "FIX.5.0SP2"};

/// It becomes part of a file's name.
void read_comp_id(ConfigTable& table, std::string_view key, std::string& comp_id) {
  if (std::string text; table.word(key, comp_id_bytes_max, text)) {
    if (text.find('/') != std::string::npos || text.front() == '.')
      return table.wrong(key, "must not contain \"/\" or begin with \".\"");
    comp_id = text;
  }
}

bool has_account(const NodeConfig& config, const Alpha<6>& username) {
  return std::any_of(config.sessions.begin(), config.sessions.end(),
                     [&](const SessionConfig& s) { return folded(s.username) == username; });
}

void read_fix_session(ConfigTable& table, NodeConfig& config, std::set<std::string>& taken) {
  FixSessionConfig session;
  table.require("username", "the account's, for example username = \"ALICE\"");
  if (std::string username; table.word("username", sizeof session.username, username)) {
    session.username = folded(Alpha<6>::from(username));
    session.comp_id = session.username.view();
    if (!has_account(config, session.username))
      table.wrong("username", fmt::format("is \"{}\", but no [[sessions]] has it", username));
  }
  read_comp_id(table, "comp_id", session.comp_id);
  if (std::size_t version = 0; table.choice("version", version_names, version)) {
    session.fix44 = version != 2;
    session.fix50sp2 = version != 1;
  }
  if (!session.comp_id.empty() && !taken.insert(session.comp_id).second)
    table.wrong(table.has("comp_id") ? "comp_id" : "username",
                fmt::format("CompID \"{}\" is taken by another of fix.sessions", session.comp_id));
  table.finish();
  config.fix.sessions.push_back(session);
}

}  // namespace

void read_fix(ConfigTable& root, NodeConfig& config) {
  FixConfig& fix = config.fix;
  fix.on = root.has("fix");
  ConfigTable table = root.table("fix");
  if (std::optional<Endpoint> listen; read_listen(table, "listen", listen))
    fix.listen = *listen;
  read_endpoint(table, "order_entry", fix.order_entry);
  read_comp_id(table, "comp_id", fix.comp_id);
  table.text("store", fix.store);
  table.boolean("log_messages", fix.log_messages);
  table.integer("connections", {1, 65'535}, fix.connections);
  table.integer("logon_timeout_ms", {10, 600'000}, fix.logon_timeout_ms);
  table.integer("message_bytes_max", {512, 1 << 20}, fix.message_bytes_max);
  table.integer("orders", {1, 1LL << 30}, fix.orders);
  std::set<std::string> taken;
  for (ConfigTable& session : table.tables("sessions"))
    read_fix_session(session, config, taken);
  table.finish();
  if (fix.on && !table.has("order_entry") && !config.soup.on)
    root.wrong("fix", "has no order_entry, and there is no [soup]: FIX is a client of such a port");
}

std::string to_toml(const FixConfig& fix) {
  if (!fix.on)
    return {};
  std::string text = fmt::format("[fix]\nlisten = \"{}\"\n", to_string(fix.listen));
  if (fix.order_entry)
    text += fmt::format("order_entry = \"{}\"\n", to_string(*fix.order_entry));
  text += fmt::format(
      "comp_id = \"{}\"\nstore = \"{}\"\nlog_messages = {}\nconnections = {}\n"
      "logon_timeout_ms = {}\nmessage_bytes_max = {}\norders = {}\n\n",
      fix.comp_id, fix.store, fix.log_messages, fix.connections, fix.logon_timeout_ms,
      fix.message_bytes_max, fix.orders);
  for (const FixSessionConfig& session : fix.sessions)
    text +=
        fmt::format("[[fix.sessions]]\nusername = \"{}\"\ncomp_id = \"{}\"\nversion = \"{}\"\n\n",
                    session.username.view(), session.comp_id,
                    version_names[session.fix44 && session.fix50sp2 ? 0
                                  : session.fix44                   ? 1
                                                                    : 2]);
  return text;
}

}  // namespace wirebook::node
