// A capture of one feed message a frame.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "tests/wire_in/capture_bytes.hpp"
#include "tests/wire_in/frame_bytes.hpp"
#include "tests/xrt/xrt_host.hpp"

namespace wirebook::test {

inline constexpr std::uint32_t capture_group = 0xEF01'0203;
inline constexpr std::uint16_t capture_port = 26'400;
inline constexpr std::uint64_t day_ns = 86'400'000'000'000;
inline constexpr std::uint64_t first_ns = 20'000 * day_ns + 34'200'000'000'000;

/// Uneven, and now and then none at all.
inline std::uint64_t time_of(std::uint64_t frame) { return first_ns + frame / 3 * 1'234'567; }

inline void write_capture(const std::string& path, std::uint64_t frames) {
  using namespace wire_in::test;
  std::vector<TestCapture> captured;
  for (std::uint64_t i = 0; i < frames; ++i)
    captured.push_back({time_of(i), udp_frame({.destination_address = capture_group,
                                               .destination_port = capture_port},
                                              mold_packet(i + 1, {itch_delete(i + 1)}))});
  const WireBytes file = pcap_file(captured, PcapForm::nano);
  const Bytes bytes = file;
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

/// Programs a host's card for it.
inline void want_capture(XrtHost& host) {
  host.write(reg::filter_address, capture_group);
  host.write(reg::filter_port, 1U << 16 | capture_port);
  for (std::uint32_t word = 0; word < 2'048; ++word) {
    host.write(reg::locate_word, word);
    host.write(reg::locate_bits, ~0U);
  }
}

}  // namespace wirebook::test
