// A journal's directory in memory, that a test can look into and spoil.
//
// Shapes: files by name. Threads: one. Errors: those that a test asks for.
#pragma once

#include <algorithm>
#include <cerrno>
#include <map>
#include <string>
#include <vector>

#include "journal/store.hpp"

namespace wirebook::journal::test {

class PlainStore final : public Store {
 public:
  using Bytes = std::vector<std::byte>;

  int list(std::vector<std::string>& names) override {
    names.clear();
    for (const auto& [name, bytes] : files)
      names.push_back(name);
    return list_error;
  }
  int map(const std::string& name, std::span<const std::byte>& bytes) override {
    const auto found = files.find(name);
    if (found == files.end())
      return ENOENT;
    bytes = found->second;
    return 0;
  }
  int claim(const std::string& name) override { return files.contains(name) ? 0 : ENOENT; }
  int zero_rest(const std::string& name, std::uint64_t from) override {
    Bytes& bytes = files[name];
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), std::byte{0});
    return 0;
  }
  int sync(const std::string&) override { return 0; }
  int write_file(const std::string& name,
                 std::span<const std::span<const std::byte>> pieces) override {
    if (write_error != 0)
      return write_error;
    Bytes bytes;
    for (const auto piece : pieces)
      bytes.insert(bytes.end(), piece.begin(), piece.end());
    files[name] = std::move(bytes);
    return 0;
  }
  int remove(const std::string& name) override {
    removed.push_back(name);
    return files.erase(name) != 0 ? 0 : ENOENT;
  }
  int sync_directory() override {
    ++directory_syncs;
    return 0;
  }

  std::map<std::string, Bytes> files;
  std::vector<std::string> removed;
  int directory_syncs = 0;
  int list_error = 0;
  int write_error = 0;
};

}  // namespace wirebook::journal::test
