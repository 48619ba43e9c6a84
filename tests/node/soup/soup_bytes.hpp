// SoupBinTCP packets as bytes, for tests.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/uio.h>

namespace wirebook::test {

inline std::vector<std::byte> to_bytes(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}
inline std::string to_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::string to_text(std::span<const iovec> vectors) {
  std::string text;
  for (const iovec& vector : vectors)
    text.append(static_cast<const char*>(vector.iov_base), vector.iov_len);
  return text;
}

/// A packet with its header.
inline std::string packet(char type, std::string_view payload = {}) {
  const std::size_t length = 1 + payload.size();
  std::string text{static_cast<char>(length >> 8), static_cast<char>(length & 0xFF), type};
  return text.append(payload);
}

inline std::string padded(std::string_view text, std::size_t width) {
  std::string all(text);
  all.resize(width, ' ');
  return all;
}
inline std::string login_packet(std::string_view user, std::string_view password,
                                std::string_view session = "", std::string_view number = "1") {
  return packet('L', padded(user, 6) + padded(password, 10) + padded(session, 10) +
                         std::string(20 - number.size(), ' ') + std::string(number));
}

/// Messages as a store keeps them: u16 length and bytes.
inline std::string block(std::string_view message) {
  return std::string{static_cast<char>(message.size() >> 8),
                     static_cast<char>(message.size() & 0xFF)}
      .append(message);
}

}  // namespace wirebook::test
