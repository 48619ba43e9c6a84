// The MAC's registers as an array that a test fills; its clock is the only thing that moves.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "wirebook/mac_registers.hpp"

#include "card/bus.hpp"

namespace wirebook::card::test {

class MacArray {
 public:
  /// Up, with RS-FEC, nothing wrong.
  MacArray() {
    set(mac_registers::identity, mac_registers::identity_value);
    set(mac_registers::version, mac_registers::map_version);
    set(mac_registers::status, 0xF047);
    set(mac_registers::lanes, 0xFF'FFFF);
  }

  void set(std::uint32_t offset, std::uint32_t value) { words_.at(offset / 4) = value; }
  void set64(std::uint32_t offset, std::uint64_t value) {
    set(offset, static_cast<std::uint32_t>(value));
    set(offset + 4, static_cast<std::uint32_t>(value >> 32));
  }

  std::uint32_t read(std::uint32_t offset) {
    if (reads_until_lost-- == 0)
      lost = true;
    if (lost)
      return 0xFFFF'FFFF;
    std::uint32_t& word = words_.at(offset / 4);
    if (offset % 8 == 0)
      high_ = words_.at(offset / 4 + 1);
    if (offset == mac_registers::mac_cycles && clock_runs)
      word += 322;
    // As in the kernel: the high half of a count is that of the low one read last.
    return offset > mac_registers::mac_cycles && offset % 8 == 4 ? high_ : word;
  }

  bool clock_runs = true;
  bool lost = false;
  int reads_until_lost = -1;

 private:
  std::array<std::uint32_t, 1024> words_{};
  std::uint32_t high_ = 0;
};

class MacArrayReader final : public RegisterReader {
 public:
  explicit MacArrayReader(MacArray& mac) : mac_(&mac) {}
  std::uint32_t read(std::uint32_t offset) noexcept override { return mac_->read(offset); }

 private:
  MacArray* mac_;
};

}  // namespace wirebook::card::test
