// The accounts that have come by FIX so far, and what their ways to the node bring.
//
// Shapes: see fix_member.hpp. Threads: the gateway's. Errors: see fix_member.hpp. Cost: a look-up a
// Logon; a member lives on, as what it knows of its orders does.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "node/fix/gateway/fix_member.hpp"
#include "node/fix/gateway/fix_port.hpp"

namespace wirebook::fix {

class Members {
 public:
  Members(const node::NodeConfig& config, node::Endpoint order_entry, const Poller& poller,
          std::function<void(const std::string&)> on_line);

  Member& of(const std::string& comp_id);
  /// The poller's keys of ways to the node.
  [[nodiscard]] static bool is_link(std::uint64_t key) { return (key & link_bit) != 0; }
  void on_link(std::uint64_t key, const Clocks& clocks);
  /// A member that has just begun is waited for.
  void watch(Member& member);
  void tick(const Clocks& clocks);
  void log_out(const std::string& why, const Clocks& clocks);

 private:
  static constexpr std::uint64_t link_bit = std::uint64_t{1} << 63;
  struct Known {
    std::unique_ptr<Member> member;
    std::uint64_t watched = 0;  ///< which generation of its link
  };

  void watch(std::size_t index);

  const MemberOptions options_;
  const Poller* poller_;
  std::vector<Known> known_;
  std::map<std::string, std::size_t> by_comp_id_;
};

}  // namespace wirebook::fix
