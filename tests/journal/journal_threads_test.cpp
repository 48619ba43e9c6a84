// The journal with a thread for each side: who writes the ring, who polls, who waits for the
// watermark.
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>

#include <gtest/gtest.h>

#include "journal/file_disk.hpp"
#include "journal/journal_writer.hpp"
#include "tests/journal/stream.hpp"

namespace wirebook::journal {
namespace {

using slot_ring::Ring;
using test::Stream;

constexpr std::uint64_t segment_slots = 16 * block_slots;
constexpr std::uint64_t slots_wanted = 20'000;

TEST(JournalThreads, the_watermark_grows_while_the_ring_is_written) {
  std::string path = std::string(WIREBOOK_BINARY_DIR) + "/journal_threads.XXXXXX";
  if (mkdtemp(path.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), path);
  {
    Ring<Slot> ring(1024);
    // Not through io_uring: the thread sanitizer does not see what the kernel reads.
    const auto disk = open_pwrite_disk({.directory = path, .capacity_slots = segment_slots},
                                       {.bounce = Bounce::filling});
    JournalWriter writer(ring, *disk, {.segment_slots = segment_slots, .sync = false});
    std::atomic<bool> written{false};
    std::thread producer([&] {
      Stream stream(ring);
      while (stream.end() < slots_wanted)
        if (!stream.write(static_cast<std::uint8_t>(stream.end() % 3)))
          std::this_thread::yield();
      written.store(true);
    });
    std::thread poller([&] {
      while (!writer.finished()) {
        const bool last = written.load();
        if (!writer.poll())
          std::this_thread::yield();
        if (last)
          writer.finish();
      }
    });
    std::uint64_t seen = 0;
    while (seen < slots_wanted) {
      const std::uint64_t durable = writer.durable();
      ASSERT_GE(durable, seen);
      ASSERT_EQ(writer.state(), WriterState::running) << writer.error();
      seen = durable;
      std::this_thread::yield();
    }
    producer.join();
    poller.join();
  }
  std::filesystem::remove_all(path);
}

}  // namespace
}  // namespace wirebook::journal
