// The accounts that may log in, from the configuration.
//
// Shapes: user name and password, padded, without regard to case. Threads: any, read-only.
// Errors: none; who is unknown or gives the wrong password has session 0.
// Cost: a binary search. Specification: UFO 1.0 and SoupBinTCP 3.00, login request.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "node/config/config.hpp"

namespace wirebook::node {

/// Upper case, padded with spaces whatever the sender padded with.
template <std::size_t width>
Alpha<width> folded(const Alpha<width>& text) {
  Alpha<width> result = Alpha<width>::from(text.view());
  for (char& c : result.text)
    if (c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
  return result;
}

class Accounts {
 public:
  explicit Accounts(const std::vector<SessionConfig>& sessions) {
    for (const SessionConfig& session : sessions)
      accounts_.push_back({folded(session.username), folded(session.password),
                           static_cast<std::uint32_t>(accounts_.size() + 1)});
    std::sort(accounts_.begin(), accounts_.end(),
              [](const Account& a, const Account& b) { return a.username < b.username; });
  }

  /// The number of the session that this login opens, or 0.
  [[nodiscard]] std::uint32_t find(const Alpha<6>& username, const Alpha<10>& password) const {
    const Alpha<6> wanted = folded(username);
    const auto found =
        std::lower_bound(accounts_.begin(), accounts_.end(), wanted,
                         [](const Account& a, const Alpha<6>& name) { return a.username < name; });
    const bool known = found != accounts_.end() && found->username == wanted &&
                       found->password == folded(password);
    return known ? found->session : 0;
  }

 private:
  struct Account {
    Alpha<6> username;
    Alpha<10> password;
    std::uint32_t session;
  };

  std::vector<Account> accounts_;
};

}  // namespace wirebook::node
