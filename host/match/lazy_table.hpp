// A fixed array whose memory comes when it is first touched: for what most orders do not have.
//
// Shapes: `size` elements of a type for which all zero bytes is the empty value. Threads: the
// owner's. Errors: the constructor throws std::bad_alloc. Cost: a page fault at the first use of a
// page; a pool that hands out what was given back last touches few.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

namespace wirebook::match {

template <class Value>
class LazyTable {
  static_assert(std::is_trivially_copyable_v<Value>);

 public:
  explicit LazyTable(std::size_t size)
      : data_(static_cast<Value*>(std::calloc(size, sizeof(Value)))) {
    if (data_ == nullptr)
      throw std::bad_alloc();
  }

  Value& operator[](std::size_t index) { return data_.get()[index]; }
  const Value& operator[](std::size_t index) const { return data_.get()[index]; }

 private:
  struct Free {
    void operator()(Value* data) const { std::free(data); }
  };
  std::unique_ptr<Value, Free> data_;
};

}  // namespace wirebook::match
