// Goal: memory is zeroed, aligned, faulted in and says truthfully what pages it lies on.
// Method: ask the kernel (mincore) which pages are there; forbid huge pages to see the fallback.
#include "slot_ring/memory.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>

namespace wirebook::slot_ring {
namespace {

bool all_resident(const Memory& memory) {
  std::vector<unsigned char> pages(memory.size_bytes() / 4096);
  return mincore(memory.data(), memory.size_bytes(), pages.data()) == 0 &&
         std::all_of(pages.begin(), pages.end(), [](unsigned char page) { return page & 1; });
}

void expect_usable(const Memory& memory, std::size_t bytes) {
  EXPECT_GE(memory.size_bytes(), bytes);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.data()) % 4096, 0U);
  EXPECT_TRUE(all_resident(memory));
  EXPECT_TRUE(std::all_of(memory.data(), memory.data() + memory.size_bytes(),
                          [](std::byte byte) { return byte == std::byte{0}; }));
  std::fill_n(memory.data(), memory.size_bytes(), std::byte{0xA5});
  EXPECT_NE(memory.describe().find(to_string(memory.pages())), std::string::npos)
      << memory.describe();
}

TEST(Memory, IsThereWhateverTheHostGives) {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{16} << 10, huge_page_bytes,
                                  3 * huge_page_bytes + 1, 8 * huge_page_bytes}) {
    const Memory memory(bytes);
    SCOPED_TRACE(memory.describe());
    expect_usable(memory, bytes);
    if (memory.pages() != Pages::plain) {
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.data()) % huge_page_bytes, 0U);
      EXPECT_EQ(memory.size_bytes() % huge_page_bytes, 0U);
    }
  }
}

TEST(Memory, FallsBackToPlainPagesAndSaysWhatWouldHelp) {
  const Memory memory(2 * huge_page_bytes, HugePages::forbid);
  EXPECT_EQ(memory.pages(), Pages::plain);
  expect_usable(memory, 2 * huge_page_bytes);
  EXPECT_EQ(memory.describe(),
            "4096 KiB on plain pages; huge ones: echo 2 > /proc/sys/vm/nr_hugepages, as root");
}

TEST(Memory, DoesNotWasteAHugePageOnLittle) {
  const Memory memory(5000);
  EXPECT_EQ(memory.pages(), Pages::plain);
  EXPECT_EQ(memory.size_bytes(), 8192U);
  EXPECT_EQ(memory.describe(), "8 KiB on plain pages");
}

TEST(Memory, MovesItsOwnership) {
  Memory first(4096);
  std::byte* const data = first.data();
  const Memory second(std::move(first));
  EXPECT_EQ(second.data(), data);
  *second.data() = std::byte{1};
}

TEST(Memory, WhatCannotBeHadIsBadAlloc) {
  EXPECT_THROW(Memory(std::size_t{1} << 60), std::bad_alloc);
}

}  // namespace
}  // namespace wirebook::slot_ring
