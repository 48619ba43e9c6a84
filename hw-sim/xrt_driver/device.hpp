// A device as XRT's driver interface knows it: an image, buffers, contexts, commands.
//
// Buffers are memory that the card shares. What XRT calls host-only lies in it and nowhere else:
// host and kernel work on the same bytes. Of others the host has its own copy, and `sync` copies,
// as on a card with memory of its own.
//
// Shapes: handles are numbers from 1; sizes in bytes. Threads: any. Errors: 0 or a negative errno,
// with the reason on standard error where the number alone does not tell. Cost: that of the link.
// Specification: <xrt.h> of XRT 2.13.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>

#include "hw-sim/xrt_driver/card_link.hpp"
#include "hw-sim/xrt_driver/command_queue.hpp"

struct axlf;

namespace wirebook::hw_sim {

struct Buffer {
  std::shared_ptr<SharedMemory> memory;
  std::uint64_t address = 0;  ///< on the bus; 0: the card does not see it
  std::size_t size = 0;       ///< as asked for
  std::uint32_t flags = 0;
  std::byte* host_copy = nullptr;
};

class Device {
 public:
  explicit Device(unsigned index);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  int load(const axlf& image);

  int open_context(std::span<const std::uint8_t, 16> image, unsigned kernel, bool shared);
  int close_context(unsigned kernel);

  int read(unsigned kernel, std::uint32_t offset, std::uint32_t& value);
  int write(unsigned kernel, std::uint32_t offset, std::uint32_t value);

  /// A handle, or a negative errno.
  std::int64_t allocate(std::size_t size, std::uint32_t flags, void* host_copy);
  std::int64_t import(int descriptor, std::uint32_t flags);
  void free(unsigned handle);
  /// Nothing if there is no such buffer.
  std::shared_ptr<const Buffer> buffer(unsigned handle);

  int execute(unsigned handle);
  /// The number of commands completed since the last call, waited for if there are none.
  int wait(int milliseconds);

  /// Keeps XRT's own object of this device alive.
  std::shared_ptr<void> companion;

 private:
  struct Context {
    bool shared = false;
    int count = 0;
  };

  std::int64_t add(Buffer buffer);
  bool has_context(unsigned kernel);

  std::mutex mutex_;
  std::unique_ptr<CardLink> card_;
  std::uint64_t next_address_;
  unsigned next_handle_ = 1;
  std::map<unsigned, std::shared_ptr<const Buffer>> buffers_;
  std::map<unsigned, Context> contexts_;
  bool loaded_ = false;
  std::array<std::uint8_t, 16> image_{};
  std::int32_t host_bank_ = -1;
  CommandQueue commands_;
};

}  // namespace wirebook::hw_sim
