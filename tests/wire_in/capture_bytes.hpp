// Capture files for the tests, byte by byte.
#pragma once

#include <cstdint>
#include <vector>

#include "wire_bytes.hpp"

namespace wirebook::wire_in::test {

struct TestCapture {
  std::uint64_t epoch_ns = 0;
  WireBytes frame;
};

enum class PcapForm : std::uint8_t { micro, nano, micro_big_endian };

inline constexpr std::uint32_t link_ethernet = 1;

inline WireBytes pcap_file(const std::vector<TestCapture>& captures, PcapForm form,
                           std::uint32_t link = link_ethernet) {
  WireBytes file;
  const auto put = [&file, form](std::uint64_t value, std::size_t bytes) {
    if (form == PcapForm::micro_big_endian)
      file.be(value, bytes);
    else
      file.le(value, bytes);
  };
  put(form == PcapForm::nano ? 0xA1B2'3C4D : 0xA1B2'C3D4, 4);
  put(2, 2);
  put(4, 2);
  put(0, 8);
  put(65'535, 4);
  put(link, 4);
  for (const auto& [epoch_ns, frame] : captures) {
    put(epoch_ns / 1'000'000'000, 4);
    put(epoch_ns % 1'000'000'000 / (form == PcapForm::nano ? 1 : 1'000), 4);
    put(frame.size(), 4);
    put(frame.size(), 4);
    file.add(frame);
  }
  return file;
}

/// One section, one interface with nanoseconds, a packet block a frame.
inline WireBytes pcapng_file(const std::vector<TestCapture>& captures) {
  WireBytes file;
  file.le(0x0A0D'0D0A, 4).le(28, 4).le(0x1A2B'3C4D, 4).le(1, 2).le(0, 2).le(~0ULL, 8).le(28, 4);
  file.le(1, 4).le(32, 4).le(link_ethernet, 2).zeros(2).le(65'535, 4);
  file.le(9, 2).le(1, 2).le(9, 4).le(0, 4).le(32, 4);  // option if_tsresol: 10^-9
  for (const auto& [epoch_ns, frame] : captures) {
    const std::size_t padding = (4 - frame.size() % 4) % 4;
    const std::size_t length = 32 + frame.size() + padding;
    file.le(6, 4).le(length, 4).le(0, 4).le(epoch_ns >> 32, 4).le(epoch_ns, 4);
    file.le(frame.size(), 4).le(frame.size(), 4).add(frame).zeros(padding).le(length, 4);
  }
  return file;
}

}  // namespace wirebook::wire_in::test
