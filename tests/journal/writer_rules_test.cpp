// What the writer says at single moments, and where the bytes come from.
#include <chrono>
#include <cstdint>
#include <set>
#include <span>

#include <gtest/gtest.h>

#include "journal/journal_writer.hpp"
#include "tests/journal/fake_disk.hpp"
#include "tests/journal/stream.hpp"

namespace wirebook::journal {
namespace {

using slot_ring::Ring;
using test::FakeDisk;
using test::Stream;

/// A ring of 256 slots with its journal on a disk that answers at once.
struct Node {
  explicit Node(const WriterOptions& options = {.segment_slots = 4 * block_slots},
                std::uint64_t start = 0)
      : ring(256, {.start_sequence = start}),
        disk({ring.memory().data(), ring.slots() * slot_bytes}, options.segment_slots, 1),
        writer(ring, disk, options),
        stream(ring) {
    disk.faults.idle = 0;
    settle();
  }
  void write(int slots) {
    for (int i = 0; i < slots; ++i)
      ASSERT_TRUE(stream.write(0));
  }
  void settle() {
    while (writer.poll()) {
    }
  }
  [[nodiscard]] std::vector<Request> writes() const {
    std::vector<Request> found;
    for (const Request& request : disk.log())
      if (request.kind == RequestKind::write)
        found.push_back(request);
    return found;
  }

  Ring<Slot> ring;
  FakeDisk disk;
  JournalWriter writer;
  Stream stream;
};

TEST(WriterRules, the_address_submitted_is_the_rings_and_nothing_is_copied) {
  Node node;
  for (int i = 0; i < 100; ++i) {
    node.write(50);
    node.settle();
  }
  EXPECT_EQ(node.writer.durable(), 5000U);
  EXPECT_EQ(node.writer.copied_bytes(), 0U);
  const std::byte* const ring = node.ring.memory().data();
  std::set<const std::byte*> addresses;
  for (const Request& request : node.writes()) {
    EXPECT_GE(request.data, ring);
    EXPECT_LE(request.data + request.bytes, ring + 256 * slot_bytes);
    EXPECT_EQ((request.data - ring) % static_cast<std::ptrdiff_t>(block_bytes), 0);
    addresses.insert(request.data);
  }
  EXPECT_EQ(addresses.size(), 4U) << "each block of the ring";
}

TEST(WriterRules, segments_made_ahead_are_deleted_from_the_hindmost_on) {
  Node node({.segment_slots = 4 * block_slots, .segments_ahead = 3});
  std::vector<std::uint64_t> made;
  for (const Request& request : node.disk.log())
    made.push_back(request.first_sequence);
  ASSERT_EQ(made.size(), 4U) << "that of slot 0, and three ahead";
  const std::size_t before = node.disk.log().size();
  node.disk.faults.idle = 1000;  // nothing comes back
  node.writer.finish();
  node.settle();
  ASSERT_EQ(node.disk.log().size(), before + 1) << "one, and it is waited for";
  node.disk.faults.idle = 0;
  node.settle();
  ASSERT_EQ(node.disk.log().size(), before + 4);
  for (std::size_t i = 0; i < made.size(); ++i) {
    EXPECT_TRUE(node.disk.log()[before + i].remove);
    EXPECT_EQ(node.disk.log()[before + i].segment, node.disk.log()[made.size() - 1 - i].segment);
  }
  EXPECT_TRUE(node.writer.finished());
}

TEST(WriterRules, a_writer_that_failed_deletes_nothing) {
  Node node({.segment_slots = 4 * block_slots, .segments_ahead = 2});
  node.disk.faults.write_error = 1000;
  node.write(1);
  node.settle();
  ASSERT_EQ(node.writer.state(), WriterState::failed);
  node.writer.finish();
  node.settle();
  EXPECT_TRUE(node.writer.finished());
  EXPECT_EQ(node.disk.open(), 0U);
  EXPECT_EQ(node.disk.removed(), 0U) << "a gap would look like damage";
}

TEST(WriterRules, a_single_slot_waits_for_no_other) {
  Node node;
  node.write(1);
  node.settle();
  EXPECT_EQ(node.writer.durable(), 1U);
  EXPECT_EQ(node.writes().size(), 1U);
}

TEST(WriterRules, a_block_that_fills_is_written_again_and_given_back_when_full) {
  Node node;
  for (std::uint64_t slot = 1; slot <= block_slots; ++slot) {
    node.write(1);
    node.settle();
    EXPECT_EQ(node.writer.durable(), slot);
    EXPECT_EQ(node.ring.cursor(0), slot == block_slots ? block_slots : 0);
  }
  EXPECT_EQ(node.writes().size(), block_slots);
  for (const Request& request : node.writes())
    EXPECT_EQ(request.offset, slots_offset);
}

TEST(WriterRules, slots_that_come_while_their_block_is_in_flight_go_together) {
  Node node;
  node.write(1);
  node.disk.faults.idle = 1000;
  node.writer.poll();
  for (int i = 0; i < 20; ++i) {
    node.write(1);
    node.writer.poll();
  }
  EXPECT_EQ(node.writes().size(), 1U);
  EXPECT_EQ(node.writer.durable(), 0U);
  node.disk.faults.idle = 0;
  node.settle();
  EXPECT_EQ(node.writes().size(), 2U);
  EXPECT_EQ(node.writer.durable(), 21U);
}

TEST(WriterRules, a_disk_that_stops_pushes_back_through_the_ring) {
  Node node;
  node.disk.faults.idle = 1000;
  int written = 0;
  for (int i = 0; i < 1000; ++i) {
    written += node.stream.write(0) ? 1 : 0;
    node.writer.poll();
  }
  EXPECT_EQ(written, 256);
  EXPECT_EQ(node.writer.durable(), 0U);
  node.disk.faults.idle = 0;
  node.settle();
  EXPECT_EQ(node.writer.durable(), 256U);
  EXPECT_TRUE(node.stream.write(0));
}

TEST(WriterRules, a_group_over_a_segments_end_becomes_durable_whole) {
  Node node({.segment_slots = block_slots, .depth = 1});
  node.write(static_cast<int>(block_slots) - 1);
  node.settle();
  ASSERT_TRUE(node.stream.write(2));  // its head is the last slot of the first segment
  const std::uint64_t head = block_slots - 1;
  bool stood = false;
  while (node.writer.poll()) {
    const std::uint64_t durable = node.writer.durable();
    stood = stood || node.disk.durable_from(0) == block_slots;
    EXPECT_TRUE(durable == head || durable == head + 3) << durable;
  }
  EXPECT_TRUE(stood) << "the head was never durable alone";
  EXPECT_EQ(node.writer.durable(), head + 3);
}

TEST(WriterRules, the_next_segment_is_there_before_it_is_needed) {
  Node node({.segment_slots = block_slots});
  EXPECT_EQ(node.writer.core().segments_ready(), 2U);
  for (int i = 0; i < 20; ++i) {
    node.write(static_cast<int>(block_slots));
    node.settle();
    EXPECT_EQ(node.writer.core().segments_ready(), 2U);
  }
  EXPECT_EQ(node.writer.core().counters().segment_waits, 0U);
}

TEST(WriterRules, an_unused_segment_is_deleted_at_the_end) {
  Node node({.segment_slots = block_slots}, 70);
  node.write(10);
  node.writer.finish();
  node.settle();
  EXPECT_TRUE(node.writer.finished());
  EXPECT_EQ(node.disk.removed(), 1U);
  ASSERT_EQ(node.disk.images().size(), 1U);
  EXPECT_EQ(node.disk.images().begin()->first, 1U) << "it begins in the middle of block 1";
}

TEST(WriterRules, writes_are_synced_one_by_one_or_when_their_segment_closes) {
  for (const bool sync : {true, false}) {
    Node node({.segment_slots = block_slots, .sync = sync});
    node.write(100);
    node.settle();
    node.writer.finish();
    node.settle();
    for (const Request& request : node.disk.log()) {
      if (request.kind == RequestKind::write) {
        EXPECT_EQ(request.sync, sync);
      }
      if (request.kind == RequestKind::close) {
        EXPECT_EQ(request.sync, !sync);
      }
    }
  }
}

TEST(WriterRules, the_bell_rings_when_the_watermark_moves) {
  Ring<Slot> ring(256);
  FakeDisk disk({ring.memory().data(), ring.slots() * slot_bytes}, block_slots, 1);
  disk.faults.idle = 0;
  JournalWriter writer(ring, disk, {.segment_slots = block_slots});
  slot_ring::Doorbell bell;
  writer.attach_bell(&bell);
  Stream stream(ring);
  while (writer.poll()) {
  }
  if (!bell.arm())
    GTEST_SKIP() << "the host cannot promise a doorbell (membarrier)";
  EXPECT_FALSE(bell.sleep(std::chrono::nanoseconds(1)));
  ASSERT_TRUE(stream.write(0));
  while (writer.poll()) {
  }
  EXPECT_EQ(writer.durable(), 1U);
  EXPECT_TRUE(bell.sleep(std::chrono::nanoseconds(1)));
  bell.disarm();
}

}  // namespace
}  // namespace wirebook::journal
