// The shadow: a replica that follows the journal on a thread of its own, and writes snapshots.
//
//   ring ──► journal writer ──► segments ──► Follower ──► Replica ──► snapshot, each so many slots
//                   └── durable() ──────────────┘
//
// It reads what is on disk and durable, never the ring: it holds nobody up, and what it tells of
// is there for good. A snapshot is of a named sequence between two groups; nothing stops for it,
// for the shadow's engine is another one than the node's.
//
// Shapes: see journal/snapshot.hpp. Threads: `start` and `stop` from one thread, `status` from any;
// `durable` is called from the shadow's. Errors: a snapshot that cannot be written is told of, and
// the next one is tried in its turn; a journal that cannot be read, or a digest that differs, ends
// it, with a text: a doubtful state is never saved. Cost: nice 19; a second engine and log in
// memory, and their state once more while it is written. Specification: host/journal/README.md.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "journal/directory_store.hpp"
#include "journal/follower.hpp"
#include "node/recovery/replica.hpp"

namespace wirebook::node {

struct ShadowOptions {
  std::string directory;  ///< of the day
  std::uint32_t shard = 0;
  std::uint32_t trading_day = 0;  ///< yyyymmdd
  std::uint64_t snapshot_slots = std::uint64_t{4} << 20;
  std::size_t snapshots_kept = 2;
};

struct ShadowStatus {
  std::uint64_t sequence = 0;           ///< of the next group
  std::uint64_t snapshots = 0;          ///< written
  std::uint64_t snapshot_sequence = 0;  ///< of the last
  std::uint64_t snapshot_bytes = 0;     ///< of its file
  std::string failure;                  ///< why it ended by itself; empty if it did not
  std::string warning;                  ///< why the last snapshot was not written
};

class Shadow {
 public:
  /// The writer's watermark: all slots before it are durable.
  using Durable = std::function<std::uint64_t()>;

  /// `replica` is where it begins, made of a snapshot or of nothing. Throws std::system_error if
  /// the directory is not there.
  Shadow(ShadowOptions options, std::unique_ptr<Replica> replica, Durable durable);
  ~Shadow();  ///< stops
  Shadow(const Shadow&) = delete;
  Shadow& operator=(const Shadow&) = delete;

  void start();
  /// At once, also while it saves: a snapshot that is under way is dropped.
  void stop();

  [[nodiscard]] ShadowStatus status() const;

 private:
  void run(const std::stop_token& stop);
  bool follow(const std::stop_token& stop, std::uint64_t durable);
  void save(const std::stop_token& stop);
  [[nodiscard]] std::string write(const std::stop_token& stop);
  void fail(std::string why);
  void tell_sequence();

  const ShadowOptions options_;
  std::unique_ptr<Replica> replica_;
  Durable durable_;
  journal::DirectoryStore store_;
  journal::Follower follower_;
  std::uint64_t save_at_;
  bool failed_ = false;
  std::vector<std::byte> content_;
  std::vector<std::byte> file_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  ShadowStatus status_;
  std::jthread thread_;
};

}  // namespace wirebook::node
