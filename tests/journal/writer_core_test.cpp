// The writer against a naive count, over a disk that reorders, tears and fails: many seeds.
#include <algorithm>
#include <cstdint>
#include <random>

#include <gtest/gtest.h>

#include "journal/journal_writer.hpp"
#include "tests/journal/fake_disk.hpp"
#include "tests/journal/stream.hpp"

namespace wirebook::journal {
namespace {

using slot_ring::Ring;
using test::FakeDisk;
using test::Faults;
using test::Images;
using test::is_slot;
using test::Stream;

#ifdef __SANITIZE_ADDRESS__  // slower by far; the release build takes them all
constexpr std::uint64_t seeds = 50;
#else
constexpr std::uint64_t seeds = 200;
#endif
constexpr int steps = 1000;

std::span<const std::byte> bytes_of(const Ring<Slot>& ring) {
  return {ring.memory().data(), ring.slots() * slot_bytes};
}

struct Shape {
  std::size_t ring_slots = 256;
  slot_ring::RingStart start;
  WriterOptions writer;
  bool stable = false;
};

Shape random_shape(std::mt19937_64& random) {
  const std::uint64_t ring_slots = std::uint64_t{256} << random() % 4;
  return {.ring_slots = ring_slots,
          // In the middle of a block, and somewhere in the ring's lap, more often than not.
          .start = {.start_sequence = random() % 4 == 0 ? 0 : random() % (3 * ring_slots),
                    .epoch = static_cast<std::uint32_t>(1 + random() % 5)},
          .writer = {.segment_slots = block_slots * (1 + random() % 12),
                     .depth = static_cast<std::uint32_t>(1 + random() % 16),
                     .short_depth = static_cast<std::uint32_t>(1 + random() % 4),
                     .write_slots = static_cast<std::uint32_t>(block_slots * (1 + random() % 6)),
                     .segments_ahead = static_cast<std::uint32_t>(1 + random() % 3)},
          .stable = random() % 4 == 0};
}

class Trial {
 public:
  Trial(std::uint64_t seed, const Faults& faults)
      : random_(seed),
        shape_(random_shape(random_)),
        ring_(shape_.ring_slots, shape_.start),
        disk_(bytes_of(ring_), shape_.writer.segment_slots, seed + 1),
        writer_(set_up(faults), disk_, shape_.writer),
        stream_(ring_),
        last_durable_(shape_.start.start_sequence),
        exact_(faults.short_write == 0) {}

  void step() {
    const std::uint64_t groups = random_() % 8 == 0 ? random_() % 500 : random_() % 3;
    for (std::uint64_t i = 0; i < groups; ++i)
      if (!stream_.write(static_cast<std::uint8_t>(random_() % 4 == 0 ? random_() % 3 : 0)))
        break;
    writer_.poll();
    check_watermark();
    if (random_() % 50 == 0)
      check_images(disk_.after_crash());
  }

  void check_watermark() {
    const std::uint64_t durable = writer_.durable();
    EXPECT_GE(durable, last_durable_);
    const std::uint64_t naive = stream_.whole(disk_.durable_from(shape_.start.start_sequence));
    EXPECT_LE(durable, naive);
    if (exact_ && writer_.state() != WriterState::failed) {
      EXPECT_EQ(durable, naive);
    }
    if (failed_) {
      EXPECT_EQ(durable, last_durable_) << "moved after it had failed";
      EXPECT_EQ(disk_.writes(), last_writes_) << "went on to write";
    }
    EXPECT_LE(ring_.cursor(0), durable);
    failed_ = writer_.state() == WriterState::failed;
    last_durable_ = durable;
    last_writes_ = disk_.writes();
  }

  /// Every slot before the watermark lies in its place and proves itself.
  void check_images(const Images& images) const {
    for (std::uint64_t sequence = shape_.start.start_sequence; sequence < writer_.durable();
         ++sequence) {
      const std::uint64_t block = sequence / block_slots;
      const auto image = std::prev(images.upper_bound(block));
      const std::uint64_t at = (sequence - image->first * block_slots) * slot_bytes;
      ASSERT_LT(at, image->second.size());
      ASSERT_TRUE(is_slot(image->second.data() + at, sequence, shape_.start.epoch))
          << "slot " << sequence;
    }
  }

  void finish() {
    disk_.faults = {};
    writer_.finish();
    for (int polls = 0; polls < 100'000 && !writer_.finished(); ++polls) {
      writer_.poll();
      check_watermark();
    }
    ASSERT_TRUE(writer_.finished());
    EXPECT_EQ(disk_.open(), 0U);
    if (!failed_) {
      EXPECT_EQ(writer_.durable(), stream_.end());
    }
    check_images(disk_.images());
  }

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] FakeDisk& disk() { return disk_; }
  [[nodiscard]] JournalWriter& writer() { return writer_; }
  [[nodiscard]] Stream& stream() { return stream_; }

 private:
  Ring<Slot>& set_up(const Faults& faults) {
    disk_.faults = faults;
    disk_.stable = shape_.stable;
    return ring_;
  }

  std::mt19937_64 random_;
  Shape shape_;
  Ring<Slot> ring_;
  FakeDisk disk_;
  JournalWriter writer_;
  Stream stream_;
  std::uint64_t last_durable_;
  std::uint64_t last_writes_ = 0;
  bool exact_;  ///< the naive count knows no parts of writes
  bool failed_ = false;
};

/// Runs each seed until one fails, and names it.
template <class EachSeed>
void with_seeds(EachSeed each_seed) {
  for (std::uint64_t seed = 1; seed <= seeds && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    each_seed(seed);
  }
}

TEST(WriterCore, agrees_with_the_naive_count) {
  std::uint64_t most = 0, slots = 0, segments = 0, rewrites = 0;
  with_seeds([&](std::uint64_t seed) {
    Trial run(seed, {});
    for (int i = 0; i < steps; ++i)
      run.step();
    run.finish();
    most = std::max<std::uint64_t>(most, run.disk().in_flight_most());
    slots += run.stream().end();
    segments += run.writer().core().counters().segments;
    rewrites += run.writer().core().counters().rewrites;
    EXPECT_LE(run.disk().in_flight_most(), run.shape().writer.depth);
  });
  // That the seeds reached what they are for.
  EXPECT_GE(most, 8U);
  EXPECT_GE(segments, 10 * seeds);
  EXPECT_GE(rewrites, 10 * seeds);
  EXPECT_GE(slots, 1000 * seeds);
}

TEST(WriterCore, writes_the_rest_of_a_short_write) {
  std::uint64_t shorts = 0, retries = 0;
  with_seeds([&](std::uint64_t seed) {
    Trial run(seed, {.short_write = 200, .again = 100});
    for (int i = 0; i < steps; ++i)
      run.step();
    run.finish();
    EXPECT_EQ(run.writer().state(), WriterState::running);
    shorts += run.writer().core().counters().short_writes;
    retries += run.writer().core().counters().retries;
  });
  EXPECT_GE(shorts, 10 * seeds);
  EXPECT_GE(retries, 10 * seeds);
}

TEST(WriterCore, stands_still_after_an_error) {
  std::uint64_t failed = 0;
  with_seeds([&](std::uint64_t seed) {
    const int error = seed % 2 == 0 ? EIO : ENOSPC;
    Trial run(seed, {.short_write = 20, .write_error = 10, .write_errno = error});
    for (int i = 0; i < steps; ++i)
      run.step();
    if (run.writer().state() == WriterState::failed) {
      EXPECT_EQ(run.writer().error(), error);
      ++failed;
    }
    run.finish();
  });
  EXPECT_GE(failed, seeds / 2);
}

TEST(WriterCore, waits_for_room_and_goes_on) {
  std::uint64_t full = 0;
  with_seeds([&](std::uint64_t seed) {
    Trial run(seed, {.no_room = 500});
    for (int i = 0; i < steps; ++i)
      run.step();
    run.finish();
    EXPECT_EQ(run.writer().state(), WriterState::running);
    EXPECT_EQ(run.writer().error(), 0);
    full += run.writer().core().counters().disk_full;
  });
  EXPECT_GE(full, seeds);
}

TEST(WriterCore, disk_full_pushes_back_and_is_told) {
  Trial run(7, {.no_room = 1000});
  for (int i = 0; i < steps; ++i)
    run.step();
  EXPECT_EQ(run.writer().state(), WriterState::disk_full);
  EXPECT_EQ(run.writer().error(), ENOSPC);
  EXPECT_EQ(run.writer().durable(), run.shape().start.start_sequence);
  while (run.stream().write(0)) {
  }
  EXPECT_EQ(run.stream().end() - run.shape().start.start_sequence, run.shape().ring_slots);
  run.finish();  // there is room again: nothing was lost
}

TEST(WriterCore, an_error_at_the_close_of_an_unsynced_segment_stops_it) {
  Ring<Slot> ring(256);
  FakeDisk disk(bytes_of(ring), block_slots, 1);
  JournalWriter writer(ring, disk, {.segment_slots = block_slots, .sync = false});
  disk.faults.sync_error = 1000;
  Stream stream(ring);
  for (int i = 0; i < 100; ++i)
    stream.write(0);
  for (int i = 0; i < 100; ++i)
    writer.poll();
  EXPECT_EQ(writer.state(), WriterState::failed);
  EXPECT_EQ(writer.error(), EIO);
}

}  // namespace
}  // namespace wirebook::journal
