// What reaches the kernel: registers and memory that it can write to. All that differs between a
// card under XRT and a model on a bench.
//
// Shapes: 32-bit registers by byte offset; DMA memory in whole pages, 4 KiB aligned on both sides.
// Threads: registers any; the rest one. Errors: `allocate` and whoever opens a bus throw
// `CardError`; `read` and `write` never throw: a lost card reads as all ones, and writes to it are
// lost. Cost: a write is a store into the card's window (on a PCIe card it does not wait), a read a
// round trip of about a microsecond. Specification: kernels/regs/README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

namespace wirebook::card {

/// Says what is wrong with the card, and what to run.
class CardError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Memory that host and kernel both see.
struct DmaMemory {
  std::span<std::byte> bytes;
  std::uint64_t bus_address = 0;
};

/// What is known of the device behind the bus. Nothing stands for what cannot be known.
struct BusInfo {
  std::string device;   ///< as the platform calls itself
  std::string address;  ///< PCIe
  std::string image;    ///< the file that the kernel came from, and its identifier
  bool simulated = false;
  double clock_mhz = 300;
  std::optional<double> temperature_celsius;
  std::optional<double> power_watts;
  std::optional<std::uint64_t> host_memory_bytes;
};

/// Registers of another kernel, which are only looked at. What cannot be read is all ones.
class RegisterReader {
 public:
  virtual ~RegisterReader() = default;
  virtual std::uint32_t read(std::uint32_t offset) noexcept = 0;
};

class Bus {
 public:
  virtual ~Bus() = default;

  virtual std::uint32_t read(std::uint32_t offset) noexcept = 0;
  virtual void write(std::uint32_t offset, std::uint32_t value) noexcept = 0;
  /// Zeroed; given back when the bus closes.
  virtual DmaMemory allocate(std::size_t bytes) = 0;
  [[nodiscard]] virtual BusInfo info() = 0;
  /// The MAC in the kernel's image; null if it has none. While it is held no other process gets it.
  /// Not beyond the life of the bus. Throws if there is one that cannot be opened.
  [[nodiscard]] virtual std::unique_ptr<RegisterReader> open_mac() { return nullptr; }
};

}  // namespace wirebook::card
