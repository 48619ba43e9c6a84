// What a run did, as a hash over all that was sent and written, and as its last steps; and the
// first thing that was wrong.
//
// Shapes: entries of a few words. Threads: one. Errors: `found` keeps the first finding only.
// Cost: a multiplication per eight bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wirebook::simulation {

enum class Act : std::uint8_t {
  started,      ///< a: sequence, b: epoch
  down,         ///< a: how (0 killed, 1 power)
  recovered,    ///< a: tail, b: slots
  refused,      ///< a: sequence, b: byte
  submitted,    ///< a: kind, b: first sequence, c: bytes
  completed,    ///< a: kind, b: id, c: result
  durable,      ///< a: watermark
  sent,         ///< a: session or 0 for the feed, b: first number, c: messages
  accepted,     ///< a: session, b: next number
  from_client,  ///< a: session, b: packet type, c: number
  lost,         ///< a: datagram bytes
  damaged,      ///< a: file, b: byte, c: kind of damage
  full,         ///< a: begins or ends
  wrote_file,   ///< a: bytes
};
[[nodiscard]] std::string_view to_text(Act act);

class Record {
 public:
  struct Entry {
    std::uint64_t step = 0;
    Act act{};
    std::uint64_t a = 0, b = 0, c = 0;
  };

  void at_step(std::uint64_t step) { step_ = step; }
  [[nodiscard]] std::uint64_t step() const { return step_; }

  void note(Act act, std::uint64_t a = 0, std::uint64_t b = 0, std::uint64_t c = 0) {
    entries_[count_++ % entries_.size()] = {step_, act, a, b, c};
    mix(static_cast<std::uint64_t>(act) << 56 ^ step_);
    mix(a);
    mix(b);
    mix(c);
    if (trace_)
      print(entries_[(count_ - 1) % entries_.size()]);
  }
  void bytes(std::span<const std::byte> bytes) {
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data(), 8);
      mix(word);
    }
    std::uint64_t rest = bytes.size();
    std::memcpy(reinterpret_cast<std::byte*>(&rest) + 1, bytes.data(), bytes.size());
    mix(rest);
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

  /// The first counts.
  void found(std::string what) {
    if (finding_.empty())
      finding_ = std::move(what);
  }
  [[nodiscard]] const std::string& finding() const { return finding_; }

  void trace(bool on) { trace_ = on; }
  /// The last entries, a line each.
  [[nodiscard]] std::string last() const;

 private:
  void mix(std::uint64_t word) {
    hash_ = (hash_ ^ word) * 0x9E37'79B9'7F4A'7C15;
    hash_ ^= hash_ >> 29;
  }
  static std::string text(const Entry& entry);
  static void print(const Entry& entry);

  std::array<Entry, 64> entries_{};
  std::uint64_t count_ = 0;
  std::uint64_t step_ = 0;
  std::uint64_t hash_ = 0x6A09'E667'F3BC'C908;
  std::string finding_;
  bool trace_ = false;
};

/// Of bytes, for comparing messages.
[[nodiscard]] inline std::uint64_t hash_of(std::span<const std::byte> bytes) {
  Record record;
  record.bytes(bytes);
  return record.hash();
}

}  // namespace wirebook::simulation
