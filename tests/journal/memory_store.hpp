// A Store in memory that can crash in any of its calls, and then has of what was not synced any
// sectors, and of the directory any names.
//
// Shapes: a file is what its name says and what the drive has of it. Threads: one. Errors: none of
// its own; a crash is an exception.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "wirebook/slot.hpp"

#include "journal/store.hpp"

namespace wirebook::journal::test {

struct Crashed {};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(std::uint64_t seed = 1) : random_(seed) {}

  void put(const std::string& name, std::span<const std::byte> bytes) {
    auto file = std::make_shared<File>();
    file->size = bytes.size();
    file->seen.resize((bytes.size() + slot_bytes - 1) / slot_bytes);
    if (!bytes.empty())
      std::memcpy(static_cast<void*>(file->seen.data()), bytes.data(), bytes.size());
    file->kept = file->seen;
    seen_[name] = kept_[name] = file;
  }
  /// Throws Crashed in the call after so many more; that call is done in part.
  void crash_after(std::uint64_t calls) { calls_left_ = calls; }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }

  /// The power comes back.
  void restart() {
    for (const auto& [name, file] : kept_)
      keep_some(*file);
    for (const auto& [name, file] : seen_)
      keep_some(*file);
    std::map<std::string, std::shared_ptr<File>> names = kept_;
    for (const auto& [name, file] : kept_)
      if (!seen_.contains(name) && random_() % 2 == 0)
        names.erase(name);
    for (const auto& [name, file] : seen_)
      if ((!kept_.contains(name) || kept_[name] != file) && random_() % 2 == 0)
        names[name] = file;
    seen_ = kept_ = names;
    calls_left_ = never;
  }

  void copy_to(MemoryStore& other) const {
    for (const auto& [name, bytes] : contents())
      other.put(name, bytes);
  }
  [[nodiscard]] std::map<std::string, std::vector<std::byte>> contents() const {
    std::map<std::string, std::vector<std::byte>> all;
    for (const auto& [name, file] : seen_)
      all[name].assign(file->bytes().begin(), file->bytes().end());
    return all;
  }
  /// What the drive has is what is seen.
  [[nodiscard]] bool all_kept() const {
    return seen_ == kept_ && std::ranges::all_of(seen_, [](const auto& entry) {
             return entry.second->seen.empty() ||
                    std::memcmp(entry.second->seen.data(), entry.second->kept.data(),
                                entry.second->seen.size() * slot_bytes) == 0;
           });
  }

  [[nodiscard]] int list(std::vector<std::string>& names) override {
    count_call();
    names.clear();
    for (const auto& [name, file] : seen_)
      names.push_back(name);
    std::ranges::shuffle(names, random_);
    return 0;
  }
  [[nodiscard]] int map(const std::string& name, std::span<const std::byte>& bytes) override {
    count_call();
    if (!seen_.contains(name))
      return ENOENT;
    maps_.push_back(seen_.at(name));
    bytes = maps_.back()->bytes();
    return 0;
  }
  [[nodiscard]] int claim(const std::string& name) override {
    count_call();
    return seen_.contains(name) ? 0 : ENOENT;
  }
  [[nodiscard]] int zero_rest(const std::string& name, std::uint64_t from) override {
    if (!seen_.contains(name))
      return ENOENT;
    File& file = *seen_.at(name);
    const auto rest = file.writable().subspan(std::min<std::uint64_t>(from, file.size));
    std::memset(rest.data(), 0, rest.size());
    count_call();
    file.kept = file.seen;
    return 0;
  }
  [[nodiscard]] int sync(const std::string& name) override {
    count_call();
    if (!seen_.contains(name))
      return ENOENT;
    seen_.at(name)->kept = seen_.at(name)->seen;
    return 0;
  }
  [[nodiscard]] int write_file(const std::string& name,
                               std::span<const std::span<const std::byte>> pieces) override {
    std::vector<std::byte> all;
    for (const auto piece : pieces)
      all.insert(all.end(), piece.begin(), piece.end());
    if (calls_left_ == 0 && random_() % 2 == 0)
      put(name + std::string(unfinished_suffix),
          std::span(all).first(random_() % (all.size() + 1)));
    count_call();
    put(name, all);
    return 0;
  }
  [[nodiscard]] int remove(const std::string& name) override {
    if (seen_.erase(name) == 0)
      return ENOENT;
    count_call();
    return 0;
  }
  [[nodiscard]] int sync_directory() override {
    count_call();
    kept_ = seen_;
    return 0;
  }

 private:
  struct File {
    std::vector<Slot> seen;
    std::vector<Slot> kept;
    std::size_t size = 0;

    [[nodiscard]] std::span<const std::byte> bytes() const {
      return std::as_bytes(std::span(seen)).first(size);
    }
    [[nodiscard]] std::span<std::byte> writable() {
      return std::as_writable_bytes(std::span(seen)).first(size);
    }
  };
  static constexpr std::uint64_t never = ~std::uint64_t{0};
  static constexpr std::size_t slots_in_sector = 8;

  void count_call() {
    ++calls_;
    if (calls_left_ != never && calls_left_-- == 0)
      throw Crashed{};
  }
  void keep_some(File& file) {
    for (std::size_t i = 0; i < file.seen.size(); i += slots_in_sector) {
      const std::size_t count = std::min(slots_in_sector, file.seen.size() - i);
      if (random_() % 2 == 0)
        std::copy_n(file.seen.begin() + static_cast<std::ptrdiff_t>(i), count,
                    file.kept.begin() + static_cast<std::ptrdiff_t>(i));
    }
    file.seen = file.kept;
  }

  std::mt19937_64 random_;
  std::map<std::string, std::shared_ptr<File>> seen_;
  std::map<std::string, std::shared_ptr<File>> kept_;
  std::vector<std::shared_ptr<File>> maps_;
  std::uint64_t calls_ = 0;
  std::uint64_t calls_left_ = never;
};

}  // namespace wirebook::journal::test
