#include "node/order_entry/login_limits.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include <sodium.h>

#include "node/clock.hpp"
#include "node/order_entry/password_hash.hpp"

namespace wirebook::node {

namespace {

static_assert(std::tuple_size_v<LoginLimits::Key> == crypto_shorthash_KEYBYTES);

LoginLimits::Key random_key() {
  const PasswordHash::Salt salt = random_salt();
  LoginLimits::Key key{};
  std::copy(salt.begin(), salt.end(), key.begin());
  return key;
}

std::uint64_t keyed(const LoginLimits::Key& key, std::span<const unsigned char> bytes) {
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), bytes.data(), bytes.size(), key.data());
  std::uint64_t number = 0;
  std::memcpy(&number, hash.data(), sizeof number);
  return number;
}

}  // namespace

bool FailureTable::is_spent(std::uint64_t key, std::uint64_t steady_ns) const noexcept {
  if (failures_max_ == 0)
    return false;
  const auto set = std::span(entries_).subspan(set_of(key), ways);
  return std::any_of(set.begin(), set.end(), [&](const Entry& entry) {
    return entry.key == key && !is_over(entry, steady_ns) && entry.failures >= failures_max_;
  });
}

void FailureTable::note(std::uint64_t key, std::uint64_t steady_ns) noexcept {
  const auto set = std::span(entries_).subspan(set_of(key), ways);
  const auto found = std::find_if(set.begin(), set.end(), [&](const Entry& entry) {
    return entry.key == key && !is_over(entry, steady_ns);
  });
  if (found != set.end()) {
    ++found->failures;
    return;
  }
  // One that is over, else the one whose window began first.
  const auto rank = [&](const Entry& entry) {
    return is_over(entry, steady_ns) ? 0 : entry.window_begin_ns;
  };
  *std::min_element(set.begin(), set.end(), [&](const Entry& a, const Entry& b) {
    return rank(a) < rank(b);
  }) = {.key = key, .window_begin_ns = steady_ns, .failures = 1};
}

LoginLimits::LoginLimits(const LoginLimitsConfig& config) : LoginLimits(config, random_key()) {}

LoginLimits::LoginLimits(const LoginLimitsConfig& config, const Key& key)
    : key_(key),
      by_name_(config.failures, config.window_ms * ns_per_ms),
      by_address_(config.failures_of_address, config.window_ms * ns_per_ms) {}

bool LoginLimits::may_try(std::uint32_t address, const Alpha<6>& username,
                          std::uint64_t steady_ns) const noexcept {
  return !by_name_.is_spent(key_of(address, username), steady_ns) &&
         !by_address_.is_spent(key_of(address), steady_ns);
}

void LoginLimits::failed(std::uint32_t address, const Alpha<6>& username,
                         std::uint64_t steady_ns) noexcept {
  by_name_.note(key_of(address, username), steady_ns);
  by_address_.note(key_of(address), steady_ns);
}

std::uint64_t LoginLimits::key_of(std::uint32_t address) const noexcept {
  std::array<unsigned char, sizeof address> bytes{};
  std::memcpy(bytes.data(), &address, sizeof address);
  return keyed(key_, bytes);
}

std::uint64_t LoginLimits::key_of(std::uint32_t address, const Alpha<6>& username) const noexcept {
  const Alpha<6> name = folded(username);
  std::array<unsigned char, sizeof address + sizeof name> bytes{};
  std::memcpy(bytes.data(), &address, sizeof address);
  std::memcpy(bytes.data() + sizeof address, name.text.data(), sizeof name);
  return keyed(key_, bytes);
}

}  // namespace wirebook::node
