// A writer that waits for the kernel gives its core to it.
//
// This program has a sched_yield of its own, which counts and passes on.
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "journal/file_disk.hpp"
#include "journal/journal_writer.hpp"
#include "tests/journal/stream.hpp"

namespace {

std::atomic<std::uint64_t> yields{0};

}  // namespace

extern "C" int sched_yield() noexcept {
  yields.fetch_add(1);
  return static_cast<int>(syscall(SYS_sched_yield));
}

namespace wirebook::journal {
namespace {

using slot_ring::Ring;
using test::Stream;

constexpr std::uint64_t segment_slots = 64 * block_slots;
constexpr std::uint64_t groups = 100;

struct Counts {
  std::uint64_t empty_polls = 0;  ///< that found nothing while a write was in flight
  std::uint64_t yields = 0;       ///< until the last write was back
  std::uint64_t yields_idle = 0;  ///< … and after that
};

/// Nothing where io_uring is refused.
std::optional<Counts> count(bool yield) {
  std::string path = std::string(WIREBOOK_BINARY_DIR) + "/journal_yield.XXXXXX";
  if (mkdtemp(path.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), path);
  Counts counts;
  std::string refusal;
  try {
    Ring<Slot> ring(1024);
    const auto disk =
        open_uring_disk({.directory = path, .capacity_slots = segment_slots}, {.yield = yield},
                        {ring.memory().data(), ring.slots() * slot_bytes});
    JournalWriter writer(ring, *disk, {.segment_slots = segment_slots});
    Stream stream(ring);
    const std::uint64_t before = yields.load();
    for (std::uint64_t group = 0; group < groups; ++group) {
      EXPECT_TRUE(stream.write(0));
      while (writer.durable() != stream.end() && writer.state() == WriterState::running) {
        const bool waits = writer.core().in_flight() != 0;
        if (!writer.poll() && waits)
          ++counts.empty_polls;
      }
      EXPECT_EQ(writer.state(), WriterState::running) << writer.error();
    }
    counts.yields = yields.load() - before;
    for (int i = 0; i < 100; ++i)
      writer.poll();
    counts.yields_idle = yields.load() - before - counts.yields;
    writer.finish();
    while (!writer.finished())
      writer.poll();
  } catch (const UringRefused& error) {
    refusal = error.what();
  }
  std::filesystem::remove_all(path);
  if (!refusal.empty())
    return std::nullopt;
  return counts;
}

TEST(Yield, a_poll_that_found_nothing_while_a_write_is_in_flight_yields) {
  const auto counts = count(true);
  if (!counts)
    GTEST_SKIP() << "io_uring is refused here";
  if (counts->empty_polls == 0)
    GTEST_SKIP() << "each write was back at once";
  EXPECT_GE(counts->yields, counts->empty_polls);
  EXPECT_EQ(counts->yields_idle, 0U);
}

TEST(Yield, not_where_it_is_switched_off) {
  const auto counts = count(false);
  if (!counts)
    GTEST_SKIP() << "io_uring is refused here";
  EXPECT_EQ(counts->yields, 0U);
}

}  // namespace
}  // namespace wirebook::journal
