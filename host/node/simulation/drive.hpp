// A simulated drive with one directory: what a reader sees now, and what is left when the power
// goes.
//
//   write ──► view  ── sync ──► durable
//              │ power loss: of each sector that was not synced any version that it had; of names
//              └───────────  the first few changes; of a file's length the old or the new one
//
// Sectors of 512 bytes are whole: old or new. Names change in their order. These are the
// assumptions that the journal makes of a drive and a file system, and no more.
//
// Shapes: files by number, names to numbers. Threads: one. Errors: negative errno. Cost: a copy.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/simulation/random.hpp"
#include "node/simulation/record.hpp"

namespace wirebook::simulation {

inline constexpr std::size_t sector_bytes = 512;

/// Files are mapped in place: their bytes lie as pages do.
template <class Value>
struct PageAllocator {
  using value_type = Value;
  static constexpr std::align_val_t alignment{4096};
  PageAllocator() = default;
  template <class Other>
  PageAllocator(const PageAllocator<Other>&) {}  // implicit, as containers rebind it
  Value* allocate(std::size_t count) {
    return static_cast<Value*>(::operator new(count * sizeof(Value), alignment));
  }
  void deallocate(Value* values, std::size_t) { ::operator delete(values, alignment); }
  friend bool operator==(const PageAllocator&, const PageAllocator&) { return true; }
};
using FileBytes = std::vector<std::byte, PageAllocator<std::byte>>;

class Drive {
 public:
  using File = std::uint32_t;  ///< 0: none
  using Names = std::map<std::string, File, std::less<>>;

  Drive(Random& random, Record& record);

  // Names.
  File create(std::string_view name);  ///< empty; a file of that name is cut
  int rename(std::string_view from, std::string_view to);
  int remove(std::string_view name);
  void sync_names();
  [[nodiscard]] const Names& names() const { return names_; }
  [[nodiscard]] const Names& durable_names() const { return durable_names_; }
  [[nodiscard]] File find(std::string_view name) const;

  // Bytes.
  int grow(File file, std::uint64_t bytes);  ///< by zeros
  void write(File file, std::uint64_t offset, std::span<const std::byte> bytes);
  void sync(File file);
  void sync(File file, std::uint64_t offset, std::uint64_t bytes);
  [[nodiscard]] std::span<const std::byte> view(File file) const { return files_[file].view; }
  [[nodiscard]] std::span<const std::byte> durable(File file) const { return files_[file].durable; }

  void power_loss();
  /// Changes so far, of bytes and names.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }

  /// No room: creating and growing fail.
  void set_full(bool full) { full_ = full; }
  [[nodiscard]] bool full() const { return full_; }

  // Damage, below all of the above.
  void rot(File file, std::uint64_t byte);
  void misplace(File file, std::uint64_t offset, std::span<const std::byte> bytes);
  struct Damage {
    File file = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };
  [[nodiscard]] const std::vector<Damage>& damage() const { return damage_; }
  /// Something there was told to be written, or rests, and is not what it should be.
  [[nodiscard]] bool is_damaged(File file, std::uint64_t offset, std::uint64_t bytes) const;
  void note_damage(File file, std::uint64_t offset, std::uint64_t bytes);

 private:
  using Sector = std::array<std::byte, sector_bytes>;
  struct Content {
    FileBytes view;
    FileBytes durable;  ///< as long as `view`
    std::uint64_t durable_bytes = 0;
    std::map<std::uint64_t, std::vector<Sector>> unsynced;  ///< by sector, its versions
  };
  struct Change {
    enum class Kind : std::uint8_t { link, rename, remove } kind{};
    std::string name;
    std::string to;
    File file = 0;
  };
  static void apply(Names& names, const Change& change);
  void change(Change change);
  void lose_sectors(Content& content);

  Random* random_;
  Record* record_;
  std::vector<Content> files_{1};
  Names names_;
  Names durable_names_;
  std::vector<Change> unsynced_changes_;
  std::vector<Damage> damage_;
  std::uint64_t changes_ = 0;
  bool full_ = false;
};

}  // namespace wirebook::simulation
