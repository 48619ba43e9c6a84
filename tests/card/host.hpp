// The host's side of a card in tests: takes slots as the node does, checks every seal, and gives
// credit back.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "wirebook/crc32c.hpp"
#include "wirebook/slot.hpp"

#include "card/card.hpp"
#include "slot_ring/ring.hpp"
#include "tests/wire_in/frame_bytes.hpp"

namespace wirebook::card::test {

using Bytes = std::span<const std::byte>;

class Host {
 public:
  Host(Card& card, const CardConfig& config)
      : card_(&card),
        epoch_(config.epoch),
        ring_(card.ring_memory(), {.start_sequence = config.start_sequence, .epoch = config.epoch}),
        reader_(ring_),
        injects_(config.inject_slots) {}

  /// As many as are there, at most so many.
  std::size_t take(std::size_t max = ~std::size_t{0}) {
    std::size_t taken = 0;
    for (; taken < max; ++taken) {
      const Slot* const slot = reader_.peek();
      if (slot == nullptr)
        break;
      if (!is_sealed(*slot, reader_.sequence(), epoch_) && error.empty())
        error = "slot " + std::to_string(reader_.sequence()) + " is not sealed";
      slots.push_back(*slot);
      reader_.release(1);
    }
    return taken;
  }
  void give_back() { card_->consumed(reader_.sequence()); }
  std::size_t take_and_give_back() {
    const std::size_t taken = take();
    give_back();
    return taken;
  }
  [[nodiscard]] std::uint64_t sequence() const { return reader_.sequence(); }

  void inject(std::span<const Slot> group, bool tell = true) {
    for (const Slot& slot : group)
      std::memcpy(card_->inject_memory().data() + (injected_++ & (injects_ - 1)) * slot_bytes,
                  &slot, slot_bytes);
    if (tell)
      card_->injected(injected_);
  }
  [[nodiscard]] std::uint64_t injected() const { return injected_; }

  void send(std::span<const std::byte> frame) {
    const auto room = card_->frame_room();
    std::copy(frame.begin(), frame.end(), room.begin());
    card_->send(frame.size());
  }

  std::vector<Slot> slots;
  std::string error;

 private:
  Card* card_;
  std::uint32_t epoch_;
  slot_ring::Ring<Slot> ring_;
  slot_ring::Reader<Slot> reader_;
  std::uint64_t injects_;
  std::uint64_t injected_ = 0;
};

// ── Frames ──────────────────────────────────────────────────────────────────────────────────────

using wire_in::test::FrameSpec;
using wire_in::test::WireBytes;

inline constexpr std::uint32_t own_address = 0x0A00'0001;
inline constexpr std::uint16_t order_port = 26'400;

inline wire_in::OrderSource source_of(std::uint32_t session) {
  return {.address = 0x0A00'1000 + session / 7,
          .port = static_cast<std::uint16_t>(40'000 + session % 7),
          .session = session};
}

inline CardConfig small_config(std::uint32_t sessions = 4) {
  CardConfig config{
      .ring_slots = 1024, .inject_slots = 64, .punt_cells = 8, .transmit_cells = 8, .lease_ms = 0};
  config.filters.local_address = own_address;
  config.filters.order_entry = {own_address, order_port};
  config.filters.feeds[0] = {0xEF00'0001, 26'500};
  for (std::uint32_t session = 1; session <= sessions; ++session)
    config.filters.sessions.push_back(source_of(session));
  return config;
}

inline WireBytes order_entry_frame(const wire_in::OrderSource& source,
                                   std::span<const std::byte> ufo) {
  FrameSpec spec;
  spec.source_address = source.address;
  spec.source_port = source.port;
  spec.destination_address = own_address;
  spec.destination_port = order_port;
  return wire_in::test::udp_frame(spec, ufo);
}
/// An OUCH enter order; with an appendage of 60 bytes it is three slots.
inline WireBytes order_frame(const wire_in::OrderSource& source, std::uint32_t number,
                             std::size_t appendage_bytes = 0) {
  return order_entry_frame(
      source,
      WireBytes().text("UO").be(number, 4).zeros(40).be(appendage_bytes, 2).zeros(appendage_bytes));
}
inline WireBytes login_frame(const wire_in::OrderSource& source) {
  return order_entry_frame(source, WireBytes().text("L").zeros(26));
}
inline WireBytes arp_request() {
  FrameSpec spec;
  spec.ether_type = 0x0806;
  WireBytes frame = wire_in::test::ethernet_header(spec);
  return frame.be(0x0001'0800'0604'0001, 8).zeros(16).be(own_address, 4).zeros(18);
}

inline Slot host_slot(SlotKind kind, std::uint8_t extensions = 0, std::uint64_t mark = 0) {
  Slot slot{};
  slot.admin = {.match_number = mark};
  slot.tail = {.kind = kind, .extension_count = extensions};
  return slot;
}

}  // namespace wirebook::card::test
