#include "node/order_entry/accounts.hpp"

#include <algorithm>
#include <utility>

namespace wirebook::node {

namespace {

/// Ascending as the names do.
std::uint64_t key_of(const Alpha<6>& username) {
  std::uint64_t key = 0;
  for (const char c : folded(username).text)
    key = key << 8 | static_cast<unsigned char>(c);
  return key;
}

PasswordHash hash_of(const SessionConfig& session) {
  return session.password_hash ? *session.password_hash
                               : PasswordHash(session.password, random_salt());
}

}  // namespace

Accounts::Accounts(const NodeConfig& config) {
  std::vector<std::pair<std::uint64_t, Account>> sorted;
  for (std::uint32_t i = 0; i < config.sessions.size(); ++i)
    if (config.sessions[i].shard.value_or(config.engine.shard) == config.engine.shard)
      sorted.emplace_back(key_of(config.sessions[i].username),
                          Account{.password = hash_of(config.sessions[i]), .session = i + 1});
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  // Nobody, whom all names below the first come to: no name has this key, no password this hash.
  names_.push_back(0);
  accounts_.push_back({.password = PasswordHash(random_password(), random_salt())});
  for (const auto& [name, account] : sorted) {
    names_.push_back(name);
    accounts_.push_back(account);
  }
}

/// The last name that is not beyond this one, in a number of steps that the count alone decides.
std::size_t Accounts::place(std::uint64_t name) const noexcept {
  std::size_t base = 0;
  for (std::size_t count = names_.size(); count > 1;) {
    const std::size_t half = count / 2;
    base += names_[base + half] <= name ? half : 0;
    count -= half;
  }
  return base;
}

std::uint32_t Accounts::find(const Alpha<6>& username, const Alpha<10>& password) const noexcept {
  const std::uint64_t name = key_of(username);
  const std::size_t at = place(name);
  // Both are computed before either is looked at.
  const bool known = names_[at] == name;
  const bool right = accounts_[at].password.matches(password);
  return known && right ? accounts_[at].session : 0;
}

}  // namespace wirebook::node
