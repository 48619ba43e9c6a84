#include "node/fix/gateway/fix_logon.hpp"

#include <cstdlib>

#include "node/fix/fix_raw.hpp"
#include "node/fix/fix_tags.hpp"
#include "node/fix/fix_values.hpp"
#include "node/order_entry/password_hash.hpp"

namespace wirebook::fix {

namespace {

constexpr std::uint32_t heartbeat_seconds_max = 3600;
constexpr int heart_bt_int = 108;
constexpr int default_appl_ver_id = 1137;

}  // namespace

LogonDesk::LogonDesk(const node::NodeConfig& config)
    : comp_id_(config.fix.comp_id), accounts_(config), limits_(config.logins) {
  for (const node::FixSessionConfig& session : config.fix.sessions)
    sessions_.emplace(session.comp_id, session);
  if (config.fix.sessions.empty())
    for (const node::SessionConfig& account : config.sessions) {
      const Alpha<6> username = node::folded(account.username);
      std::string comp_id(username.view());
      sessions_.emplace(comp_id, node::FixSessionConfig{username, comp_id, true, true});
    }
}

LogonDesk::Answer LogonDesk::look(const std::string& bytes, std::uint32_t address,
                                  std::uint64_t steady_ns) {
  Answer answer;
  const auto refuse = [&](const char* why) {
    answer.why_not = why;
    return answer;
  };
  if (raw_field(bytes, tag::msg_type) != "A")
    return refuse("the first message was no Logon");
  const std::string version = raw_field(bytes, tag::begin_string);
  if (version == "FIXT.1.1") {
    answer.version = Version::fix50sp2;
    if (raw_field(bytes, default_appl_ver_id) != "9")
      return refuse("DefaultApplVerID (1137) is not 9");
  } else if (version != "FIX.4.4") {
    return refuse("BeginString (8) is neither FIX.4.4 nor FIXT.1.1");
  }
  const auto heartbeat = read_quantity(raw_field(bytes, heart_bt_int));
  if (!heartbeat || *heartbeat == 0 || *heartbeat > heartbeat_seconds_max)
    return refuse("HeartBtInt (108) is not 1 to 3600");
  if (raw_field(bytes, tag::target_comp_id) != comp_id_)
    return refuse("TargetCompID (56) is not ours");

  answer.comp_id = raw_field(bytes, tag::sender_comp_id);
  const std::string username = raw_field(bytes, tag::username);
  const std::string password = raw_field(bytes, tag::password);
  const auto session = sessions_.find(answer.comp_id);
  answer.username = Alpha<6>::from(username);
  if (session != sessions_.end() && username.empty())
    answer.username = session->second.username;
  answer.password = Alpha<10>::from(password);
  if (!limits_.may_try(address, answer.username, steady_ns))
    return refuse("too many failed logons from there");
  // The password is looked at even where it does not matter: the time tells nothing.
  const std::uint32_t account = accounts_.find(answer.username, answer.password);
  const bool fits = username.size() <= sizeof(Alpha<6>) && password.size() <= sizeof(Alpha<10>);
  if (account == 0 || !fits || session == sessions_.end() ||
      node::folded(answer.username) != session->second.username) {
    limits_.failed(address, answer.username, steady_ns);
    return refuse("CompID, Username (553) or Password (554) is wrong");
  }
  const bool speaks =
      answer.version == Version::fix44 ? session->second.fix44 : session->second.fix50sp2;
  return speaks ? answer : refuse("the account does not come in this version of FIX");
}

}  // namespace wirebook::fix
