// Who may log in to a server of the market's feed.
//
// Shapes: see accounts.hpp and login_limits.hpp. Threads: one. Errors: none; the same work for a
// name that nobody has. Cost: a hash a login.
#pragma once

#include <cstdint>

#include "node/config/config.hpp"
#include "node/order_entry/accounts.hpp"
#include "node/order_entry/login_limits.hpp"
#include "node/soup/soup_server.hpp"

namespace wirebook::node {

class FeedLogins {
 public:
  FeedLogins(const FeedServerConfig& server, const NodeConfig& config)
      : open_(server.open), accounts_(as_sessions(config)), limits_(config.logins) {}

  [[nodiscard]] bool may_log_in(Endpoint remote, const soup::SoupLogin& login,
                                std::uint64_t now_ns) noexcept {
    if (open_)
      return true;
    if (!limits_.may_try(remote.address, login.username, now_ns))
      return false;
    if (accounts_.find(login.username, login.password) != 0)
      return true;
    limits_.failed(remote.address, login.username, now_ns);
    return false;
  }

 private:
  /// Names, and what passwords are held against.
  static NodeConfig as_sessions(const NodeConfig& config) {
    NodeConfig accounts;
    for (const FeedAccountConfig& account : config.feed_accounts)
      accounts.sessions.push_back({.username = account.username,
                                   .password = account.password,
                                   .password_hash = account.password_hash});
    return accounts;
  }

  const bool open_;
  const Accounts accounts_;
  LoginLimits limits_;
};

}  // namespace wirebook::node
