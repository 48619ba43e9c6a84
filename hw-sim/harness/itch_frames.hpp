// Recorded ITCH as a venue sends it: MoldUDP64 packets of one or many messages, on both lines.
//
// Shapes: a BinaryFILE (u16 length, message) in memory; each packet comes once for line A and once
// for line B, the later of which has nothing new. A seed draws how many messages go together and
// how many VLAN tags are before them. Threads: one. Errors: `outcome()` once `next` gives nothing.
// Cost: a microsecond a frame. Specification: MoldUDP64; host/wire_in/binary_file_source.hpp.
#pragma once

#include <optional>
#include <random>
#include <span>

#include "wirebook/limits.hpp"

#include "hw-sim/harness/frame_maker.hpp"
#include "wire_in/binary_file_source.hpp"

namespace wirebook::hw_sim {

class ItchFrames {
 public:
  /// `file` outlives this. The frames go to the first feed of `config`.
  ItchFrames(std::span<const std::byte> file, const wire_in::FrameIngressConfig& config,
             std::uint64_t seed)
      : source_(file), lines_{config.feeds[0], config.feeds[1]}, random_(seed) {
    message_ = source_.next();
  }

  std::optional<MadeFrame> next() {
    if (line_ == 0 && !fill())
      return std::nullopt;
    FrameSpec spec;
    spec.vlan_types.assign(random_() % 3, 0x8100);
    spec.destination_address = lines_[line_].address;
    spec.destination_port = lines_[line_].port;
    line_ ^= 1;
    return MadeFrame{wire_in::test::udp_frame(spec, packet_), false};
  }

  /// When the first message of the last frame's packet was made.
  [[nodiscard]] TimeNs packet_time() const { return packet_time_; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  /// When `next` gave nothing more: `ok`, or what was wrong with the file.
  [[nodiscard]] Outcome outcome() const { return source_.outcome(); }

 private:
  bool fill() {
    if (!message_)
      return false;
    packet_time_ = wire_in::itch_time(*message_);
    const std::uint64_t most = random_() % 4 == 0 ? datagram_payload_bytes_max : 1 + random_() % 8;
    WireBytes blocks;
    std::uint64_t count = 0;
    constexpr std::size_t header_bytes = 20;
    const auto fits = [&] {
      return header_bytes + blocks.size() + 2 + message_->size() <= datagram_payload_bytes_max;
    };
    for (; message_ && count < most && (count == 0 || fits()); ++count) {
      blocks.block(*message_);
      message_ = source_.next();
    }
    packet_ = WireBytes().text("RECORDED", 10).be(1 + messages_, 8).be(count, 2).add(blocks);
    messages_ += count;
    return true;
  }

  wire_in::BinaryFileSource source_;
  std::array<wire_in::Destination, 2> lines_;
  std::mt19937_64 random_;
  std::optional<std::span<const std::byte>> message_;
  WireBytes packet_;
  TimeNs packet_time_;
  std::size_t line_ = 0;
  std::uint64_t messages_ = 0;
};

}  // namespace wirebook::hw_sim
