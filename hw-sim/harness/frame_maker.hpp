// Frames for the kernel and for the software parser: all that a venue's wire may carry, and worse.
//
// Shapes: a seed draws everything. Feeds on two lines with gaps, repeats, overlaps, new sessions
// and ends; orders of every type from known and unknown sources; what the host answers; and each of
// them mutated, cut, padded, with or without the checksums mended. Threads: one. Cost:
// microseconds.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>

#include "wirebook/wire/itch50.hpp"
#include "wirebook/wire/ouch50_in.hpp"

#include "tests/wire_in/frame_bytes.hpp"
#include "wire_in/frame_ingress.hpp"
#include "wire_in/itch_parser.hpp"

namespace wirebook::hw_sim {

using Bytes = std::span<const std::byte>;
using wire_in::test::FrameSpec;
using wire_in::test::WireBytes;

struct MadeFrame {
  WireBytes bytes;
  bool bad_fcs = false;
};

class FrameMaker {
 public:
  /// How wild: of 100 frames, so many are spoilt.
  FrameMaker(std::uint64_t seed, std::uint32_t spoilt_percent)
      : random_(seed), spoilt_percent_(spoilt_percent) {
    config_.local_address = 0x0A00'0001;
    config_.order_entry = {0x0A00'0001, 26'400};
    for (std::uint32_t i = 0; i < wire_in::feed_filters_max; ++i)
      config_.feeds[i] = {0xEF00'0001 + i, static_cast<std::uint16_t>(26'500 + i / 2)};
    config_.feeds[15] = {};
    for (std::uint32_t i = 0; i < sessions; ++i)
      config_.sessions.push_back(
          {0x0A00'1000 + i / 3, static_cast<std::uint16_t>(40'000 + i % 3), 1 + i});
    for (std::size_t i = 0; i < 4'000; ++i)
      config_.wanted.reset(below(1U << 16));
  }

  [[nodiscard]] const wire_in::FrameIngressConfig& config() const { return config_; }

  MadeFrame next() {
    MadeFrame frame{.bytes = draw()};
    if (below(100) < spoilt_percent_)
      spoil(frame);
    frame.bad_fcs = below(200) == 0;
    return frame;
  }

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

 private:
  static constexpr std::uint32_t sessions = 256;

  bool one_in(std::uint32_t many) { return below(many) == 0; }

  WireBytes draw() {
    const std::uint32_t what = below(100);
    if (what < 55)
      return feed_frame();
    if (what < 88)
      return order_frame();
    if (what < 92)
      return host_frame();
    return noise_frame();
  }

  FrameSpec shape() {
    FrameSpec spec;
    if (one_in(3))
      spec.vlan_types.assign(1 + below(2), one_in(2) ? 0x8100 : 0x88A8);
    if (one_in(60))
      spec.vlan_types.assign(3, 0x8100);
    if (one_in(4))
      spec.options_words = below(11);
    spec.padding = one_in(5) ? below(80) : 0;
    spec.with_checksum = !one_in(6);
    if (one_in(80))
      spec.fragment = static_cast<std::uint16_t>(1U << below(14));
    if (one_in(80))
      spec.protocol = static_cast<std::uint8_t>(below(256));
    return spec;
  }

  void randomize(WireBytes& bytes, std::size_t from) {
    for (std::size_t i = from; i < bytes.size(); ++i)
      bytes[i] = static_cast<std::byte>(one_in(4) ? 0 : below(256));
  }

  /// Spoils what is behind good checksums: only there do the parsers see it.
  WireBytes& maybe_spoil_payload(WireBytes& payload) {
    const auto size = static_cast<std::uint32_t>(payload.size());
    if (size == 0 || below(200) >= spoilt_percent_)
      return payload;
    if (one_in(3))
      payload = WireBytes().add(payload.first(below(size)));
    else
      payload[below(size)] = static_cast<std::byte>(one_in(2) ? 0 : below(256));
    return payload;
  }

  // ── Feeds ─────────────────────────────────────────────────────────────────────────────────────

  struct Feed {
    std::uint64_t next = 1;
    std::uint32_t session = 0;
  };

  WireBytes itch_message() {
    static constexpr std::string_view types = "SRHYLVWKJhAFECXDUPQBINO";
    // Books are mostly adds, deletes and executions.
    static constexpr std::string_view often = "AAAADDDEEXUFCP";
    const char type = one_in(3) ? types[below(static_cast<std::uint32_t>(types.size()))]
                                : often[below(static_cast<std::uint32_t>(often.size()))];
    std::size_t length = wire_in::itch_message_bytes(type);
    if (one_in(40))
      length = below(60);
    if (one_in(200))
      length = below(400);
    WireBytes message(length);
    randomize(message, 0);
    if (length != 0)
      message[0] = static_cast<std::byte>(one_in(60) ? static_cast<char>(below(256)) : type);
    return one_in(50) ? WireBytes() : message;
  }

  WireBytes feed_frame() {
    const std::uint32_t stream = one_in(3) ? below(8) : 0;
    Feed& feed = feeds_[stream];
    if (one_in(400)) {
      ++feed.session;
      feed.next = 1;
    }
    std::uint64_t sequence = feed.next;
    if (one_in(12))
      sequence += below(4);
    if (one_in(8))
      sequence -= std::min<std::uint64_t>(sequence - 1, below(30));
    if (one_in(500))
      sequence = random_() >> below(64);
    const std::uint32_t session = one_in(100) && feed.session > 0 ? feed.session - 1 : feed.session;
    const std::uint32_t messages = message_count();
    WireBytes packet;
    packet.text("S" + std::to_string(stream) + std::to_string(session), 10).be(sequence, 8);
    packet.be(messages, 2);
    std::uint32_t blocks = messages == 0xFFFF ? 0 : messages;
    for (std::uint32_t i = 0; i < blocks; ++i)
      packet.block(itch_message());
    miscount(packet, messages);
    if (messages != 0xFFFF)
      feed.next = std::max(feed.next, sequence + messages);
    FrameSpec spec = shape();
    const wire_in::Destination& to = config_.feeds[2 * stream + below(2)];
    spec.destination_address = to.address;
    spec.destination_port = to.port;
    return wire_in::test::udp_frame(spec, maybe_spoil_payload(packet));
  }
  std::uint32_t message_count() {
    if (one_in(12))
      return 0;
    if (one_in(600))
      return 0xFFFF;
    return 1 + (one_in(4) ? below(40) : below(6));
  }
  void miscount(WireBytes& packet, std::uint32_t messages) {
    if (messages == 0xFFFF || !one_in(15))
      return;
    if (one_in(2))
      packet.set(18, messages + 1 + below(3), 2);
    else
      packet.zeros(1 + below(5));
  }

  // ── Orders ────────────────────────────────────────────────────────────────────────────────────

  WireBytes ouch_message() {
    static constexpr std::array<std::pair<char, std::size_t>, 8> types{
        {{'O', 45}, {'U', 38}, {'X', 9}, {'M', 10}, {'C', 17}, {'D', 9}, {'E', 9}, {'Q', 1}}};
    const auto [type, fixed] = types[below(8)];
    WireBytes message(fixed);
    randomize(message, 1);
    message[0] = static_cast<std::byte>(one_in(50) ? static_cast<char>(below(256)) : type);
    if ((type == 'O' || type == 'U') && !one_in(5))  // prices that fit
      message.set(type == 'O' ? 18 : 13, below(1'000'000), 8);
    const std::uint32_t appendage = one_in(2) ? 0 : one_in(2) ? below(100) : below(20);
    const bool bare = appendage == 0 && (type == 'X' || type == 'M' || type == 'Q') && one_in(2);
    if (!bare) {
      message.be(appendage + (one_in(30) ? 1 + below(3) : 0), 2);
      WireBytes tags(appendage);
      randomize(tags, 0);
      message.add(tags);
    }
    if (one_in(40))
      return WireBytes().add(message.first(below(static_cast<std::uint32_t>(message.size() + 1))));
    return message;
  }

  WireBytes order_frame() {
    static constexpr std::string_view types = "LTRO";
    WireBytes packet;
    if (one_in(12)) {
      const char type = one_in(4) ? static_cast<char>(below(256)) : types[below(4)];
      const std::size_t size = type == 'L' ? 27 : type == 'T' ? 7 : 1;
      packet = WireBytes(one_in(6) ? below(40) : size);
      randomize(packet, 0);
      if (packet.size() != 0)
        packet[0] = static_cast<std::byte>(type);
    } else {
      packet.text("U").add(ouch_message());
    }
    FrameSpec spec = shape();
    const auto& source = config_.sessions[below(sessions)];
    spec.source_address = source.address;
    spec.source_port = static_cast<std::uint16_t>(source.port + (one_in(20) ? 7 : 0));
    spec.destination_address = config_.order_entry.address;
    spec.destination_port = config_.order_entry.port;
    return wire_in::test::udp_frame(spec, maybe_spoil_payload(packet));
  }

  // ── What the host answers, and what nobody does ───────────────────────────────────────────────

  WireBytes host_frame() {
    FrameSpec spec = shape();
    WireBytes payload(8 + below(1'400));
    randomize(payload, 0);
    if (one_in(2)) {
      spec.ether_type = 0x0806;
      WireBytes frame = wire_in::test::ethernet_header(spec);
      frame.be(0x0001'0800'0604'0001, 8).be(random_(), 8).be(random_(), 8);
      return frame.be(config_.local_address + (one_in(4) ? 1 : 0), 4).zeros(18);
    }
    spec.protocol = 1;
    spec.destination_address = config_.local_address + (one_in(4) ? 1 : 0);
    return wire_in::test::ipv4_frame(spec, payload);
  }

  WireBytes noise_frame() {
    if (one_in(2)) {
      WireBytes payload(below(300));
      randomize(payload, 0);
      return wire_in::test::udp_frame(shape(), payload);
    }
    WireBytes frame(1 + below(one_in(8) ? 9'700 : 200));
    randomize(frame, 0);
    return frame;
  }

  void spoil(MadeFrame& frame) {
    WireBytes& bytes = frame.bytes;
    const std::uint32_t what = below(4);
    const auto size = static_cast<std::uint32_t>(bytes.size());
    if (what == 0)
      bytes = WireBytes().add(bytes.first(1 + below(size)));
    else if (what == 1)
      bytes.zeros(1 + below(100));
    else if (what == 2)
      bytes.flip(below(8 * std::min(size, 110U)));
    else
      bytes[below(std::min(size, 110U))] = static_cast<std::byte>(below(256));
  }

  std::mt19937_64 random_;
  std::uint32_t spoilt_percent_;
  wire_in::FrameIngressConfig config_;
  std::array<Feed, 8> feeds_{};
};

}  // namespace wirebook::hw_sim
