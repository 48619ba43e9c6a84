// Writes segments of format version 0: what `migrate` has to understand.
//
// Written from the description of the format, not from the code that reads it: a CRC of its own,
// bit by bit. Shapes: from the slots of a journal of today. Threads: one. Errors: none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "wirebook/slot.hpp"

#include "tests/journal/journal_image.hpp"

namespace wirebook::journal::test {

class Version0Writer {
 public:
  /// The file, header and slots, that a writer of version 0 would have left of this segment;
  /// `end` is where the stream goes on in another one, or ends.
  static std::vector<char> file_of(const ImageFile& segment, std::uint64_t end) {
    const std::uint64_t first = segment.header.first_sequence;
    const std::uint64_t slots = segment.capacity_end() - first;
    std::vector<char> bytes(64 + slots * 64, 0);
    std::memcpy(bytes.data(), "wbjrnl", 6);
    put(bytes, 8, 0, 4);
    put(bytes, 12, 64, 4);
    put(bytes, 16, segment.header.epoch, 4);
    put(bytes, 20, segment.header.shard, 4);
    put(bytes, 24, first, 8);
    put(bytes, 32, slots, 8);
    put(bytes, 40, segment.header.created_unix_ns, 8);
    put(bytes, 48, segment.header.trading_day, 4);
    put(bytes, 60, crc(std::string(bytes.data(), 60)), 4);
    for (std::uint64_t s = first; s < end; ++s) {
      char* const at = bytes.data() + 64 + (s - first) * 64;
      std::memcpy(at, &segment.slot(s), 60);
      std::string sealed(at, 60);
      sealed[58] = static_cast<char>(sealed[58] & ~1);  // the phase
      sealed += number(s, 8) + number(segment.header.epoch, 4);
      std::memcpy(at + 60, number(crc(sealed), 4).data(), 4);
    }
    return bytes;
  }

  static void write(const JournalImage& image, const std::filesystem::path& directory) {
    std::filesystem::create_directories(directory);
    for (std::size_t i = 0; i < image.files.size(); ++i) {
      const ImageFile& file = image.files[i];
      const std::uint64_t end =
          i + 1 < image.files.size() ? image.files[i + 1].header.first_sequence : image.tail();
      const auto bytes = file_of(file, std::min(end, file.capacity_end()));
      std::ofstream(directory / file.name, std::ios::binary)
          .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
  }

 private:
  static std::string number(std::uint64_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i, value >>= 8)
      text += static_cast<char>(value & 0xFF);
    return text;
  }
  static void put(std::vector<char>& bytes, std::size_t at, std::uint64_t value, std::size_t size) {
    std::memcpy(bytes.data() + at, number(value, size).data(), size);
  }
  static std::uint32_t crc(const std::string& bytes) {
    std::uint32_t crc = ~0U;
    for (const char byte : bytes) {
      crc ^= static_cast<unsigned char>(byte);
      for (int bit = 0; bit < 8; ++bit)
        crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82F6'3B78U : 0U);
    }
    return ~crc;
  }
};

}  // namespace wirebook::journal::test
