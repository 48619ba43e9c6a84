// A capture file with times in nanoseconds.
#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <span>
#include <string>

namespace wirebook::card::test {

class PcapWriter {
 public:
  explicit PcapWriter(const std::string& path) : file_(path, std::ios::binary) {
    put(std::array<std::uint32_t, 6>{0xA1B2'3C4D, 4U << 16 | 2, 0, 0, 65'535, 1});
  }
  void add(std::span<const std::byte> frame, std::uint64_t epoch_ns) {
    constexpr std::uint64_t ns_per_s = 1'000'000'000;
    const auto size = static_cast<std::uint32_t>(frame.size());
    put(std::array{static_cast<std::uint32_t>(epoch_ns / ns_per_s),
                   static_cast<std::uint32_t>(epoch_ns % ns_per_s), size, size});
    file_.write(reinterpret_cast<const char*>(frame.data()),
                static_cast<std::streamsize>(frame.size()));
  }
  void flush() { file_.flush(); }

 private:
  template <class Words>
  void put(const Words& words) {
    file_.write(reinterpret_cast<const char*>(words.data()), sizeof words);
  }

  std::ofstream file_;
};

}  // namespace wirebook::card::test
