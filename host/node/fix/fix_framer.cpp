#include "node/fix/fix_framer.hpp"

#include <algorithm>

namespace wirebook::fix {

namespace {

using namespace std::string_view_literals;

constexpr char separator = '\001';
constexpr std::string_view start = "8=FIX"sv;
constexpr std::size_t begin_string_max = 16;
constexpr std::size_t length_digits_max = 20;  // with leading zeros, which some engines pad with
constexpr std::size_t trailer_bytes = "10=000|"sv.size();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_trailer(std::string_view text) {
  return text.substr(0, 3) == "10="sv && is_digit(text[3]) && is_digit(text[4]) &&
         is_digit(text[5]) && text[6] == separator;
}

}  // namespace

std::span<char> Framer::room() {
  if (begin_ != 0 && buffer_.size() - end_ < message_bytes_max_) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
  }
  return std::span(buffer_).subspan(end_);
}

Framer::Look Framer::look(std::string_view text, std::size_t& bytes) const {
  const std::size_t known = std::min(text.size(), start.size());
  if (text.substr(0, known) != start.substr(0, known))
    return Look::garbled;
  const std::size_t length_at = text.find(separator) + 1;  // 0: not there
  if (length_at == 0)
    return text.size() < begin_string_max ? Look::more : Look::garbled;
  if (text.size() < length_at + 2)
    return Look::more;
  if (length_at > begin_string_max || text.substr(length_at, 2) != "9="sv)
    return Look::garbled;
  std::size_t length = 0;
  std::size_t at = length_at + 2;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    length = length * 10 + static_cast<std::size_t>(text[at] - '0');
    if (length > message_bytes_max_ || at - length_at - 2 == length_digits_max)
      return Look::garbled;
  }
  if (at == text.size())
    return Look::more;
  if (text[at] != separator || at == length_at + 2)
    return Look::garbled;
  const std::size_t body_end = at + 1 + length;
  bytes = body_end + trailer_bytes;
  if (length == 0 || bytes > message_bytes_max_)
    return Look::garbled;
  if (text.size() < bytes)
    return Look::more;
  const bool good = text[body_end - 1] == separator && is_trailer(text.substr(body_end));
  return good ? Look::whole : Look::garbled;
}

void Framer::skip_to_next_start() {
  ++garbled_;
  const std::string_view text(buffer_.data() + begin_, end_ - begin_);
  const std::size_t at = text.find(start, 1);
  if (at != std::string_view::npos) {
    begin_ += at;
    return;
  }
  // The end may be the beginning of a start.
  std::size_t kept = std::min(start.size() - 1, text.size() - 1);
  while (kept > 0 && text.substr(text.size() - kept) != start.substr(0, kept))
    --kept;
  begin_ = end_ - kept;
}

std::optional<std::string_view> Framer::next() {
  while (begin_ != end_) {
    std::size_t bytes = 0;
    const std::string_view text(buffer_.data() + begin_, end_ - begin_);
    const Look found = look(text, bytes);
    if (found == Look::more)
      return std::nullopt;
    if (found == Look::whole) {
      begin_ += bytes;
      return text.substr(0, bytes);
    }
    skip_to_next_start();
  }
  begin_ = end_ = 0;
  return std::nullopt;
}

}  // namespace wirebook::fix
