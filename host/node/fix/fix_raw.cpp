#include "node/fix/fix_raw.hpp"

#include <cstdio>
#include <cstdlib>

namespace wirebook {
namespace fix {

namespace {

const char separator = '\001';

std::string checksum_of(const std::string& bytes, std::size_t size) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < size; ++i)
    sum += static_cast<unsigned char>(bytes[i]);
  char text[4];
  std::snprintf(text, sizeof text, "%03u", sum % 256);
  return text;
}

}  // namespace

std::string raw_field(const std::string& bytes, int tag) {
  const std::string key = separator + std::to_string(tag) + "=";
  std::size_t begin = bytes.find(key);
  if (begin == std::string::npos) {
    if (bytes.compare(0, key.size() - 1, key, 1, std::string::npos) != 0)
      return {};
    begin = key.size() - 1;  // the first field of all
  } else {
    begin += key.size();
  }
  return bytes.substr(begin, bytes.find(separator, begin) - begin);
}

int raw_number(const std::string& bytes, int tag) {
  const std::string text = raw_field(bytes, tag);
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos)
    return -1;
  return std::atoi(text.c_str());
}

std::string without_password(const std::string& bytes) {
  std::string result = bytes;
  const std::string key = std::string(1, separator) + "554=";
  for (std::size_t at = result.find(key); at != std::string::npos; at = result.find(key, at)) {
    at += key.size();
    for (; at < result.size() && result[at] != separator; ++at)
      result[at] = '*';
  }
  const std::size_t trailer = result.rfind(std::string(1, separator) + "10=");
  if (trailer != std::string::npos && trailer + 8 <= result.size())
    result.replace(trailer + 4, 3, checksum_of(result, trailer + 1));
  return result;
}

}  // namespace fix
}  // namespace wirebook
