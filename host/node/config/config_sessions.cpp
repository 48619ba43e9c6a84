#include "node/config/config_sessions.hpp"

#include <algorithm>
#include <cctype>
#include <limits>

#include <fmt/format.h>

#include "wirebook/limits.hpp"

namespace wirebook::node {

namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return result;
}

void read_password(ConfigTable& table, SessionConfig& session) {
  if (std::string password; table.word("password", sizeof(session.password), password))
    session.password = Alpha<10>::from(password);
  if (std::string hash; table.text("password_hash", hash)) {
    session.password_hash = PasswordHash::from_text(hash);
    if (!session.password_hash)
      table.wrong("password_hash",
                  "is no hash of a password; have one printed by `wirebook hash-password`");
  }
  if (table.has("password") && table.has("password_hash"))
    table.wrong("password", "stands beside password_hash: keep one of them, best the hash");
  if (!table.has("password_hash"))
    table.require("password",
                  "1 to 10 characters; or password_hash, which `wirebook "
                  "hash-password` prints");
}

}  // namespace

void Uniqueness::check(ConfigTable& table, std::string_view key, const std::string& value,
                       const std::string& owner) {
  const auto [found, fresh] = seen_.emplace(upper(value), owner);
  if (!fresh)
    table.wrong(key, fmt::format("\"{}\" is taken by {}", value, found->second));
}

void read_sessions(ConfigTable& root, const LimitsReader& limits, NodeConfig& config) {
  Uniqueness usernames;
  std::vector<ConfigTable> tables = root.tables("sessions");
  if (tables.size() > sessions_max)
    root.wrong("sessions", fmt::format("more than {}", sessions_max));
  for (ConfigTable& table : tables) {
    SessionConfig session;
    table.require("username", "for example username = \"ALICE\"");
    table.require("firm", "for example firm = \"ACME\"");
    if (std::string username; table.word("username", sizeof(session.username), username)) {
      session.username = Alpha<6>::from(username);
      usernames.check(table, "username", username,
                      fmt::format("sessions[{}]", config.sessions.size() + 1));
    }
    read_password(table, session);
    if (std::string firm; table.word("firm", sizeof(Firm), firm))
      session.firm = Firm::from(firm);
    table.boolean("cancel_on_disconnect", session.cancel_on_disconnect);
    if (std::uint16_t shard = 0;
        table.integer("shard", {0, std::numeric_limits<std::uint16_t>::max()}, shard))
      session.shard = shard;
    limits.read(table, session.firm, session.limits);
    table.finish();
    config.sessions.push_back(session);
  }
}

}  // namespace wirebook::node
