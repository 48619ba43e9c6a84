// How often a login may fail: by user name at an address, and by address.
//
// Only failures count. Beyond a limit an attempt is refused before its password is looked at, until
// the window that the first failure began is over. What is up is not touched. Names that nobody has
// count like others, so that a refusal tells nothing.
//
// The tables are bounded, in sets of four by a keyed hash. Where a set is full, the entry whose
// window began first makes room. So an attacker with many addresses can make the node forget
// failures, his own or others'; he cannot make it refuse anybody: for that, failures have to come
// from that very address. By UDP addresses can be forged where the network lets them: who can do
// that can use up an address's attempts. TCP has limits of its own, which forged packets do not
// reach, and sessions that are up stay up.
//
// Shapes: IPv4 addresses without their port, user names without regard to case. Threads: one.
// Errors: none. Cost: one set of each table, 192 KiB of them; no allocation after the constructor.
// Specification: README.md of this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "wirebook/units.hpp"

#include "node/config/limits_config.hpp"

namespace wirebook::node {

/// Failures by key, within windows.
class FailureTable {
 public:
  static constexpr std::size_t sets = 1024;
  static constexpr std::size_t ways = 4;

  FailureTable(std::uint32_t failures_max, std::uint64_t window_ns)
      : failures_max_(failures_max), window_ns_(window_ns), entries_(sets * ways) {}

  /// The key may not fail again in its window.
  [[nodiscard]] bool is_spent(std::uint64_t key, std::uint64_t steady_ns) const noexcept;
  void note(std::uint64_t key, std::uint64_t steady_ns) noexcept;

 private:
  struct Entry {
    std::uint64_t key = 0;
    std::uint64_t window_begin_ns = 0;
    std::uint32_t failures = 0;  ///< 0: free
  };

  [[nodiscard]] bool is_over(const Entry& entry, std::uint64_t steady_ns) const noexcept {
    return entry.failures == 0 || steady_ns - entry.window_begin_ns >= window_ns_;
  }
  [[nodiscard]] static std::size_t set_of(std::uint64_t key) { return key % sets * ways; }

  const std::uint64_t failures_max_;  ///< 0: no limit
  const std::uint64_t window_ns_;
  std::vector<Entry> entries_;
};

class LoginLimits {
 public:
  using Key = std::array<unsigned char, 16>;

  /// With a key of its own that nobody knows.
  explicit LoginLimits(const LoginLimitsConfig& config);
  /// With this one.
  LoginLimits(const LoginLimitsConfig& config, const Key& key);

  /// False: refuse, without a look at the password.
  [[nodiscard]] bool may_try(std::uint32_t address, const Alpha<6>& username,
                             std::uint64_t steady_ns) const noexcept;
  /// It was tried, and the name or the password was wrong.
  void failed(std::uint32_t address, const Alpha<6>& username, std::uint64_t steady_ns) noexcept;

 private:
  [[nodiscard]] std::uint64_t key_of(std::uint32_t address) const noexcept;
  [[nodiscard]] std::uint64_t key_of(std::uint32_t address,
                                     const Alpha<6>& username) const noexcept;

  Key key_;
  FailureTable by_name_;
  FailureTable by_address_;
};

}  // namespace wirebook::node
