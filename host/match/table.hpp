// A fixed array that is there, touched and zeroed, before the first order comes.
//
// Shapes: `size` elements of a type for which all zero bytes is the empty value. Threads: the
// owner's. Errors: the constructor throws std::bad_alloc. Cost: large tables lie on huge pages
// where the host has them; small ones on the heap, so that a small engine is cheap to make.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>

#include "slot_ring/memory.hpp"

namespace wirebook::match {

template <class Value>
class Table {
  static_assert(std::is_trivially_copyable_v<Value>);
  static_assert(std::is_trivially_default_constructible_v<Value>);

 public:
  explicit Table(std::size_t size) : size_(size) {
    if (size * sizeof(Value) < mapped_bytes_min) {
      small_ = std::make_unique<Value[]>(size);
      data_ = small_.get();
    } else {
      large_.emplace(size * sizeof(Value));
      data_ = reinterpret_cast<Value*>(large_->data());
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
