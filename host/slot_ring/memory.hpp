// Memory for rings: huge pages where the host has them, plain pages where not, touched in advance.
//
// Shapes: whole pages, zeroed; less than one huge page lies on plain ones. Behind and before it
// nothing is mapped. Threads: owned by one; the bytes are shared by whoever maps a ring.
// Errors: throws std::bad_alloc at start-up; that huge pages are refused is no error, `pages`
// tells. Cost: every page is faulted in by the constructor, so that none is on the way of an order;
// with `Touch::later` none is, and `touch` does it piece by piece, from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace wirebook::slot_ring {

enum class Pages : std::uint8_t {
  plain,
  transparent_huge,  ///< madvise(MADV_HUGEPAGE), and the kernel did it for all of the memory
  huge,              ///< MAP_HUGETLB: reserved for us
  foreign,           ///< of somebody else, such as a card's driver
};
[[nodiscard]] std::string_view to_string(Pages pages);

enum class HugePages : std::uint8_t { allow, forbid };

enum class Touch : std::uint8_t {
  at_once,
  /// The address range is there, and the kernel is asked for transparent huge pages. Reserved ones
  /// (MAP_HUGETLB) are not for this: where a control group refuses such a page, whoever touches it
  /// first is killed, and here that may be a hot thread.
  later,
};

inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

class Memory {
 public:
  explicit Memory(std::size_t bytes, HugePages huge = HugePages::allow,
                  Touch touch = Touch::at_once);
  /// Somebody else's, as it is: it outlives this, and is not given back by it.
  explicit Memory(std::span<std::byte> foreign)
      : data_(foreign.data()), bytes_(foreign.size()), pages_(Pages::foreign) {}
  ~Memory();
  Memory(Memory&& other) noexcept
      : reserved_(std::exchange(other.reserved_, nullptr)),
        reserved_bytes_(other.reserved_bytes_),
        data_(std::exchange(other.data_, nullptr)),
        bytes_(other.bytes_),
        pages_(other.pages_) {}
  Memory& operator=(Memory&&) = delete;

  [[nodiscard]] std::byte* data() const { return data_; }
  [[nodiscard]] std::size_t size_bytes() const { return bytes_; }
  [[nodiscard]] Pages pages() const { return pages_; }

  /// Faults in every page of `bytes`, while others may read and write them: nothing changes in
  /// them. False if the host has not as many as it promised.
  [[nodiscard]] static bool touch(std::span<std::byte> bytes) noexcept;

  /// For people: what it is, and what would make it better.
  /// "4096 KiB on plain pages; huge ones: echo 2 > /proc/sys/vm/nr_hugepages, as root".
  [[nodiscard]] std::string describe() const;

 private:
  bool map_huge();
  void map_reserved(HugePages huge, Touch touch);

  std::byte* reserved_ = nullptr;  ///< what is unmapped in the end: `data_` and its guards
  std::size_t reserved_bytes_ = 0;
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
  Pages pages_ = Pages::plain;
};

}  // namespace wirebook::slot_ring
