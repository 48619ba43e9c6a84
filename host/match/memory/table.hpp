// A fixed array that is there and zeroed before the first order comes.
//
// Shapes: `size` elements of a type for which all zero bytes is the empty value, or that is written
// before it is read. Threads: the owner's. Errors: the constructor throws std::bad_alloc.
// Cost: large tables lie on huge pages where the host has them; small ones on the heap, so that a
// small engine is cheap to make. All of it is touched at the start; or, where the table follows a
// growth, what is ready then, and the rest is address space that becomes memory in blocks: see
// growth.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <type_traits>

#include "match/memory/growth.hpp"
#include "slot_ring/memory.hpp"

namespace wirebook::match {

/// Elements that follow the units of a growth: `first` and the `count` behind it belong to unit 0,
/// which nobody takes, the next `count` to unit 1, and so on to the last, or the end of the table.
struct Growing {
  Growth& growth;
  std::size_t first = 0;
  std::size_t count = 1;
};

template <class Value>
class Table {
  static_assert(std::is_trivially_copyable_v<Value>);

 public:
  explicit Table(std::size_t size) : Table(size, {}) {}
  Table(std::size_t size, Growth& growth) : Table(size, {Growing{growth}}) {}
  /// Each element is in one of the parts, but for those of no part if there are none.
  Table(std::size_t size, std::initializer_list<Growing> parts) : size_(size) {
    const bool grows = std::any_of(parts.begin(), parts.end(),
                                   [](const Growing& part) { return !part.growth.is_whole(); });
    if (size * sizeof(Value) < mapped_bytes_min) {
      small_ = std::make_unique<Value[]>(size);
      data_ = small_.get();
      return;
    }
    large_.emplace(size * sizeof(Value), slot_ring::HugePages::allow,
                   grows ? slot_ring::Touch::later : slot_ring::Touch::at_once);
    data_ = reinterpret_cast<Value*>(large_->data());
    for (const Growing& part : parts) {
      const std::size_t elements =
          std::min(size - part.first, (part.growth.units() + 1) * part.count);
      part.growth.add_part(reinterpret_cast<std::byte*>(data_ + part.first),
                           elements * sizeof(Value), part.count * sizeof(Value));
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  Value& operator[](std::size_t index) { return data_[index]; }
  const Value& operator[](std::size_t index) const { return data_[index]; }

 private:
  static constexpr std::size_t mapped_bytes_min = std::size_t{1} << 20;

  std::size_t size_;
  std::unique_ptr<Value[]> small_;
  std::optional<slot_ring::Memory> large_;
  Value* data_;
};

}  // namespace wirebook::match
