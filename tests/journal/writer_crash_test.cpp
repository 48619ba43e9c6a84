// The writer over a disk that completes in any order and tears, and a crash at every step: what
// recovery makes of it is what was written, with all that was durable, and never taken for damage.
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journal/journal_writer.hpp"
#include "journal/recovery.hpp"
#include "journal/segment_format.hpp"
#include "tests/journal/fake_disk.hpp"
#include "tests/journal/memory_store.hpp"
#include "tests/journal/stream.hpp"

namespace wirebook::journal::test {
namespace {

using slot_ring::Ring;

using Files = std::map<std::string, std::vector<std::byte>>;

struct Shape {
  std::size_t ring_slots = 256;
  WriterOptions writer;
  bool stable = false;
};

Shape random_shape(std::mt19937_64& random, bool sync) {
  return {.ring_slots = std::size_t{256} << random() % 2,
          .writer = {.segment_slots = block_slots * (1 + random() % 12),
                     .depth = static_cast<std::uint32_t>(1 + random() % 16),
                     .short_depth = static_cast<std::uint32_t>(1 + random() % 4),
                     .write_slots = static_cast<std::uint32_t>(block_slots * (1 + random() % 6)),
                     .segments_ahead = static_cast<std::uint32_t>(1 + random() % 3),
                     .sync = sync},
          .stable = random() % 4 == 0};
}

/// One epoch, from its start to the crash that ends it.
class Epoch {
 public:
  Epoch(std::mt19937_64& random, const Shape& shape, const Files& before, std::uint64_t start,
        std::uint32_t epoch)
      : random_(random),
        shape_(shape),
        before_(before),
        ring_(shape.ring_slots, {.start_sequence = start, .epoch = epoch}),
        disk_({ring_.memory().data(), ring_.slots() * slot_bytes}, shape.writer.segment_slots,
              random()),
        writer_(ring_, set_up(), shape.writer),
        stream_(ring_) {}

  void step() {
    const std::uint64_t groups = stopped_             ? 0
                                 : random_() % 8 == 0 ? random_() % 300
                                                      : random_() % 3;
    for (std::uint64_t i = 0; i < groups; ++i)
      if (!stream_.write(static_cast<std::uint8_t>(random_() % 4 == 0 ? random_() % 3 : 0)))
        break;
    if (!stopped_)
      stream_.begin(random_);
    writer_.poll();
  }
  void stop() {
    writer_.finish();
    stopped_ = true;
  }

  /// Recovers from what is there now; `cut` becomes the most that lay behind a tail.
  Recovery crash(Files& after, std::uint64_t& cut) {
    MemoryStore store(random_());
    for (const auto& [name, bytes] : before_)
      store.put(name, bytes);
    for (const auto& [block, image] : disk_.after_crash())
      put(store, block, image);
    std::uint64_t next = 0;
    const Recovery got = recover(store, {}, [&](const SlotGroup& group) {
      EXPECT_EQ(group.sequence, next);
      for (std::uint64_t i = 0; i < group.slot_count(); ++i, ++next) {
        const Slot* const slot = i == 0 ? group.head : group.extensions[i - 1];
        const SlotWords words = Stream::words_of(next);
        EXPECT_EQ(std::memcmp(slot, words.data(), sizeof words), 0) << next;
      }
    });
    EXPECT_EQ(got.status, RecoveryStatus::recovered) << got.text;
    EXPECT_EQ(got.sequence, next);
    EXPECT_EQ(stream_.whole(got.sequence), got.sequence) << "a group is parted";
    if (shape_.writer.sync) {
      EXPECT_GE(got.sequence, writer_.durable()) << "durable, and lost";
      EXPECT_LE(got.cut_slots, shape_.ring_slots);
    }
    cut = std::max(cut, got.cut_slots);
    after = store.contents();
    return got;
  }

 private:
  Disk& set_up() {
    disk_.stable = shape_.stable;
    disk_.keeps_only_synced = !shape_.writer.sync;
    disk_.faults = {.short_write = 20, .again = 20, .idle = 700};
    return disk_;
  }

  void put(MemoryStore& store, std::uint64_t block, const Image& image) const {
    for (const Request& request : disk_.log()) {
      if (request.kind != RequestKind::prepare || block_of(request.first_sequence) != block)
        continue;
      const SegmentHeader header{.epoch = ring_.start().epoch,
                                 .first_sequence = request.first_sequence,
                                 .capacity_slots = shape_.writer.segment_slots,
                                 .window_slots = request.window_slots,
                                 .ring_slots = request.ring_slots};
      std::vector<std::byte> file(slots_offset);
      encode_header(header, std::span<std::byte, block_bytes>(file.data(), block_bytes));
      file.insert(file.end(), image.begin(), image.end());
      store.put(segment_name(request.first_sequence, header.epoch), file);
      return;
    }
    ADD_FAILURE() << "a segment that was not asked for";
  }

  std::mt19937_64& random_;
  Shape shape_;
  const Files& before_;
  Ring<Slot> ring_;
  FakeDisk disk_;
  JournalWriter writer_;
  Stream stream_;
  bool stopped_ = false;
};

/// Returns the most that lay behind a tail.
std::uint64_t run(std::uint64_t seed, bool sync) {
  std::mt19937_64 random(seed);
  Files files;
  std::uint64_t tail = 0;
  std::uint32_t number = 1;
  std::uint64_t cut = 0;
  for (int epochs = 0; epochs < 3; ++epochs) {
    const Shape shape = random_shape(random, sync);
    Epoch epoch(random, shape, files, tail, number);
    Files after;
    const int steps = 20 + static_cast<int>(random() % 80);
    for (int i = 0; i < steps; ++i) {
      epoch.step();
      if (i == steps - 15 && random() % 3 == 0)
        epoch.stop();
      const Recovery got = epoch.crash(after, cut);
      if (::testing::Test::HasFailure()) {
        ADD_FAILURE() << "seed " << seed << " epoch " << number << " step " << i;
        return cut;
      }
      tail = got.sequence;
      number = got.epoch;
    }
    files = after;
  }
  return cut;
}

#ifdef __SANITIZE_ADDRESS__  // slower by far; the release build takes them all
constexpr std::uint64_t seeds_share = 3;
#else
constexpr std::uint64_t seeds_share = 1;
#endif

TEST(WriterCrash, DurableAtEveryStep) {
  std::uint64_t cut = 0;
  for (std::uint64_t seed = 1; seed <= 120 / seeds_share && !HasFailure(); ++seed)
    cut = std::max(cut, run(seed, true));
  EXPECT_GT(cut, 128U) << "no crash left a hole that is worth it";
}

TEST(WriterCrash, AsyncAtEveryStep) {
  std::uint64_t cut = 0;
  for (std::uint64_t seed = 1; seed <= 60 / seeds_share && !HasFailure(); ++seed)
    cut = std::max(cut, run(seed, false));
  // A segment whose close took longer than those of eight that were made after it.
  run(1427, false);
  EXPECT_GT(cut, 1024U) << "no crash left a hole that is worth it";
}

}  // namespace
}  // namespace wirebook::journal::test
