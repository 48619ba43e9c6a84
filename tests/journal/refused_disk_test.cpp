// Goal: what a host refuses, at the start or later, is told and never waited for. Method: seccomp
// filters, in a child each, as they stay.
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <seccomp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal/data_file.hpp"
#include "journal/journal_writer.hpp"
#include "tests/journal/disk_directory.hpp"
#include "tests/journal/stream.hpp"

namespace wirebook::journal {
namespace {

using slot_ring::Ring;
using test::bytes_of;
using test::Directory;
using test::plan_in;
using test::segment_slots;
using test::Stream;
namespace fs = std::filesystem;

using test::disk_epoch;

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
  Ring<Slot> ring(256, {.epoch = disk_epoch});
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
  Ring<Slot> ring(256, {.epoch = disk_epoch});
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
