// A disk that has done everything at once: what is left is what the journal costs the processor.
//
// Shapes, threads: as journal::Disk. Errors: none. Cost: an entry of a queue, and about a
// microsecond a batch, as the system call takes: a writer that came back at once would look at the
// ring ten million times a second and take its newest lines from who fills it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "wirebook/assert.hpp"

#include "journal/disk.hpp"
#include "slot_ring/idle.hpp"

namespace wirebook::bench {

class NullDisk final : public journal::Disk {
 public:
  void submit(std::span<const journal::Request> batch) noexcept override {
    for (int i = 0; i < pauses_per_batch; ++i)
      slot_ring::pause_processor();
    for (const journal::Request& request : batch) {
      WIREBOOK_ASSERT(count_ < done_.size());
      const bool is_write = request.kind == journal::RequestKind::write;
      done_[count_++] = {request.kind, request.id,
                         is_write ? static_cast<std::int32_t>(request.bytes) : 0};
    }
  }
  std::size_t poll(std::span<journal::Completion> out) noexcept override {
    std::size_t taken = 0;
    while (taken < out.size() && count_ != 0)
      out[taken++] = done_[--count_];
    return taken;
  }

 private:
  static constexpr int pauses_per_batch = 16;
  // A write and a segment have one completion each.
  std::array<journal::Completion, journal::depth_max + 2 * journal::open_segments_max> done_{};
  std::size_t count_ = 0;
};

}  // namespace wirebook::bench
