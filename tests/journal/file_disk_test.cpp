// The writer over real files: by io_uring and by pwritev2, read back byte for byte.
#include "journal/file_disk.hpp"

#include <algorithm>
#include <cerrno>
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
#include <seccomp.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal/data_file.hpp"
#include "journal/journal_writer.hpp"
#include "journal/segment_format.hpp"
#include "tests/journal/stream.hpp"

namespace wirebook::journal {
namespace {

using slot_ring::Ring;
using test::is_slot;
using test::Stream;
namespace fs = std::filesystem;

class Directory {
 public:
  Directory() {
    std::string name = (fs::path(WIREBOOK_BINARY_DIR) / "journal_test.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
  }
  ~Directory() { fs::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }
  [[nodiscard]] std::vector<char> read(const std::string& name) const {
    std::ifstream file(path_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string path_;
};

struct Body {
  std::string name;
  bool uring = true;
  DiskOptions options;
  bool sync = true;
  bool direct = true;
};

std::ostream& operator<<(std::ostream& out, const Body& body) { return out << body.name; }

constexpr std::uint64_t segment_slots = 8 * block_slots;
constexpr std::uint32_t epoch = 3;

SegmentPlan plan_in(const Directory& directory, bool direct = true) {
  return {.directory = directory.path(),
          .capacity_slots = segment_slots,
          .epoch = epoch,
          .shard = 2,
          .trading_day = 20'260'102,
          .direct = direct};
}

std::span<const std::byte> bytes_of(const Ring<Slot>& ring) {
  return {ring.memory().data(), ring.slots() * slot_bytes};
}

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

constexpr int no_filters = 77;

bool refuse(int call, int error) noexcept {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  const bool refused =
      filter != nullptr &&
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(static_cast<std::uint16_t>(error)), call, 0) == 0 &&
      seccomp_load(filter) == 0;
  seccomp_release(filter);
  return refused;
}

/// 0, the number of the step that failed, or `no_filters`.
int in_a_child(int (*steps)(const Directory&) noexcept, const Directory& directory) {
  const pid_t child = fork();
  if (child == 0)
    _exit(steps(directory));
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
    return -1;
  return WEXITSTATUS(status);
}

/// In a child whose io_uring takes nothing any more once it is open.
int with_a_ring_that_ends(const Directory& directory) noexcept {
  alarm(60);
  Ring<Slot> ring(256, {.epoch = epoch});
  std::unique_ptr<FileDisk> disk;
  try {
    disk = open_uring_disk(plan_in(directory), {}, bytes_of(ring));
  } catch (const UringRefused&) {
    return no_filters;
  }
  if (!refuse(SCMP_SYS(io_uring_enter), EPERM))
    return no_filters;
  JournalWriter writer(ring, *disk, {.segment_slots = segment_slots});
  Stream stream(ring);
  if (!stream.write(0))
    return 2;
  while (writer.state() == WriterState::running)
    writer.poll();
  if (writer.state() != WriterState::failed || writer.error() != EPERM || writer.durable() != 0)
    return 3;
  writer.finish();
  while (!writer.finished())
    writer.poll();
  return 0;
}

TEST(FileDisk, a_ring_that_takes_no_more_is_a_disk_that_failed) {
  const Directory directory;
  const int step = in_a_child(with_a_ring_that_ends, directory);
  if (step == no_filters)
    GTEST_SKIP() << "io_uring or seccomp filters are refused here";
  EXPECT_EQ(step, 0) << "the step that failed";
}

/// In a child whose host refuses io_uring: 0, or the number of the step that failed.
int under_a_filter(const Directory& directory) noexcept {
  if (!refuse(SCMP_SYS(io_uring_setup), EPERM))
    return no_filters;
  Ring<Slot> ring(256, {.epoch = epoch});
  const OpenedDisk opened = open_disk(plan_in(directory), {}, bytes_of(ring));
  if (!opened.line.starts_with("journal in " + directory.path() + ": pwritev2") ||
      !opened.line.ends_with("because io_uring_setup: Operation not permitted"))
    return 2;
  JournalWriter writer(ring, *opened.disk, {.segment_slots = segment_slots});
  Stream stream(ring);
  if (!stream.write(2))
    return 3;
  while (writer.durable() != 3 && writer.state() == WriterState::running)
    writer.poll();
  return writer.durable() == 3 ? 0 : 4;
}

TEST(FileDisk, where_io_uring_is_refused_one_line_says_so_and_it_goes_on) {
  const Directory directory;
  const int step = in_a_child(under_a_filter, directory);
  if (step == no_filters)
    GTEST_SKIP() << "seccomp filters are refused here";
  EXPECT_EQ(step, 0) << "the step that failed";
}

/// In a child where no directory can be synced.
int with_directories_that_do_not_last(const Directory& directory) noexcept {
  if (!refuse(SCMP_SYS(fsync), EIO))
    return no_filters;
  try {
    make_directories(directory.path());  // it is there
  } catch (const std::system_error&) {
    return 2;
  }
  try {
    make_directories(directory.path() + "/a/b");
    return 3;
  } catch (const std::system_error& error) {
    return error.code().value() == EIO ? 0 : 4;
  }
}

TEST(DataFile, directories_that_are_made_last) {
  const Directory directory;
  make_directories(directory.path() + "/x/y/");
  EXPECT_TRUE(fs::is_directory(directory.path() + "/x/y"));
  std::ofstream(directory.path() + "/file") << "no directory";
  EXPECT_THROW(make_directories(directory.path() + "/file/y"), std::system_error);
  const int step = in_a_child(with_directories_that_do_not_last, directory);
  if (step == no_filters)
    GTEST_SKIP() << "seccomp filters are refused here";
  EXPECT_EQ(step, 0) << "the step that failed";
}

}  // namespace
}  // namespace wirebook::journal
