#include "slot_ring/memory.hpp"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <new>
#include <string>
#include <string_view>

#include <sys/mman.h>

namespace wirebook::slot_ring {

namespace {

constexpr std::size_t plain_page_bytes = 4096;

std::size_t round_up(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

std::byte* map(std::size_t bytes, int protection, int extra_flags) {
  void* const address =
      mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | extra_flags, -1, 0);
  return address == MAP_FAILED ? nullptr : static_cast<std::byte*>(address);
}

/// Of the mapping at `data`, what the kernel keeps on huge pages. The guards around it see to it
/// that it is a mapping of its own.
std::size_t transparent_huge_bytes(const std::byte* data) {
  char start[32];
  std::snprintf(start, sizeof start, "%lx-", reinterpret_cast<unsigned long>(data));
  std::ifstream smaps("/proc/self/smaps");
  bool found = false;
  for (std::string line; std::getline(smaps, line);) {
    found = found || line.starts_with(start);
    constexpr std::string_view key = "AnonHugePages:";
    if (!found || !line.starts_with(key))
      continue;
    const std::size_t digits = line.find_first_of("0123456789");
    std::size_t kib = 0;
    if (digits != std::string::npos)
      std::from_chars(line.data() + digits, line.data() + line.size(), kib);
    return kib * 1024;
  }
  return 0;
}

}  // namespace

std::string_view to_string(Pages pages) {
  switch (pages) {
    case Pages::plain:
      return "plain pages";
    case Pages::transparent_huge:
      return "transparent huge pages";
    case Pages::huge:
      return "huge pages";
    case Pages::foreign:
      return "pages of a card's driver";
  }
  return "unknown pages";
}

Memory::Memory(std::size_t bytes, HugePages huge, Touch touch) {
  if (bytes < huge_page_bytes)
    huge = HugePages::forbid;
  bytes_ = round_up(bytes, huge == HugePages::allow ? huge_page_bytes : plain_page_bytes);
  if (huge == HugePages::forbid || touch == Touch::later || !map_huge())
    map_reserved(huge, touch);
}

bool Memory::touch(std::span<std::byte> bytes) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
  std::byte* const first = bytes.data() - address % plain_page_bytes;
  const std::size_t length = round_up(bytes.size() + address % plain_page_bytes, plain_page_bytes);
#if defined(MADV_POPULATE_WRITE)
  if (madvise(first, length, MADV_POPULATE_WRITE) == 0)
    return true;
  if (errno != EINVAL)
    return false;
#endif
  // Kernels before 5.14: by hand, and so that what another thread writes meanwhile stays.
  for (std::size_t i = 0; i < length; i += plain_page_bytes)
    std::atomic_ref(*reinterpret_cast<unsigned char*>(first + i))
        .fetch_or(0, std::memory_order_relaxed);
  return true;
}

Memory::~Memory() {
  if (reserved_ != nullptr)
    munmap(reserved_, reserved_bytes_);
}

bool Memory::map_huge() {
  std::byte* const data = map(bytes_, PROT_READ | PROT_WRITE, MAP_HUGETLB);
  if (data == nullptr)
    return false;
  // A control group may refuse what the mapping had reserved.
  if (!touch({data, bytes_})) {
    munmap(data, bytes_);
    return false;
  }
  reserved_ = data_ = data;
  reserved_bytes_ = bytes_;
  pages_ = Pages::huge;
  return true;
}

void Memory::map_reserved(HugePages huge, Touch touch_when) {
  // Address space on both sides that stays closed: it aligns the memory for huge pages, and whoever
  // runs over its end is stopped there.
  reserved_bytes_ = bytes_ + 2 * huge_page_bytes;
  reserved_ = map(reserved_bytes_, PROT_NONE, MAP_NORESERVE);
  if (reserved_ == nullptr)
    throw std::bad_alloc();
  const auto address = reinterpret_cast<std::uintptr_t>(reserved_);
  data_ = reserved_ + (round_up(address + 1, huge_page_bytes) - address);

  bool usable = mprotect(data_, bytes_, PROT_READ | PROT_WRITE) == 0;
  const bool asked =
      usable && huge == HugePages::allow && madvise(data_, bytes_, MADV_HUGEPAGE) == 0;
  usable = usable && (touch_when == Touch::later || touch({data_, bytes_}));
  if (!usable) {
    munmap(reserved_, reserved_bytes_);
    throw std::bad_alloc();
  }
  if (asked && touch_when == Touch::at_once && transparent_huge_bytes(data_) >= bytes_)
    pages_ = Pages::transparent_huge;
}

std::string Memory::describe() const {
  std::string text = std::to_string(bytes_ / 1024) + " KiB on " + std::string(to_string(pages_));
  if (pages_ == Pages::plain && bytes_ >= huge_page_bytes)
    text += "; huge ones: echo " +
            std::to_string(round_up(bytes_, huge_page_bytes) / huge_page_bytes) +
            " > /proc/sys/vm/nr_hugepages, as root";
  return text;
}

}  // namespace wirebook::slot_ring
