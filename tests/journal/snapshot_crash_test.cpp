// Goal: a crash in any call while a snapshot is written and old ones are removed leaves one that
// is whole. Method: a store in memory that loses sectors and names, crashed in each call in turn.
#include <gtest/gtest.h>

#include "journal/snapshot.hpp"
#include "tests/journal/memory_store.hpp"

namespace wirebook::journal {
namespace {

using test::Crashed;
using test::MemoryStore;
using Bytes = std::vector<std::byte>;

Bytes content_at(std::uint64_t sequence) {
  return Bytes(5000, static_cast<std::byte>(sequence / 100));
}

void save(Store& store, std::uint64_t sequence) {
  Bytes file;
  ASSERT_TRUE(encode_snapshot({.name = {.sequence = sequence, .epoch = 1}}, content_at(sequence),
                              {}, file));
  ASSERT_EQ(write_snapshot(store, {.sequence = sequence, .epoch = 1}, file), 0);
  ASSERT_EQ(keep_snapshots(store, 1), 0);
}

/// The sequence of the newest that is whole; 0 if there is none.
std::uint64_t newest(Store& store) {
  std::uint64_t sequence = 0;
  const auto found = take_newest_snapshot(
      store,
      {.refuse = {}, .take = [&](const SnapshotHeader& header, auto content) {
         sequence = header.name.sequence;
         const Bytes expected = content_at(sequence);
         EXPECT_TRUE(std::equal(content.begin(), content.end(), expected.begin(), expected.end()));
         return std::string();
       }});
  EXPECT_TRUE(found.passed_over.empty()) << found.passed_over.front();
  return sequence;
}

TEST(SnapshotCrash, in_every_call_the_old_or_the_new_one_is_there_whole) {
  bool done = false;
  std::uint64_t calls = 0;
  std::uint64_t old_ones = 0;
  for (; !done; ++calls) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << " call " << calls);
      MemoryStore store(seed);
      save(store, 100);
      ASSERT_TRUE(store.sync_directory() == 0);
      done = true;
      store.crash_after(calls);
      try {
        save(store, 200);
      } catch (const Crashed&) {
        done = false;
      }
      store.restart();
      const std::uint64_t found = newest(store);
      ASSERT_TRUE(found == 200 || (found == 100 && !done)) << found;
      old_ones += found == 100 ? 1 : 0;
    }
  }
  EXPECT_GT(calls, 3U);
  EXPECT_GT(old_ones, 0U);
}

}  // namespace
}  // namespace wirebook::journal
