// The whole kernel on its bench, running, and the frames that its tests send it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "Vwirebook_kernel___024root.h"
#include "hw-sim/harness/frame_maker.hpp"
#include "hw-sim/harness/kernel_bench.hpp"

namespace wirebook::hw_sim {

inline constexpr std::uint32_t state_idle = 0;
inline constexpr std::uint32_t state_running = 1;
inline constexpr std::uint32_t state_quiesced = 3;
inline constexpr std::uint32_t state_lease_expired = 4;
inline constexpr std::uint32_t state_limit_reached = 5;
inline constexpr std::uint32_t state_bad_response = 6;
inline constexpr std::uint32_t state_bad_consumer = 7;

/// The instrument of every message here.
inline constexpr std::uint16_t locate = 0x0101;

/// A bench with the addresses of a `FrameMaker`, running. Only what is used gets configured: whole
/// tables take longer than most tests.
struct Running {
  explicit Running(KernelBenchOptions options = {}) : maker(1, 0), bench(quick(options)) {
    auto config = maker.config();
    config.wanted.reset();
    config.wanted.set(locate);
    bench.configure(config);
    bench.on_slot = [this](const Slot& slot, std::uint64_t) { slots.push_back(slot); };
    bench.start();
  }
  ~Running() { EXPECT_EQ(bench.error(), ""); }

  void idle(int cycles) {
    for (int i = 0; i < cycles; ++i)
      bench.cycle();
  }
  std::uint32_t state() { return bench.read(reg::state); }

  static KernelBenchOptions quick(KernelBenchOptions options) {
    options.configure_all = false;
    return options;
  }

  FrameMaker maker;
  KernelBench bench;
  std::vector<Slot> slots;
};

/// What surrounds a datagram.
struct Shape {
  std::size_t tags = 0;
  std::size_t options_words = 0;
};

inline WireBytes order_frame(const FrameMaker& maker, Bytes message, Shape shape = {}) {
  FrameSpec spec;
  spec.vlan_types.assign(shape.tags, 0x8100);
  spec.options_words = shape.options_words;
  spec.source_address = maker.config().sessions[0].address;
  spec.source_port = maker.config().sessions[0].port;
  spec.destination_address = maker.config().order_entry.address;
  spec.destination_port = maker.config().order_entry.port;
  return wire_in::test::udp_frame(spec, WireBytes().text("U").add(message));
}

inline WireBytes feed_frame(const FrameMaker& maker, std::uint64_t sequence,
                            const std::vector<WireBytes>& messages, Shape shape = {}) {
  FrameSpec spec;
  spec.vlan_types.assign(shape.tags, 0x8100);
  spec.options_words = shape.options_words;
  spec.destination_address = maker.config().feeds[0].address;
  spec.destination_port = maker.config().feeds[0].port;
  WireBytes packet;
  packet.text("SESSION", 10).be(sequence, 8).be(messages.size(), 2);
  for (const WireBytes& message : messages)
    packet.block(message);
  return wire_in::test::udp_frame(spec, packet);
}

inline WireBytes itch(char type) {
  // The locate is its bytes 1 and 2.
  WireBytes message(wire_in::itch_message_bytes(type), locate & 0xFF);
  message[0] = static_cast<std::byte>(type);
  return message;
}
inline WireBytes enter_order(std::size_t appendage_bytes = 0) {
  return WireBytes().text("O").zeros(44).be(appendage_bytes, 2).zeros(appendage_bytes);
}
inline WireBytes cancel_order() { return WireBytes().text("X").zeros(8); }

}  // namespace wirebook::hw_sim
