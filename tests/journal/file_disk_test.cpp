// The writer over real files: by io_uring and by pwritev2, read back byte for byte.
#include "journal/file_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include "journal/journal_writer.hpp"
#include "journal/segment_format.hpp"
#include "tests/journal/disk_directory.hpp"
#include "tests/journal/stream.hpp"

namespace wirebook::journal {
namespace {

using slot_ring::Ring;
using test::bytes_of;
using test::Directory;
using test::is_slot;
using test::plan_in;
using test::segment_slots;
using test::Stream;

constexpr std::uint32_t epoch = test::disk_epoch;

struct Body {
  std::string name;
  bool uring = true;
  DiskOptions options;
  bool sync = true;
  bool direct = true;
};

std::ostream& operator<<(std::ostream& out, const Body& body) { return out << body.name; }

void expect_header(const std::vector<char>& file, std::uint64_t first_sequence) {
  ASSERT_EQ(file.size(), slots_offset + segment_slots * slot_bytes);
  const auto get = [&file](std::size_t offset, auto value) {
    std::memcpy(&value, file.data() + offset, sizeof value);
    return value;
  };
  EXPECT_EQ(std::string(file.data(), 8), std::string("wbjrnl\0\0", 8));
  EXPECT_EQ(get(8, std::uint32_t{}), 1U);
  EXPECT_EQ(get(16, std::uint32_t{}), epoch);
  EXPECT_EQ(get(20, std::uint32_t{}), 2U);
  EXPECT_EQ(get(24, std::uint64_t{}), first_sequence);
  EXPECT_EQ(get(32, std::uint64_t{}), segment_slots);
  EXPECT_EQ(get(48, std::uint32_t{}), 20'260'102U);
}

/// Every slot from `start` to `end` is in the file that its sequence names; nothing is behind it.
void expect_stream(const Directory& directory, std::uint64_t start, std::uint64_t end) {
  std::uint64_t first = start;
  for (const std::string& name : directory.names()) {
    ASSERT_EQ(name, segment_name(first, epoch));
    const std::vector<char> file = directory.read(name);
    expect_header(file, first);
    const std::uint64_t base = first / block_slots * block_slots;
    const auto* const slots = reinterpret_cast<const std::byte*>(file.data()) + slots_offset;
    for (; first < std::min(end, base + segment_slots); ++first)
      ASSERT_TRUE(is_slot(slots + (first - base) * slot_bytes, first, epoch)) << first;
  }
  EXPECT_EQ(first, end);
}

class FileDisks : public ::testing::TestWithParam<Body> {
 protected:
  /// Null, and the test skipped, where the host refuses it.
  std::unique_ptr<FileDisk> open(const Directory& directory, const Ring<Slot>& ring) {
    const Body& body = GetParam();
    const SegmentPlan plan = plan_in(directory, body.direct);
    if (!body.uring)
      return open_pwrite_disk(plan, body.options);
    try {
      return open_uring_disk(plan, body.options, bytes_of(ring));
    } catch (const UringRefused& error) {
      refusal = error.what();
      return nullptr;
    }
  }

  std::string refusal;
};

TEST_P(FileDisks, what_was_written_is_read_back) {
  const Directory directory;
  Ring<Slot> ring(1024, {.start_sequence = 1000, .epoch = epoch});
  const auto disk = open(directory, ring);
  if (disk == nullptr)
    GTEST_SKIP() << "io_uring is refused: " << refusal;
  WriterOptions options{.segment_slots = segment_slots, .sync = GetParam().sync};
  options.depth = GetParam().options.depth;
  options.write_slots = GetParam().options.write_slots;
  JournalWriter writer(ring, *disk, options);
  Stream stream(ring);
  while (stream.end() < 6000) {
    for (int i = 0; i < 37; ++i)
      stream.write(static_cast<std::uint8_t>(stream.end() % 3));
    writer.poll();
    ASSERT_EQ(writer.state(), WriterState::running) << writer.error();
    if (ring.free() == 0)
      std::this_thread::yield();
  }
  writer.finish();
  while (!writer.finished()) {
    writer.poll();
    ASSERT_EQ(writer.state(), WriterState::running) << writer.error();
    std::this_thread::yield();
  }
  EXPECT_EQ(writer.durable(), stream.end());
  expect_stream(directory, 1000, stream.end());
  EXPECT_EQ(writer.copied_bytes() != 0, GetParam().options.bounce != Bounce::automatic)
      << disk->describe();
}

// Who would sleep looks twice before, as slot_ring::Idle does.
TEST_P(FileDisks, a_write_that_comes_back_wakes_who_sleeps_on_the_descriptor) {
  const Directory directory;
  Ring<Slot> ring(1024, {.epoch = epoch});
  const auto disk = open(directory, ring);
  if (disk == nullptr)
    GTEST_SKIP() << "io_uring is refused: " << refusal;
  if (disk->descriptor() < 0)
    GTEST_SKIP() << "nothing wakes there";
  JournalWriter writer(ring, *disk, {.segment_slots = segment_slots});
  Stream stream(ring);
  stream.write(0);
  while (writer.durable() != stream.end()) {  // the segment is made first, by a thread
    writer.poll();
    ASSERT_EQ(writer.state(), WriterState::running) << writer.error();
  }
  for (int i = 0; i < 20; ++i) {
    stream.write(0);
    while (writer.durable() != stream.end()) {
      if (writer.poll() || writer.poll())
        continue;
      pollfd wait{disk->descriptor(), POLLIN, 0};
      const auto start = std::chrono::steady_clock::now();
      ASSERT_EQ(poll(&wait, 1, 20'000), 1) << i;
      // A descriptor that wakes nobody is readable at the end of the time.
      ASSERT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15)) << i;
    }
  }
}

TEST_P(FileDisks, a_durable_slot_is_in_the_file_before_the_end) {
  const Directory directory;
  Ring<Slot> ring(1024, {.epoch = epoch});
  const auto disk = open(directory, ring);
  if (disk == nullptr)
    GTEST_SKIP() << "io_uring is refused: " << refusal;
  JournalWriter writer(ring, *disk, {.segment_slots = segment_slots, .sync = GetParam().sync});
  Stream stream(ring);
  for (std::uint64_t slot = 0; slot < 100; ++slot) {
    ASSERT_TRUE(stream.write(0));
    while (writer.durable() == slot) {
      writer.poll();
      ASSERT_EQ(writer.state(), WriterState::running) << writer.error();
    }
    const std::vector<char> file = directory.read(segment_name(0, epoch));
    const auto* const bytes = reinterpret_cast<const std::byte*>(file.data()) + slots_offset;
    ASSERT_TRUE(is_slot(bytes + slot * slot_bytes, slot, epoch));
  }
}

INSTANTIATE_TEST_SUITE_P(
    bodies, FileDisks,
    ::testing::Values(
        Body{"io_uring"},
        Body{.name = "io_uring_linked_fsync", .options = {.sync_by = SyncBy::linked_fsync}},
        Body{.name = "io_uring_without_defer", .options = {.defer_taskrun = false}},
        Body{.name = "io_uring_sqpoll", .options = {.sqpoll = true}},
        Body{.name = "io_uring_bounce_filling", .options = {.bounce = Bounce::filling}},
        Body{.name = "io_uring_bounce_all", .options = {.bounce = Bounce::all}},
        Body{.name = "io_uring_async", .sync = false},
        Body{.name = "io_uring_page_cache", .direct = false},
        Body{.name = "pwritev2", .uring = false},
        Body{.name = "pwritev2_async", .uring = false, .sync = false},
        Body{.name = "pwritev2_bounce_filling",
             .uring = false,
             .options = {.bounce = Bounce::filling}}),
    [](const auto& body) { return body.param.name; });

TEST(FileDisk, what_a_crash_left_unfinished_is_made_anew) {
  const Directory directory;
  std::ofstream(directory.path() + "/" + segment_name(0, epoch) + ".new") << "half of a header";
  Ring<Slot> ring(256, {.epoch = epoch});
  const auto disk = open_pwrite_disk(plan_in(directory), {});
  JournalWriter writer(ring, *disk, {.segment_slots = segment_slots});
  Stream stream(ring);
  ASSERT_TRUE(stream.write(0));
  while (writer.durable() == 0)
    writer.poll();
  writer.finish();
  while (!writer.finished())
    writer.poll();
  expect_stream(directory, 0, 1);
}

/// The writer that is still at it loses nothing.
TEST(FileDisk, an_unfinished_segment_of_another_writer_is_left_as_it_is) {
  const Directory directory;
  const std::string name = segment_name(0, epoch) + ".new";
  std::ofstream(directory.path() + "/" + name) << "another's zeros";
  const int other = open((directory.path() + "/" + name).c_str(), O_RDONLY);
  ASSERT_EQ(flock(other, LOCK_EX), 0);
  Ring<Slot> ring(256, {.epoch = epoch});
  const auto disk = open_pwrite_disk(plan_in(directory), {});
  JournalWriter writer(ring, *disk, {.segment_slots = segment_slots});
  while (writer.state() == WriterState::running)
    writer.poll();
  EXPECT_EQ(writer.error(), EBUSY);
  ASSERT_EQ(directory.names(), std::vector<std::string>{name});
  const std::vector<char> file = directory.read(name);
  EXPECT_EQ(std::string(file.begin(), file.end()), "another's zeros");
  close(other);
}

TEST(FileDisk, a_segment_that_exists_is_never_written_over) {
  const Directory directory;
  std::ofstream(directory.path() + "/" + segment_name(0, epoch)) << "someone's orders";
  Ring<Slot> ring(256, {.epoch = epoch});
  const auto disk = open_pwrite_disk(plan_in(directory), {});
  JournalWriter writer(ring, *disk, {.segment_slots = segment_slots});
  while (writer.state() == WriterState::running)
    writer.poll();
  EXPECT_EQ(writer.state(), WriterState::failed);
  EXPECT_EQ(writer.error(), EEXIST);
  const std::vector<char> file = directory.read(segment_name(0, epoch));
  EXPECT_EQ(std::string(file.begin(), file.end()), "someone's orders");
}

TEST(FileDisk, a_directory_that_is_not_there_is_named) {
  try {
    static_cast<void>(open_pwrite_disk({.directory = "/nonexistent/journal"}, {}));
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string(error.what()).find("/nonexistent/journal"), std::string::npos);
  }
}

}  // namespace
}  // namespace wirebook::journal
