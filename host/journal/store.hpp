// The seam for whole files of a journal's directory: recovery and snapshots go through it, so that
// a simulator can crash between any two calls and tear the one that was under way.
//
//   recover, snapshots ──► Store ──► DirectoryStore: a directory of a file system
//                                 └► a simulator's, or a test's, in memory
//
// What a call promises when it has returned 0 holds through a loss of power: `zero_rest`, `sync`,
// `write_file`; a `remove` only after `sync_directory`. A call that was cut short by a crash may
// have done any part of it, in whole sectors of 512 bytes; but a file of `write_file` is there
// whole, or not at all under its name.
//
// Shapes: names without directories. Threads: one. Errors: an errno, 0 for none; nothing throws.
// Cost: a few system calls each; `zero_rest` reads to the end, and writes only what is not zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "journal/file_names.hpp"

namespace wirebook::journal {

class Store {
 public:
  virtual ~Store() = default;

  /// The names of all that is there, in any order.
  [[nodiscard]] virtual int list(std::vector<std::string>& names) = 0;
  /// The file's bytes, aligned as a page is; valid as long as the store is, even if the file is
  /// removed, and `zero_rest` shows in them.
  [[nodiscard]] virtual int map(const std::string& name, std::span<const std::byte>& bytes) = 0;
  /// Waits until nobody writes to the segment any more, and keeps others from it as long as the
  /// store lives: writes of a process that was killed may still be under way. EBUSY: it lives.
  [[nodiscard]] virtual int claim(const std::string& name) = 0;
  /// Zeros from this byte to the end of the file, and all of the file on stable storage.
  [[nodiscard]] virtual int zero_rest(const std::string& name, std::uint64_t from) = 0;
  /// All of the file on stable storage, whoever wrote it.
  [[nodiscard]] virtual int sync(const std::string& name) = 0;
  /// The pieces one behind the other as a file of this name, instead of one that was there:
  /// written under another name, synced, renamed, the directory synced.
  [[nodiscard]] virtual int write_file(const std::string& name,
                                       std::span<const std::span<const std::byte>> pieces) = 0;
  [[nodiscard]] virtual int remove(const std::string& name) = 0;
  [[nodiscard]] virtual int sync_directory() = 0;
};

}  // namespace wirebook::journal
