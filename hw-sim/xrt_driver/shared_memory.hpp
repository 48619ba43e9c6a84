// Memory that may be shared between a host's process and a card's.
//
// Shapes: whole pages, zeroed; a file descriptor stands for it. Threads: any. Errors: throws
// `std::system_error`. Cost: a mapping. Specification: memfd_create(2).
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace wirebook::hw_sim {

class SharedMemory {
 public:
  static std::shared_ptr<SharedMemory> create(std::size_t bytes);
  /// Takes the descriptor over.
  static std::shared_ptr<SharedMemory> open(int descriptor, std::size_t bytes);
  /// All of the file behind the descriptor, which is taken over.
  static std::shared_ptr<SharedMemory> open(int descriptor);

  SharedMemory(int descriptor, std::size_t bytes);
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::span<std::byte> bytes_;
};

}  // namespace wirebook::hw_sim
