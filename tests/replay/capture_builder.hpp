// For the tests of captures: frames, pcap and pcapng files, byte by byte.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replay_fixture.hpp"

namespace wirebook::node {

struct TestFrame {
  std::uint64_t epoch_ns = 0;
  std::string bytes;
};

struct TestEnds {
  std::uint32_t source_address = 0x0A00'0001;
  std::uint16_t source_port = 40'000;
  std::uint32_t destination_address = 0x0A00'0002;
  std::uint16_t destination_port = 26'400;
};

inline std::string ipv4_frame(const TestEnds& ends, char protocol, const std::string& payload) {
  std::string header = std::string("\x45\0", 2) + big_endian(20 + payload.size(), 2) +
                       std::string("\0\0\0\0\x40", 5) + protocol + std::string(2, '\0') +
                       big_endian(ends.source_address, 4) + big_endian(ends.destination_address, 4);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < header.size(); i += 2)
    sum += static_cast<std::uint32_t>(static_cast<unsigned char>(header[i])) << 8 |
           static_cast<unsigned char>(header[i + 1]);
  while (sum > 0xFFFF)
    sum = (sum & 0xFFFF) + (sum >> 16);
  header.replace(10, 2, big_endian(~sum & 0xFFFF, 2));
  return std::string(12, '\0') + std::string("\x08\0", 2) + header + payload;
}

/// The checksum is left out, as UDP may.
inline std::string udp_frame(const TestEnds& ends, const std::string& payload) {
  return ipv4_frame(ends, 17,
                    big_endian(ends.source_port, 2) + big_endian(ends.destination_port, 2) +
                        big_endian(8 + payload.size(), 2) + std::string(2, '\0') + payload);
}

/// The checksum is left to the network card.
inline std::string tcp_frame(const TestEnds& ends, std::uint32_t sequence, bool syn,
                             const std::string& payload) {
  return ipv4_frame(ends, 6,
                    big_endian(ends.source_port, 2) + big_endian(ends.destination_port, 2) +
                        big_endian(sequence, 4) + std::string(4, '\0') + '\x50' +
                        (syn ? '\x02' : '\x10') + std::string("\xFF\xFF\0\0\0\0", 6) + payload);
}

inline std::string little_endian(std::uint64_t value, int bytes) {
  const std::string reversed = big_endian(value, bytes);
  return {reversed.rbegin(), reversed.rend()};
}

/// With nanoseconds.
inline std::string pcap_file(const std::vector<TestFrame>& frames) {
  std::string out = little_endian(0xA1B2'3C4D, 4) + little_endian(2, 2) + little_endian(4, 2) +
                    std::string(8, '\0') + little_endian(65'535, 4) + little_endian(1, 4);
  for (const TestFrame& frame : frames)
    out += little_endian(frame.epoch_ns / 1'000'000'000, 4) +
           little_endian(frame.epoch_ns % 1'000'000'000, 4) + little_endian(frame.bytes.size(), 4) +
           little_endian(frame.bytes.size(), 4) + frame.bytes;
  return out;
}

/// With nanoseconds.
inline std::string pcapng_file(const std::vector<TestFrame>& frames) {
  const auto block = [](std::uint32_t type, std::string body) {
    body.append((4 - body.size() % 4) % 4, '\0');
    const std::string length = little_endian(12 + body.size(), 4);
    return little_endian(type, 4) + length + body + length;
  };
  std::string out = block(0x0A0D'0D0A, little_endian(0x1A2B'3C4D, 4) + little_endian(1, 2) +
                                           little_endian(0, 2) + std::string(8, '\xFF'));
  out += block(1, little_endian(1, 2) + little_endian(0, 2) + little_endian(65'535, 4) +
                      little_endian(9, 2) + little_endian(1, 2) + '\x09' + std::string(3, '\0') +
                      std::string(4, '\0'));
  for (const TestFrame& frame : frames)
    out += block(6, little_endian(0, 4) + little_endian(frame.epoch_ns >> 32, 4) +
                        little_endian(frame.epoch_ns & 0xFFFF'FFFF, 4) +
                        little_endian(frame.bytes.size(), 4) +
                        little_endian(frame.bytes.size(), 4) + frame.bytes);
  return out;
}

}  // namespace wirebook::node
