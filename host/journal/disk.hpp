// The seam between the journal's writer and what it writes to: io_uring, plain system calls, or a
// simulated disk that tears, reorders and fails as a seed tells it.
//
// Shapes: a request names the segment by a small number that the writer gives out; a completion
// names its request. A write's bytes lie in the ring and stay there until its completion came.
// Threads: all calls from the thread that polls the writer. Errors: as negative errno in the
// completion; nothing throws. Cost: two virtual calls a poll, none a slot.
//
//   WriterCore ──submit(batch)──► Disk ──► prepare: file of zeros, header, name, directory synced
//        ▲                          │      write:   4 KiB blocks, durable if `sync`
//        └────── poll(out) ◄────────┘      close:   synced if `sync`, deleted if `remove`
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wirebook/limits.hpp"

namespace wirebook::journal {

inline constexpr std::size_t block_bytes = 4096;
inline constexpr std::uint64_t block_slots = block_bytes / slot_bytes;
constexpr std::uint64_t block_of(std::uint64_t sequence) { return sequence / block_slots; }
constexpr std::uint64_t first_of(std::uint64_t block) { return block * block_slots; }

/// Of a segment's file, what its header takes: the slots begin behind it.
inline constexpr std::uint64_t slots_offset = block_bytes;

/// So many segments are open at once, at most; `Request::segment` is below it.
inline constexpr std::uint32_t open_segments_max = 8;
/// So many writes are in flight at once, at most; a write's `Request::id` is below it.
inline constexpr std::uint32_t depth_max = 64;

enum class RequestKind : std::uint8_t { prepare, write, close };

struct Request {
  RequestKind kind = RequestKind::write;
  bool sync = false;    ///< `write`, `close`: completed means on stable storage
  bool remove = false;  ///< `close`: nothing was written to it, delete it
  std::uint32_t id = 0;
  std::uint32_t segment = 0;
  std::uint64_t first_sequence = 0;  ///< `prepare`
  std::uint64_t window_slots = 0;    ///< `prepare`: for the header
  std::uint64_t ring_slots = 0;      ///< `prepare`: for the header
  std::uint64_t offset = 0;          ///< `write`: in the file
  const std::byte* data = nullptr;   ///< `write`: in the ring
  std::uint32_t bytes = 0;           ///< `write`: whole blocks
  std::uint32_t used_bytes = 0;      ///< `write`: less than `bytes` if the last block still fills
};

struct Completion {
  RequestKind kind = RequestKind::write;
  std::uint32_t id = 0;
  std::int32_t result = 0;  ///< `write`: bytes written; others: 0; or a negative errno
};

class Disk {
 public:
  virtual ~Disk() = default;

  /// Starts all of them; their order means nothing.
  virtual void submit(std::span<const Request> batch) noexcept = 0;
  /// Never waits. Returns how many completions it has put into `out`.
  virtual std::size_t poll(std::span<Completion> out) noexcept = 0;

  /// True if bytes must not change while they are written (checksums or mirrors below): the block
  /// that still fills then comes as a write of its own, and the disk copies it.
  [[nodiscard]] virtual bool wants_stable_bytes() const noexcept { return false; }
  /// Slot bytes that were copied in user space so far.
  [[nodiscard]] virtual std::uint64_t copied_bytes() const noexcept { return 0; }
};

}  // namespace wirebook::journal
