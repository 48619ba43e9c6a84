// A directory of a real file system as a Store, and recovery of what the real writer left in it.
#include "journal/directory_store.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "journal/file_disk.hpp"
#include "journal/journal_writer.hpp"
#include "journal/recovery.hpp"
#include "journal/verify.hpp"
#include "tests/journal/stream.hpp"

namespace wirebook::journal {
namespace {

using slot_ring::Ring;
using test::Stream;
using namespace std::chrono_literals;

class DirectoryStoreTest : public testing::Test {
 protected:
  DirectoryStoreTest() {
    if (mkdtemp(path_.data()) == nullptr)
      throw std::system_error(errno, std::generic_category(), path_);
  }
  ~DirectoryStoreTest() override { std::filesystem::remove_all(path_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(path_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string path_ = std::string(WIREBOOK_BINARY_DIR) + "/directory_store.XXXXXX";
};

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST_F(DirectoryStoreTest, AFileIsWrittenWholeAndReplaced) {
  DirectoryStore store(path_);
  const std::string parts[] = {"head", "", std::string(100'000, 'x')};
  std::vector<std::span<const std::byte>> pieces;
  for (const std::string& part : parts)
    pieces.push_back(std::as_bytes(std::span(part)));
  ASSERT_EQ(store.write_file("a", pieces), 0);
  EXPECT_EQ(read("a"), parts[0] + parts[2]);
  std::span<const std::byte> old_bytes;
  std::span<const std::byte> new_bytes;
  ASSERT_EQ(store.map("a", old_bytes), 0);
  ASSERT_EQ(store.write_file("a", std::span(pieces).first(1)), 0);
  ASSERT_EQ(store.map("a", new_bytes), 0);
  EXPECT_EQ(text_of(new_bytes), "head");
  EXPECT_EQ(text_of(old_bytes), parts[0] + parts[2]);
  ASSERT_EQ(store.remove("a"), 0);
  ASSERT_EQ(store.sync_directory(), 0);
  EXPECT_EQ(text_of(new_bytes), "head");
  std::vector<std::string> names;
  ASSERT_EQ(store.list(names), 0);
  EXPECT_TRUE(names.empty());
}

TEST_F(DirectoryStoreTest, ZerosFromAByteOn) {
  DirectoryStore store(path_);
  for (const std::size_t size : {std::size_t{5000}, std::size_t{600'000}})
    for (const std::size_t from :
         {std::size_t{0}, std::size_t{1}, std::size_t{4160}, size - 1, size}) {
      std::string text(size, 'x');
      write("z", text);
      ASSERT_EQ(store.zero_rest("z", from), 0);
      std::fill(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), '\0');
      EXPECT_EQ(read("z"), text) << size << " from " << from;
    }
}

TEST_F(DirectoryStoreTest, WhatIsNotThereIsAnErrno) {
  DirectoryStore store(path_);
  std::span<const std::byte> bytes;
  EXPECT_EQ(store.map("none", bytes), ENOENT);
  EXPECT_EQ(store.claim("none"), ENOENT);
  EXPECT_EQ(store.zero_rest("none", 0), ENOENT);
  EXPECT_EQ(store.sync("none"), ENOENT);
  EXPECT_EQ(store.remove("none"), ENOENT);
  EXPECT_THROW(DirectoryStore(path_ + "/none"), std::system_error);
}

/// Who recovers waits for writes of a process that was killed; here it is one that lives.
TEST_F(DirectoryStoreTest, ASegmentThatIsWrittenIsBusy) {
  DirectoryStore store(path_, 0ms);
  const std::string name = segment_name(0, 1);
  {
    Ring<Slot> ring(512);
    const OpenedDisk opened = open_disk(
        {.directory = path_, .capacity_slots = 8 * block_slots}, {},
        std::as_bytes(std::span(reinterpret_cast<const Slot*>(ring.memory().data()), 512)));
    JournalWriter writer(ring, *opened.disk, {.segment_slots = 8 * block_slots});
    Stream stream(ring);
    ASSERT_TRUE(stream.write(0));
    while (writer.durable() != 1)
      writer.poll();
    EXPECT_EQ(store.claim(name), EBUSY);
    EXPECT_EQ(recover(store, {}, [](const SlotGroup&) {}).error, EBUSY);
    EXPECT_EQ(DirectoryStore(path_).claim("none"), ENOENT);
  }
  DirectoryStore patient(path_);
  EXPECT_EQ(patient.claim(name), 0);
  EXPECT_EQ(patient.claim(name), 0);
  EXPECT_EQ(store.claim(name), EBUSY) << "another has it";
}

/// Three lives in one directory: each ends without a word, and the next one finds it all.
TEST_F(DirectoryStoreTest, WhatTheWriterLeftIsRecovered) {
  constexpr std::uint64_t segment_slots = 8 * block_slots;
  std::uint64_t tail = 0;
  std::uint32_t epoch = 1;
  for (int life = 0; life < 3; ++life) {
    std::uint64_t durable = 0;
    {
      Ring<Slot> ring(512, {.start_sequence = tail, .epoch = epoch});
      const OpenedDisk opened = open_disk(
          {.directory = path_, .capacity_slots = segment_slots, .epoch = epoch}, {},
          std::as_bytes(std::span(reinterpret_cast<const Slot*>(ring.memory().data()), 512)));
      JournalWriter writer(ring, *opened.disk, {.segment_slots = segment_slots});
      Stream stream(ring);
      for (std::uint64_t i = 0; stream.end() < tail + 1500; ++i) {
        static_cast<void>(stream.write(static_cast<std::uint8_t>(i % 3)));
        writer.poll();
      }
      durable = writer.durable();
    }
    std::uint64_t next = 0;
    DirectoryStore store(path_);
    const Recovery got = recover(store, {}, [&](const SlotGroup& group) {
      EXPECT_EQ(group.sequence, next);
      next += group.slot_count();
    });
    ASSERT_EQ(got.status, RecoveryStatus::recovered) << got.text;
    EXPECT_EQ(got.sequence, next);
    EXPECT_GE(got.sequence, durable);
    EXPECT_EQ(got.epoch, epoch + 1);
    const JournalFiles files(path_);
    const VerifyReport report = verify(files.journal());
    EXPECT_TRUE(report.whole());
    EXPECT_EQ(report.tail, got.sequence);
    EXPECT_EQ(report.crash_end, got.sequence);
    const Segment& last = files.journal().segments().back();
    EXPECT_EQ(last.ring_slots(), 512U);
    EXPECT_EQ(last.window_slots(), 512U);
    tail = got.sequence;
    epoch = got.epoch;
  }
  EXPECT_GT(tail, 2000U);
}

}  // namespace
}  // namespace wirebook::journal
