#include "node/order_entry/password_hash.hpp"

#include <sodium.h>

#include "wirebook/assert.hpp"

namespace wirebook::node {

namespace {

constexpr std::string_view prefix = "b2:";
constexpr std::array<unsigned char, crypto_generichash_blake2b_PERSONALBYTES> personal{
    'w', 'i', 'r', 'e', 'b', 'o', 'o', 'k', ' ', 'l', 'o', 'g', 'i', 'n', ' ', '1'};
static_assert(PasswordHash::salt_bytes == crypto_generichash_blake2b_SALTBYTES);

/// Chooses the library's fastest code; any number of times, from any thread.
void begin_library() {
  const int begun = sodium_init();
  WIREBOOK_ASSERT(begun >= 0);
}

template <std::size_t bytes>
bool read_hex(std::string_view text, std::array<std::uint8_t, bytes>& out) {
  std::size_t length = 0;
  return text.size() == 2 * bytes &&
         sodium_hex2bin(out.data(), bytes, text.data(), text.size(), nullptr, &length, nullptr) ==
             0 &&
         length == bytes;
}

template <std::size_t bytes>
std::string hex(const std::array<std::uint8_t, bytes>& from) {
  std::string text(2 * bytes + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), from.data(), bytes);
  text.pop_back();
  return text;
}

std::array<std::uint8_t, PasswordHash::hash_bytes> hash_of(
    const Alpha<10>& password, const PasswordHash::Salt& salt) noexcept {
  const Alpha<10> word = folded(password);
  std::array<unsigned char, sizeof word> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<unsigned char>(word.text[i]);
  std::array<std::uint8_t, PasswordHash::hash_bytes> hash{};
  crypto_generichash_blake2b_salt_personal(hash.data(), hash.size(), bytes.data(), bytes.size(),
                                           nullptr, 0, salt.data(), personal.data());
  return hash;
}

}  // namespace

PasswordHash::PasswordHash(const Alpha<10>& password, const Salt& salt) : salt_(salt) {
  begin_library();
  hash_ = hash_of(password, salt);
}

std::optional<PasswordHash> PasswordHash::from_text(std::string_view text) {
  PasswordHash result;
  if (!text.starts_with(prefix))
    return std::nullopt;
  text.remove_prefix(prefix.size());
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !read_hex(text.substr(0, colon), result.salt_) ||
      !read_hex(text.substr(colon + 1), result.hash_))
    return std::nullopt;
  begin_library();
  return result;
}

std::string PasswordHash::to_text() const {
  return std::string(prefix) + hex(salt_) + ":" + hex(hash_);
}

bool PasswordHash::matches(const Alpha<10>& password) const noexcept {
  const auto hash = hash_of(password, salt_);
  return sodium_memcmp(hash.data(), hash_.data(), hash.size()) == 0;
}

PasswordHash::Salt random_salt() {
  begin_library();
  PasswordHash::Salt salt{};
  randombytes_buf(salt.data(), salt.size());
  return salt;
}

Alpha<10> random_password() {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  begin_library();
  Alpha<10> password{};
  for (char& c : password.text)
    c = letters[randombytes_uniform(static_cast<std::uint32_t>(letters.size()))];
  return password;
}

}  // namespace wirebook::node
