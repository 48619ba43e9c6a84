// Allocation counter: each way to allocate counts once for the thread that does it, and work
// without allocations counts nothing. Sanitizers keep their own allocator: then it says so.
#include "metrics/allocation_counter.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

using namespace wirebook::metrics;

// Out of the compiler's sight: it may merge or drop allocations that it can follow.
template <class Value>
void keep(Value& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

class AllocationCounter : public testing::Test {
 protected:
  void SetUp() override {
    if (!allocations_are_counted())
      GTEST_SKIP() << "this build keeps the sanitizer's allocator";
  }
};

template <class Work>
std::uint64_t allocations_of(Work work) {
  const std::uint64_t before = allocations_of_this_thread();
  work();
  return allocations_of_this_thread() - before;
}

TEST_F(AllocationCounter, EveryWayToAllocateCounts) {
  EXPECT_EQ(allocations_of([] {
              auto one = std::make_unique<int>(7);
              keep(one);
            }),
            1U);
  EXPECT_EQ(allocations_of([] {
              struct alignas(128) Wide {
                int value;
              };
              auto one = std::make_unique<Wide>();
              keep(one);
            }),
            1U);
  EXPECT_EQ(allocations_of([] {
              void* block = std::malloc(10);
              keep(block);
              block = std::realloc(block, 10'000);
              keep(block);
              std::free(block);
            }),
            2U);
  EXPECT_EQ(allocations_of([] {
              void* block = std::calloc(3, 10);
              keep(block);
              std::free(block);
              ASSERT_EQ(posix_memalign(&block, 64, 64), 0);
              keep(block);
              std::free(block);
            }),
            2U);
}

TEST_F(AllocationCounter, AlignmentIsKept) {
  void* block = nullptr;
  EXPECT_EQ(posix_memalign(&block, 3, 64), EINVAL);
  ASSERT_EQ(posix_memalign(&block, 4096, 64), 0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 4096, 0U);
  std::free(block);
}

TEST_F(AllocationCounter, WorkWithoutAllocationsCountsNothing) {
  std::array<int, 100> numbers{};
  EXPECT_EQ(allocations_of([&] {
              std::iota(numbers.begin(), numbers.end(), 0);
              keep(numbers);
            }),
            0U);
}

TEST_F(AllocationCounter, ThreadsCountApart) {
  std::atomic<int> id{0};
  std::atomic<bool> done{false};
  const std::uint64_t here = allocations_of_this_thread();
  std::uint64_t before = 0;
  std::thread other([&] {
    before = allocations_of_this_thread();
    for (int i = 0; i < 1000; ++i) {
      auto text = std::make_unique<std::string>();
      keep(text);
    }
    id = static_cast<int>(syscall(SYS_gettid));
    while (!done)
      std::this_thread::yield();
  });
  while (id == 0)
    std::this_thread::yield();
  EXPECT_EQ(allocations_of_thread(id) - before, 1000U);
  EXPECT_LT(allocations_of_this_thread() - here, 100U);
  done = true;
  other.join();
  EXPECT_EQ(allocations_of_thread(-1), 0U);
}

}  // namespace
