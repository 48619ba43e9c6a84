// A password as node.toml keeps it: salted and hashed, compared in constant time.
//
// The hash is fast on purpose. Logins are checked by the thread that takes the orders, where a slow
// hash would hold up everybody each time a stranger guesses; and passwords of 10 characters that
// cross the wire as they are gain little from it. So what keeps a password is that the file is
// read by the node alone, that guesses are counted (login_limits.hpp), and that it was drawn at
// random: `wirebook hash-password --generate`.
//
// Shapes: text is "b2:<salt, 32 hex digits>:<hash, 64 hex digits>"; the hash is BLAKE2b-256 of the
// password in upper case, padded with spaces to 10 bytes, with this salt and the personalization
// "wirebook login 1". Threads: pure, but for random numbers of the system. Errors: a text that is
// none gives nullopt. Cost: one BLAKE2b block, whatever is given. Specification: RFC 7693.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wirebook/units.hpp"

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

class PasswordHash {
 public:
  static constexpr std::size_t salt_bytes = 16;
  static constexpr std::size_t hash_bytes = 32;
  using Salt = std::array<std::uint8_t, salt_bytes>;

  /// One that no password has.
  PasswordHash() = default;
  PasswordHash(const Alpha<10>& password, const Salt& salt);

  [[nodiscard]] static std::optional<PasswordHash> from_text(std::string_view text);
  [[nodiscard]] std::string to_text() const;

  /// Takes the same time whatever is in it and whatever comes out.
  [[nodiscard]] bool matches(const Alpha<10>& password) const noexcept;

  friend bool operator==(const PasswordHash&, const PasswordHash&) = default;

 private:
  Salt salt_{};
  std::array<std::uint8_t, hash_bytes> hash_{};
};

[[nodiscard]] PasswordHash::Salt random_salt();
/// Ten letters and digits, of which any is as likely: 51 bits.
[[nodiscard]] Alpha<10> random_password();

}  // namespace wirebook::node
