// Recordings for the tests of bulk parsing: every type of message with bytes that show where each
// goes, good and malformed ones by chance, and what the software parser makes of them.
//
// Shapes: BinaryFILE and OUCH block files in memory. Threads: one. Errors: none.
#pragma once

#include <random>
#include <string_view>
#include <vector>

#include "slot_ring/ring.hpp"
#include "tests/wire_in/wire_bytes.hpp"
#include "wire_in/binary_file_source.hpp"
#include "wire_in/block_file_source.hpp"
#include "wire_in/itch_parser.hpp"
#include "wire_in/ouch_parser.hpp"

namespace wirebook::card::test {

using wire_in::test::Bytes;
using wire_in::test::WireBytes;

constexpr std::string_view ouch_types = "OUXMCDEQ";

/// Bytes before the appendage's length, and whether that may be left out.
struct OuchLength {
  char type;
  std::size_t fixed_bytes;
  bool is_optional;
};
constexpr OuchLength ouch_lengths[] = {{'O', 45, false}, {'U', 38, false}, {'X', 9, true},
                                       {'M', 10, true},  {'C', 17, false}, {'D', 9, false},
                                       {'E', 9, false},  {'Q', 1, true}};

inline WireBytes itch_block(Bytes message) { return WireBytes().block(message); }
inline WireBytes ouch_block(Bytes message, std::uint32_t session) {
  return WireBytes().be(message.size(), 2).be(session, 4).add(message);
}

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  WireBytes noise(char type, std::size_t bytes) {
    WireBytes message(bytes);
    for (std::size_t i = 1; i < bytes; ++i)
      message[i] = static_cast<std::byte>(random_());
    if (bytes != 0)
      message[0] = static_cast<std::byte>(type);
    return message;
  }

  /// One in `n` has no such type, or a length that is wrong for its type.
  WireBytes itch(std::size_t n) {
    const auto [type, bytes] = wire_in::test::itch_lengths[below(23)];
    if (!one_in(n))
      return noise(type, bytes);
    return one_in(2) ? noise(static_cast<char>(random_()), 1 + below(60))
                     : noise(type, 1 + below(60));
  }

  /// One in `n` is empty, has no such type, is cut short, or has an appendage that is wrong.
  WireBytes ouch(std::size_t n) {
    const auto [type, fixed_bytes, is_optional] = ouch_lengths[below(8)];
    WireBytes message = noise(type, fixed_bytes);
    if ((type == 'O' || type == 'U') && !one_in(4))  // else no price that 32 bits can hold
      message.set(type == 'O' ? 18 : 13, 0, 4);
    if (!is_optional || !one_in(3)) {
      const std::size_t appendage = one_in(2) ? 0 : below(97);
      message.be(appendage, 2).add(noise('t', appendage));
    }
    if (!one_in(n))
      return message;
    switch (below(4)) {
      case 0:
        return WireBytes();
      case 1:
        return noise(static_cast<char>(random_()), 1 + below(200));
      case 2:
        return WireBytes().add(message.first(below(message.size())));
      default:
        return message.add(noise('x', 1 + below(150)));
    }
  }

  std::uint32_t session() { return static_cast<std::uint32_t>(one_in(9) ? random_() : below(50)); }

 private:
  std::mt19937_64 random_;
};

/// What the software makes of recordings, message by message, in a ring of its own.
class Software {
 public:
  Software(std::size_t slots, slot_ring::RingStart start)
      : ring(slots, start), writer_(ring), reader_(ring) {}

  void parse_itch(Bytes recording) {
    wire_in::BinaryFileSource source(recording);
    while (const auto message = source.next()) {
      give_back();
      counters.add(wire_in::parse_itch(*message, wire_in::itch_time(*message), writer_));
    }
  }
  void parse_ouch(Bytes recording, TimeNs time_ns = {}) {
    wire_in::BlockFileSource source(recording);
    while (const auto block = source.next()) {
      give_back();
      counters.add(wire_in::parse_ouch(block->message, block->session, time_ns, writer_));
    }
  }
  [[nodiscard]] std::uint64_t sequence() const { return writer_.sequence(); }

  slot_ring::Ring<Slot> ring;
  OutcomeCounters counters{};

 private:
  /// The ring keeps what it holds, only older slots are overwritten.
  void give_back() {
    while (!writer_.has_credit(group_slots_max))
      reader_.release(1);
  }

  slot_ring::Writer<Slot> writer_;
  slot_ring::Reader<Slot> reader_;
};

}  // namespace wirebook::card::test
