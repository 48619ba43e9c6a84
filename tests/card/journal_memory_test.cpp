// Goal: the answer tells truly whether io_uring takes the memory, and what else will be done.
// Method: memory that it takes, and memory that nobody may write to, as a driver's may be.
#include "card/journal_memory.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

namespace wirebook::card {
namespace {

constexpr std::size_t bytes = 1 << 16;

/// Anonymous pages, to be read only or written, too.
class Pages {
 public:
  explicit Pages(int protection)
      : address_(mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {}
  ~Pages() { munmap(address_, bytes); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  [[nodiscard]] std::span<std::byte> memory() const {
    return {static_cast<std::byte*>(address_), bytes};
  }

 private:
  void* address_;
};

TEST(JournalMemory, is_registered_where_it_can_be) {
  const Pages pages(PROT_READ | PROT_WRITE);
  const JournalMemory answer = probe_journal_memory(pages.memory());
  if (answer.way == JournalWay::none)
    GTEST_SKIP() << answer.describe();
  EXPECT_EQ(answer.way, JournalWay::registered);
  EXPECT_EQ(answer.describe(), "registers card memory");
}

TEST(JournalMemory, is_copied_where_it_cannot) {
  const Pages pages(PROT_READ);
  const JournalMemory answer = probe_journal_memory(pages.memory());
  if (answer.way == JournalWay::none)
    GTEST_SKIP() << answer.describe();
  EXPECT_EQ(answer.way, JournalWay::copied);
  EXPECT_EQ(answer.describe(), "copies through a buffer: Bad address");
}

}  // namespace
}  // namespace wirebook::card
