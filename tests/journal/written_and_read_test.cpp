// What the writer wrote the reader reads: while it is written up to what is durable, and all of it
// at the end.
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <system_error>
#include <thread>

#include <gtest/gtest.h>

#include "journal/file_disk.hpp"
#include "journal/journal_files.hpp"
#include "journal/journal_writer.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "tests/journal/stream.hpp"

namespace wirebook::journal {
namespace {

using slot_ring::Ring;
using test::is_slot;
using test::Stream;

constexpr std::uint64_t segment_slots = 8 * block_slots;
constexpr std::uint64_t first_sequence = 100;  // in the middle of a block
constexpr std::uint32_t epoch = 3;

/// Reads all there is; returns the tail.
std::uint64_t read_back(const std::string& directory, std::uint64_t durable) {
  const JournalFiles files(directory);
  Reader reader(files.journal());
  std::uint64_t next = first_sequence;
  for (auto step = reader.next(); step != Reader::Step::end; step = reader.next()) {
    if (step == Reader::Step::fault) {
      // Writes are in flight in any order: a hole there may be, but not in what is durable.
      EXPECT_GE(reader.fault().sequence, durable) << describe(files.journal(), reader.fault());
      return next;
    }
    EXPECT_EQ(reader.group().sequence, next);
    EXPECT_TRUE(is_slot(std::as_bytes(std::span(reader.group().head, 1)).data(), next, epoch));
    next = reader.sequence();
  }
  return next;
}

TEST(WrittenAndRead, AsItIsWrittenAndAtTheEnd) {
  std::string path = std::string(WIREBOOK_BINARY_DIR) + "/journal_read.XXXXXX";
  if (mkdtemp(path.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), path);
  {
    Ring<Slot> ring(512, {.start_sequence = first_sequence, .epoch = epoch});
    const OpenedDisk opened = open_disk(
        {.directory = path, .capacity_slots = segment_slots, .epoch = epoch}, {},
        std::as_bytes(std::span(reinterpret_cast<const Slot*>(ring.memory().data()), 512)));
    JournalWriter writer(ring, *opened.disk, {.segment_slots = segment_slots});
    Stream stream(ring);
    std::uint64_t looks = 0;
    for (std::uint64_t i = 0; stream.end() < 3000; ++i) {
      static_cast<void>(stream.write(static_cast<std::uint8_t>(i % 3)));
      writer.poll();
      if (i % 200 != 0)
        continue;
      const std::uint64_t durable = writer.durable();
      if (durable == first_sequence)
        continue;  // there may be no segment yet
      EXPECT_GE(read_back(path, durable), durable);
      ++looks;
    }
    EXPECT_GT(looks, 0U);
    writer.finish();
    while (!writer.finished())
      writer.poll();
    EXPECT_EQ(read_back(path, stream.end()), stream.end());
    const JournalFiles files(path);
    const VerifyReport report = verify(files.journal());
    EXPECT_TRUE(report.whole());
    EXPECT_EQ(report.tail, stream.end());
    EXPECT_GE(files.journal().segments().size(), 5U);
  }
  std::filesystem::remove_all(path);
}

// `while (!finished()) poll()` writes what is in the ring, though no poll has seen it yet.
TEST(WrittenAndRead, WhatIsInTheRingWhenItIsFinished) {
  std::string path = std::string(WIREBOOK_BINARY_DIR) + "/journal_read.XXXXXX";
  if (mkdtemp(path.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), path);
  {
    Ring<Slot> ring(512, {.start_sequence = first_sequence, .epoch = epoch});
    const OpenedDisk opened =
        open_disk({.directory = path, .capacity_slots = segment_slots, .epoch = epoch}, {},
                  {ring.memory().data(), ring.memory().size_bytes()});
    JournalWriter writer(ring, *opened.disk, {.segment_slots = segment_slots});
    Stream stream(ring);
    ASSERT_TRUE(stream.write(2));
    writer.finish();
    while (!writer.finished())
      writer.poll();
    EXPECT_EQ(writer.durable(), stream.end());
    EXPECT_EQ(read_back(path, stream.end()), stream.end());
  }
  std::filesystem::remove_all(path);
}

/// A writer deletes what it made ahead when it ends: a file that was listed may be gone.
TEST(WrittenAndRead, FilesThatGoWhileTheyAreOpened) {
  std::string path = std::string(WIREBOOK_BINARY_DIR) + "/journal_read.XXXXXX";
  if (mkdtemp(path.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), path);
  std::atomic<bool> ends = false;
  std::thread writer([&] {
    for (std::uint64_t i = 0; !ends; ++i) {
      const std::string file = path + "/" + segment_name(i % 4 * segment_slots, epoch);
      std::ofstream(file).put('a');
      std::filesystem::remove(file);
    }
  });
  std::string refusal;
  for (int looks = 0; looks < 5000 && refusal.empty(); ++looks)
    try {
      const JournalFiles files(path);
    } catch (const std::system_error& error) {
      refusal = error.what();
    }
  ends = true;
  writer.join();
  EXPECT_EQ(refusal, "");
  std::filesystem::create_symlink("nowhere", path + "/" + segment_name(0, epoch));
  EXPECT_THROW(JournalFiles{path}, std::system_error);
  std::filesystem::remove_all(path);
}

/// The header's window is never less than the ring: who reads it would take it for damage.
TEST(WrittenAndRead, InAsyncWithARingOfMoreThanAllOpenSegments) {
  std::string path = std::string(WIREBOOK_BINARY_DIR) + "/journal_read.XXXXXX";
  if (mkdtemp(path.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), path);
  {
    Ring<Slot> ring(1024, {.start_sequence = first_sequence, .epoch = epoch});
    const OpenedDisk opened =
        open_disk({.directory = path, .capacity_slots = block_slots, .epoch = epoch}, {},
                  {ring.memory().data(), ring.memory().size_bytes()});
    JournalWriter writer(ring, *opened.disk, {.segment_slots = block_slots, .sync = false});
    Stream stream(ring);
    while (stream.end() < 2000) {
      static_cast<void>(stream.write(1));
      writer.poll();
    }
    writer.finish();
    while (!writer.finished())
      writer.poll();
    const JournalFiles files(path);
    const VerifyReport report = verify(files.journal());
    EXPECT_EQ(report.fault_count, 0U) << describe(files.journal(), report.faults.front());
    EXPECT_EQ(report.tail, stream.end());
  }
  std::filesystem::remove_all(path);
}

}  // namespace
}  // namespace wirebook::journal
