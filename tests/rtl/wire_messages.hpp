// Good messages of each type, and frames around them: what a test of all types goes through.
//
// Shapes: messages of random bytes behind their type and in front of their lengths. `shapes` are
// all headers that the parsers accept, by what they do to alignment. Threads: one. Errors: none.
// Specification: ITCH 5.0, OUCH 5.0, MoldUDP64, UFO.
#pragma once

#include <random>
#include <string_view>
#include <vector>

#include "hw-sim/harness/frame_maker.hpp"

namespace wirebook::rtl {

using hw_sim::Bytes;
using hw_sim::FrameSpec;
using hw_sim::WireBytes;

constexpr std::string_view itch_types = "SRHYLVWKJhAFECXDUPQBINO";
constexpr std::string_view ouch_types = "OUXMCDEQ";
static_assert(itch_types.size() == 23 && ouch_types.size() == 8);

constexpr std::size_t mold_header_bytes = 20;

struct Shape {
  std::size_t tags = 0;
  std::size_t options_words = 0;

  /// Of the UDP payload's first byte, in the frame.
  [[nodiscard]] std::size_t payload() const { return 14 + 4 * tags + 20 + 4 * options_words + 8; }
  [[nodiscard]] FrameSpec spec() const {
    FrameSpec spec;
    spec.vlan_types.assign(tags, options_words % 2 == 0 ? 0x8100 : 0x88A8);
    spec.options_words = options_words;
    return spec;
  }
};

inline std::vector<Shape> all_shapes() {
  std::vector<Shape> shapes;
  for (std::size_t tags = 0; tags <= 2; ++tags)
    for (std::size_t words = 0; words <= 10; ++words)
      shapes.push_back({tags, words});
  return shapes;
}

class Messages {
 public:
  explicit Messages(std::uint64_t seed) : random_(seed) {}

  WireBytes noise(char first, std::size_t bytes) {
    WireBytes message(bytes);
    for (std::size_t i = 0; i < bytes; ++i)
      message[i] = static_cast<std::byte>(random_());
    message[0] = static_cast<std::byte>(first);
    return message;
  }
  WireBytes itch(char type) { return noise(type, wire_in::itch_message_bytes(type)); }

  /// Up to the appendage length.
  WireBytes bare_ouch(char type) {
    static constexpr std::array<std::size_t, 8> bytes{45, 38, 9, 10, 17, 9, 9, 1};
    WireBytes message = noise(type, bytes[ouch_types.find(type)]);
    if ((type == 'O' || type == 'U') && random_() % 8 != 0)  // else a price that no slot can hold
      message.set(type == 'O' ? 18 : 13, random_() % 2'000'000'000, 8);
    return message;
  }
  WireBytes ouch(char type, std::size_t appendage_bytes) {
    WireBytes message = bare_ouch(type).be(appendage_bytes, 2);
    return appendage_bytes == 0 ? message : message.add(noise('\x05', appendage_bytes));
  }

 private:
  std::mt19937_64 random_;
};

inline WireBytes order_frame(const wire_in::FrameIngressConfig& config, Bytes message,
                             Shape shape = {}) {
  FrameSpec spec = shape.spec();
  spec.source_address = config.sessions[0].address;
  spec.source_port = config.sessions[0].port;
  spec.destination_address = config.order_entry.address;
  spec.destination_port = config.order_entry.port;
  return wire_in::test::udp_frame(spec, WireBytes().text("U").add(message));
}

/// Of one feed; `sequence` is that of the first message.
inline WireBytes feed_frame(const wire_in::FrameIngressConfig& config, std::uint64_t sequence,
                            const std::vector<WireBytes>& messages, Shape shape = {}) {
  FrameSpec spec = shape.spec();
  spec.destination_address = config.feeds[0].address;
  spec.destination_port = config.feeds[0].port;
  WireBytes packet;
  packet.text("SESSION", 10).be(sequence, 8).be(messages.size(), 2);
  for (const WireBytes& message : messages)
    packet.block(message);
  return wire_in::test::udp_frame(spec, packet);
}

}  // namespace wirebook::rtl
