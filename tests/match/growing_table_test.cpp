// Memory that comes in blocks: ahead of its owner, behind it, and at the maximum.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "match/memory/growth.hpp"
#include "match/memory/index_pool.hpp"
#include "match/memory/table.hpp"

namespace wirebook::match {
namespace {

struct Record {
  std::uint64_t words[16];
};

constexpr std::uint32_t block = 1U << 14;  // 2 MiB of records
constexpr std::uint32_t units = 64 * block;

/// Bytes that this process has in memory.
std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// A pool of records as the engine has them.
struct Pool {
  explicit Pool(std::uint32_t size = units, std::uint32_t start = 2 * block)
      : growth(size, start, block), records(std::size_t{size} + 1, growth), indices(size, growth) {}

  /// The next record, written to.
  std::uint32_t use() {
    const std::uint32_t index = indices.take();
    if (index != 0)
      records[index].words[0] = index;
    return index;
  }
  void grow() {
    while (growth.grow()) {
    }
  }

  Growth growth;
  Table<Record> records;
  IndexPool indices;
};

TEST(Growth, what_is_configured_is_ready_at_the_start) {
  const Pool pool(units, 2 * block - 5);
  EXPECT_EQ(pool.growth.ready(), 2 * block);  // whole blocks
  EXPECT_FALSE(pool.growth.is_whole());
  EXPECT_TRUE(Pool(units, units).growth.is_whole());
  EXPECT_TRUE(Pool(units, ~0U).growth.is_whole());
}

TEST(Growth, an_address_range_takes_no_memory_before_it_is_ready) {
  const std::size_t before = resident_bytes();
  const Pool large(1U << 26, 2 * block);  // 8 GiB of records
  EXPECT_LT(resident_bytes() - before, std::size_t{64} << 20);
}

TEST(Growth, ahead_of_its_owner_no_block_is_unready) {
  Pool pool;
  pool.growth.expect_grower();
  for (std::uint32_t i = 1; i <= units; ++i) {
    ASSERT_EQ(pool.use(), i);
    if (i % block == 0) {
      pool.grow();
      ASSERT_GE(pool.growth.ready(), std::min(units, i + block)) << "ahead by a block at least";
    }
  }
  EXPECT_EQ(pool.growth.unready_blocks(), 0U);
  for (std::uint32_t i = 1; i <= units; ++i)
    ASSERT_EQ(pool.records[i].words[0], i);
}

TEST(Growth, lagging_it_counts_each_block_once_and_goes_on) {
  Pool pool;
  pool.growth.expect_grower();
  for (std::uint32_t i = 1; i <= 10 * block; ++i)
    ASSERT_EQ(pool.use(), i);
  EXPECT_EQ(pool.growth.unready_blocks(), 8U);
  pool.grow();  // behind the owner: what is in the records stays
  for (std::uint32_t i = 1; i <= 10 * block; ++i)
    ASSERT_EQ(pool.records[i].words[0], i);
  for (std::uint32_t i = 1; i <= block; ++i)
    ASSERT_EQ(pool.use(), 10 * block + i);
  EXPECT_EQ(pool.growth.unready_blocks(), 8U);
}

TEST(Growth, without_a_grower_nothing_counts_as_unready) {
  Pool pool;
  for (std::uint32_t i = 1; i <= units; ++i)
    ASSERT_EQ(pool.use(), i);
  EXPECT_EQ(pool.growth.unready_blocks(), 0U);
}

TEST(Growth, at_the_maximum_there_is_none_and_no_more_is_wanted) {
  constexpr std::uint32_t odd = 3 * block + 17;
  Pool pool(odd, block);
  pool.growth.expect_grower();
  for (std::uint32_t i = 1; i <= odd; ++i) {
    ASSERT_EQ(pool.use(), i);
    pool.grow();
  }
  EXPECT_EQ(pool.use(), 0U);
  EXPECT_EQ(pool.growth.wanted(), odd);
  EXPECT_EQ(pool.growth.ready(), odd);
  pool.indices.give_back(odd);
  EXPECT_EQ(pool.use(), odd);
}

TEST(Growth, memory_is_bounded_by_what_is_out_not_by_what_was_ever_taken) {
  Pool pool;
  pool.growth.expect_grower();
  for (std::uint32_t i = 0; i < 20 * units; ++i) {
    const std::uint32_t index = pool.use();
    pool.indices.give_back(index);
    pool.grow();
  }
  EXPECT_LE(pool.growth.ready(), 5 * block);
}

TEST(Growth, many_parts_and_two_growths_share_a_table) {
  Growth pages(64, 1, 16);
  Growth far(1U << 16, 1, 1U << 12);
  constexpr std::size_t first_far = 65 * 64;
  Table<Record> records(first_far + far.units() + 1, {Growing{.growth = pages, .count = 64},
                                                      Growing{.growth = far, .first = first_far}});
  EXPECT_EQ(pages.bytes(), first_far * sizeof(Record));
  EXPECT_EQ(far.bytes(), (far.units() + 1) * sizeof(Record));
  EXPECT_EQ(pages.ready_bytes(), 17 * 64 * sizeof(Record));
  records[records.size() - 1].words[0] = 1;
  records[first_far - 1].words[0] = 1;
}

TEST(Growth, the_owner_goes_on_while_another_thread_makes_ready) {
  Pool pool;
  pool.growth.expect_grower();
  std::atomic<bool> stop{false};
  std::thread grower([&] {
    while (!stop.load(std::memory_order_relaxed))
      if (!pool.growth.grow())
        std::this_thread::yield();
  });
  for (std::uint32_t i = 1; i <= units; ++i)
    ASSERT_EQ(pool.use(), i);
  stop = true;
  grower.join();
  for (std::uint32_t i = 1; i <= units; ++i)
    ASSERT_EQ(pool.records[i].words[0], i);
}

}  // namespace
}  // namespace wirebook::match
