// A first message, before anything is done for its sender: whether it is a Logon of an account.
//
// Shapes: the raw message in; whose it is, or why not. Threads: one. Errors: a reason for the log;
// the sender hears nothing. Cost: a password check. Specification: FIX 4.4, FIXT 1.1, message A.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "node/config/config.hpp"
#include "node/fix/quickfix_session.hpp"
#include "node/order_entry/accounts.hpp"
#include "node/order_entry/login_limits.hpp"

namespace wirebook::fix {

class LogonDesk {
 public:
  explicit LogonDesk(const node::NodeConfig& config);

  struct Answer {
    std::string why_not;  ///< empty: it may come in
    std::string comp_id;
    Version version = Version::fix44;
    Alpha<6> username{};
    Alpha<10> password{};
  };
  [[nodiscard]] Answer look(const std::string& bytes, std::uint32_t address,
                            std::uint64_t steady_ns);

 private:
  std::string comp_id_;
  std::map<std::string, node::FixSessionConfig> sessions_;  ///< by CompID
  node::Accounts accounts_;
  node::LoginLimits limits_;
};

}  // namespace wirebook::fix
