// A disk in memory that completes in any order, writes short, fails and tears, as a seed says. It
// also holds the writer to its rules: no block twice in flight, no byte from anywhere but the ring.
//
// Shapes: images of segments by their first block. Threads: one. Errors: as `Disk`.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <set>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/slot.hpp"

#include "journal/disk.hpp"

namespace wirebook::journal::test {

/// In a thousand.
struct Faults {
  unsigned short_write = 0;
  unsigned again = 0;  ///< EINTR, EAGAIN
  unsigned write_error = 0;
  int write_errno = EIO;
  unsigned no_room = 0;  ///< for a segment
  unsigned sync_error = 0;
  unsigned idle = 500;  ///< polls that bring nothing more
};

/// What is on disk: a segment's slots, without its header.
using Image = std::vector<std::byte>;
using Images = std::map<std::uint64_t, Image>;

class FakeDisk final : public Disk {
 public:
  FakeDisk(std::span<const std::byte> ring, std::uint64_t segment_slots, std::uint64_t seed)
      : ring_(ring), segment_slots_(segment_slots), random_(seed) {}

  Faults faults;
  bool stable = false;
  /// What was written without `sync` may be lost until its segment is closed with it.
  bool keeps_only_synced = false;

  void submit(std::span<const Request> batch) noexcept override {
    for (const Request& request : batch)
      start(request);
  }

  std::size_t poll(std::span<Completion> out) noexcept override {
    std::size_t count = 0;
    while (count < out.size() && !pending_.empty() && !chance(faults.idle)) {
      const std::size_t which = random_() % pending_.size();
      const Pending done = std::move(pending_[which]);
      pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(which));
      out[count++] = {done.request.kind, done.request.id, finish(done)};
    }
    return count;
  }

  [[nodiscard]] bool wants_stable_bytes() const noexcept override { return stable; }

  /// The power goes: of what is in flight, any sectors are there, and others not.
  [[nodiscard]] Images after_crash() {
    Images images = images_;
    for (auto& [block, image] : images)
      for (std::size_t at = 0; keeps_only_synced && at < image.size(); at += sector_bytes)
        if (random_() % 4 == 0)
          std::memcpy(image.data() + at, synced_.at(block).data() + at, sector_bytes);
    for (const Pending& pending : pending_)
      if (pending.request.kind == RequestKind::write)
        transfer(pending, pending.request.bytes, images, true);
    return images;
  }
  [[nodiscard]] const Images& images() const { return images_; }

  /// A naive count: from `sequence` on, how far each slot was in a write that came back whole.
  [[nodiscard]] std::uint64_t durable_from(std::uint64_t sequence) {
    durable_end_ = std::max(durable_end_, sequence);
    while (durable_.contains(durable_end_))
      ++durable_end_;
    return durable_end_;
  }
  [[nodiscard]] std::size_t in_flight_most() const { return in_flight_most_; }
  [[nodiscard]] std::uint64_t writes() const { return writes_; }
  [[nodiscard]] std::size_t removed() const { return removed_; }
  [[nodiscard]] std::size_t open() const { return open_.size(); }
  [[nodiscard]] const std::vector<Request>& log() const { return log_; }

 private:
  struct Pending {
    Request request;
    std::vector<std::byte> early;  ///< the memory when the write began
  };
  static constexpr std::size_t sector_bytes = 512;

  bool chance(unsigned in_thousand) { return random_() % 1000 < in_thousand; }

  [[nodiscard]] std::uint64_t first_slot(const Request& request) const {
    return open_.at(request.segment) * block_slots + (request.offset - slots_offset) / slot_bytes;
  }

  void start(const Request& request) {
    log_.push_back(request);
    Pending pending{.request = request};
    if (request.kind == RequestKind::prepare) {
      EXPECT_FALSE(open_.contains(request.segment));
    } else {
      EXPECT_TRUE(open_.contains(request.segment));
    }
    if (request.kind == RequestKind::write) {
      check_write(request);
      pending.early.assign(request.data, request.data + request.bytes);
      ++writes_;
    }
    pending_.push_back(std::move(pending));
    in_flight_most_ = std::max(in_flight_most_, writes_in_flight());
  }

  [[nodiscard]] std::size_t writes_in_flight() const {
    return static_cast<std::size_t>(std::count_if(
        pending_.begin(), pending_.end(),
        [](const Pending& pending) { return pending.request.kind == RequestKind::write; }));
  }

  void check_write(const Request& request) {
    const std::uint64_t first = first_slot(request);
    EXPECT_EQ(request.bytes % block_bytes, 0U);
    EXPECT_EQ(request.offset % block_bytes, 0U);
    EXPECT_LE(request.offset + request.bytes, slots_offset + segment_slots_ * slot_bytes);
    EXPECT_LE(request.used_bytes, request.bytes);
    // The address is that of the slots in the ring, and the write ends where the ring does.
    EXPECT_EQ(request.data, ring_.data() + first * slot_bytes % ring_.size());
    EXPECT_LE(request.data + request.bytes, ring_.data() + ring_.size());
    if (stable && request.used_bytes < request.bytes) {
      EXPECT_EQ(request.bytes, block_bytes);
    }
    for (const Pending& other : pending_) {
      if (other.request.kind != RequestKind::write)
        continue;
      const std::uint64_t start = first_slot(other.request);
      EXPECT_TRUE(start + other.request.bytes / slot_bytes <= first ||
                  first + request.bytes / slot_bytes <= start)
          << "a block twice in flight";
    }
  }

  std::int32_t finish(const Pending& done) {
    const Request& request = done.request;
    if (request.kind == RequestKind::prepare) {
      if (chance(faults.no_room))
        return -ENOSPC;
      open_[request.segment] = request.first_sequence / block_slots;
      synced_.emplace(request.first_sequence / block_slots, Image(segment_slots_ * slot_bytes));
      EXPECT_TRUE(
          images_.emplace(request.first_sequence / block_slots, Image(segment_slots_ * slot_bytes))
              .second);
      return 0;
    }
    if (request.kind == RequestKind::close) {
      if (request.remove) {
        images_.erase(open_.at(request.segment));
        ++removed_;
      }
      if (request.sync && !request.remove)
        synced_.at(open_.at(request.segment)) = images_.at(open_.at(request.segment));
      open_.erase(request.segment);
      return chance(faults.sync_error) ? -EIO : 0;
    }
    return finish_write(done);
  }

  std::int32_t finish_write(const Pending& done) {
    const Request& request = done.request;
    if (chance(faults.again))
      return random_() % 2 == 0 ? -EINTR : -EAGAIN;
    if (chance(faults.write_error)) {
      transfer(done, request.bytes, images_, true);
      return -faults.write_errno;
    }
    std::uint32_t bytes = request.bytes;
    if (chance(faults.short_write))
      bytes = static_cast<std::uint32_t>(random_() % (bytes / sector_bytes) * sector_bytes);
    transfer(done, bytes, images_, false);
    const std::uint64_t first = first_slot(request);
    // A block that is written in part counts as not written.
    const auto used = static_cast<std::uint32_t>(
        std::min(bytes / block_bytes * block_bytes, std::size_t{request.used_bytes}));
    for (std::uint64_t i = 0; i < used / slot_bytes; ++i)
      durable_.insert(first + i);
    return static_cast<std::int32_t>(bytes);
  }

  /// Each sector as it was at some moment between then and now; torn: or not at all.
  void transfer(const Pending& pending, std::uint32_t bytes, Images& images, bool torn) {
    const Request& request = pending.request;
    Image& image = images.at(open_.at(request.segment));
    std::byte* const to = image.data() + (request.offset - slots_offset);
    for (std::size_t at = 0; at < bytes; at += sector_bytes) {
      if (torn && random_() % 2 == 0)
        continue;
      const std::byte* const from =
          random_() % 2 == 0 ? pending.early.data() + at : request.data + at;
      std::memcpy(to + at, from, sector_bytes);
    }
  }

  std::span<const std::byte> ring_;
  std::uint64_t segment_slots_;
  std::mt19937_64 random_;
  std::vector<Pending> pending_;
  std::map<std::uint32_t, std::uint64_t> open_;  ///< segment number to its first block
  Images images_;
  Images synced_;  ///< only of segments that were closed
  std::set<std::uint64_t> durable_;
  std::uint64_t durable_end_ = 0;
  std::vector<Request> log_;
  std::size_t in_flight_most_ = 0;
  std::uint64_t writes_ = 0;
  std::size_t removed_ = 0;
};

}  // namespace wirebook::journal::test
