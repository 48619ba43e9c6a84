// Reads a journal behind its writer: whole groups in place, from segments that still grow.
//
//   ── segment, left: unmapped ──┬── this one ──┬── the next, mapped too: groups lie over borders
//                                   ▲        ▲ blocks that are written again are not touched
//                                   └ sequence()
//
// It never looks at a slot that is not durable, nor at the block that the watermark lies in: a
// page that the writer's direct I/O has to throw out again would cost both of them. So it ends up
// to a block and a group behind the watermark.
//
// Shapes: pointers into a map, valid until the next call. Threads: one. Errors: `wait` where a slot
// that should be there is not, for a while; then `fault`, with a text, for good. Cost: a CRC a
// slot; two segments are mapped at any time; a directory is listed once a segment.
// Specification: README.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "wirebook/slot.hpp"

namespace wirebook::journal {

class Follower {
 public:
  enum class Step : std::uint8_t { group, wait, fault };

  /// From this sequence on, the head of a group.
  Follower(std::string directory, std::uint64_t sequence);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  /// `durable` is the writer's watermark.
  [[nodiscard]] Step next(std::uint64_t durable);
  /// After `group`.
  [[nodiscard]] const SlotGroup& group() const;
  /// Of the last group.
  [[nodiscard]] std::uint32_t epoch() const { return epoch_; }
  /// Behind the last group.
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  /// After `fault`.
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  struct View;

  [[nodiscard]] std::string open_view();
  [[nodiscard]] std::string read_group();
  Step miss(std::string reason);

  std::string directory_;
  std::uint64_t sequence_;
  std::uint32_t epoch_ = 0;
  std::unique_ptr<View> view_;
  std::uint32_t misses_ = 0;
  std::string fault_;
};

}  // namespace wirebook::journal
