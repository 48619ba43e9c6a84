// A fuzzer's bytes as choices, one after another; behind the last one they are zeros.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wirebook::test {

class FuzzBytes {
 public:
  FuzzBytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  [[nodiscard]] bool empty() const { return size_ == 0; }
  std::uint8_t next() {
    if (size_ == 0)
      return 0;
    --size_;
    return *data_++;
  }
  std::uint32_t below(std::uint32_t end) { return next() % end; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

}  // namespace wirebook::test
