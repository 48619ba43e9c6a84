// The accounts that may log in, from the configuration.
//
// Shapes: user name and password, padded, without regard to case. An account of another shard is
// none here. Threads: any, read-only. Errors: none; who is unknown or gives the wrong password has
// session 0. Cost: a search of as many steps for any name, and one hash; both are done for names
// that are unknown too, so that the time tells nothing.
// Specification: UFO 1.0 and SoupBinTCP 3.00, login request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "node/config/config.hpp"
#include "node/order_entry/password_hash.hpp"

namespace wirebook::node {

class Accounts {
 public:
  explicit Accounts(const NodeConfig& config);

  /// The number of the session that this login opens, or 0.
  [[nodiscard]] std::uint32_t find(const Alpha<6>& username,
                                   const Alpha<10>& password) const noexcept;

 private:
  struct Account {
    PasswordHash password;
    std::uint32_t session = 0;
  };

  [[nodiscard]] std::size_t place(std::uint64_t name) const noexcept;

  std::vector<std::uint64_t> names_;  ///< ascending; the first is nobody's
  std::vector<Account> accounts_;     ///< in the names' order
};

}  // namespace wirebook::node
