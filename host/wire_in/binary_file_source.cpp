#include "wire_in/binary_file_source.hpp"

namespace wirebook::wire_in {

std::optional<std::span<const std::byte>> BinaryFileSource::next() noexcept {
  if (ended_)
    return std::nullopt;
  const auto message = blocks_.next();
  if (message && message->empty()) {
    ended_ = true;
    return std::nullopt;
  }
  return message;
}

Outcome BinaryFileSource::outcome() const noexcept {
  if (blocks_.rest().empty())
    return Outcome::ok;
  return ended_ ? Outcome::file_bytes_after_end : Outcome::file_truncated;
}

}  // namespace wirebook::wire_in
