// A course of UFO sessions that any bytes make, and what has to hold on it.
//
// The bytes are a series of steps: a datagram of random bytes, or of a login, order, request,
// logoff or heartbeat that is right, from one of eight endpoints, after some time; both framings.
// What the node is to do is followed in a small model, from the slots and control items alone:
// - a session is up or down, by turns, and has one peer at a time; a peer has one session;
// - order slots are those of the session that the sender has: none come from strangers;
// - every login is answered or counted, once; nothing else is told to somebody without a session;
// - who is silent for the timeout goes down, and nobody before it.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "wirebook/assert.hpp"
#include "wirebook/wire/ouch50_in.hpp"

#include "node/order_entry/order_entry.hpp"
#include "slot_ring/group.hpp"

namespace wirebook::node::course {

inline constexpr std::uint32_t accounts = 3;
inline constexpr std::uint64_t ms = 1'000'000;

/// The input, taken from the front; zeros behind its end.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  [[nodiscard]] bool empty() const { return at_ == size_; }
  std::uint8_t byte() { return at_ == size_ ? std::uint8_t{0} : data_[at_++]; }
  std::uint32_t below(std::uint32_t end) { return byte() % end; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

using ByteVector = std::vector<std::byte>;

template <wire::WireMessage Message>
ByteVector bytes_of(const Message& message) {
  const auto* const data = reinterpret_cast<const std::byte*>(&message);
  return {data, data + sizeof message};
}

inline NodeConfig config_of(bool prefixed) {
  NodeConfig config;
  config.order_entry.upstream_length_prefix = prefixed;
  config.order_entry.timeout_ms = 1500;
  config.logins = {.failures = 3, .failures_of_address = 8, .window_ms = 2000};
  for (std::uint32_t i = 0; i < accounts; ++i)
    config.sessions.push_back(
        {.username = Alpha<6>::from(std::string(1, static_cast<char>('A' + i))),
         .password = Alpha<10>::from("pw"),
         .limits = {.packets_per_second = i == 0 ? 100U : 0U}});
  return config;
}

inline ByteVector packet_of(Input& input) {
  switch (input.below(7)) {
    case 0:
    case 1: {
      wire::ufo::LoginRequest request;
      request.username =
          Alpha<6>::from(std::string(1, static_cast<char>('A' + input.below(accounts + 1))));
      request.password = Alpha<10>::from(input.below(8) == 0 ? "no" : "PW");
      request.requested_session = Alpha<10>::from(input.below(8) == 0 ? "YESTERDAY" : "");
      return bytes_of(request);
    }
    case 2: {
      ByteVector bytes = bytes_of(wire::ouch_in::CancelOrder());
      bytes.insert(bytes.begin(), static_cast<std::byte>(wire::ufo::type_unsequenced));
      return bytes;
    }
    case 3: {
      wire::ufo::RetransmissionRequest request;
      request.sequence_number = input.byte();
      request.message_count = input.byte();
      return bytes_of(request);
    }
    case 4:
      return {static_cast<std::byte>(wire::ufo::type_logoff_request)};
    case 5:
      return {static_cast<std::byte>(wire::ufo::type_client_heartbeat)};
    default: {
      ByteVector bytes(input.below(64));
      for (std::byte& byte : bytes)
        byte = static_cast<std::byte>(input.byte());
      return bytes;
    }
  }
}

class Course {
 public:
  explicit Course(bool prefixed)
      : prefixed_(prefixed), entry_(config_of(prefixed), writer_, *controls_) {}

  void step(Input& input) {
    const std::uint8_t pace = input.byte();
    now_.steady_ns += pace % 8 == 0 ? pace * 8 * ms : pace * ms / 64;
    now_.day.raw += 1;
    const Endpoint source{0x0A00'0000U + input.below(4), static_cast<std::uint16_t>(1 + pace % 2)};
    // Sometimes nobody reads for a while: rings and queue fill up.
    reads_ = input.below(32) != 0 && (reads_ || input.below(4) == 0);
    if (pace % 16 == 1)
      return expire();
    ByteVector datagram;
    const std::uint32_t packets = prefixed_ ? 1 + input.below(4) : 1;
    for (std::uint32_t i = 0; i < packets; ++i) {
      const ByteVector packet = packet_of(input);
      if (prefixed_) {
        datagram.push_back(static_cast<std::byte>(packet.size() >> 8));
        datagram.push_back(static_cast<std::byte>(packet.size() & 0xFF));
      }
      datagram.insert(datagram.end(), packet.begin(), packet.end());
    }
    send(datagram, source);
  }

  void finish() {
    reads_ = true;
    look(nullptr);
    now_.steady_ns += 2000 * ms;
    for (int i = 0; i < 4; ++i) {
      entry_.expire(now_);
      look(nullptr);
    }
    for (const Seen& session : sessions_)
      WIREBOOK_ASSERT(!session.up);
  }

 private:
  struct Seen {
    bool up = false;
    bool told = false;  ///< of it wire_out knows a peer
    Peer peer;
    std::vector<Peer> had;  ///< since the last look
  };

  void send(const ByteVector& datagram, Endpoint source) {
    const std::uint64_t before = login_outcomes();
    std::uint64_t logins = 0;
    wire_in::UfoDatagram packets(
        datagram, prefixed_ ? wire_in::UfoFraming::length_prefixed : wire_in::UfoFraming::bare);
    while (const auto bytes = packets.next()) {
      wire_in::UfoPacket packet;
      logins += wire_in::parse_ufo(*bytes, packet) == Outcome::ok &&
                        packet.type == wire::ufo::LoginRequest::type_code
                    ? 1U
                    : 0U;
    }
    const std::uint64_t dropped = entry_.counters()[OrderEntryCount::dropped_rate];
    const std::uint64_t full = entry_.outcomes().read()[Outcome::ring_full];
    entry_.on_datagram(datagram, source, now_);
    const std::uint64_t rated = entry_.counters()[OrderEntryCount::dropped_rate] - dropped;
    const bool whole = entry_.outcomes().read()[Outcome::ring_full] == full;
    // Of a datagram that is dropped whole nobody looks at the packets.
    if (whole && rated == 0)
      WIREBOOK_ASSERT(login_outcomes() - before >= logins);
    if (reads_)
      look(unread_ ? nullptr : &source);
    unread_ = !reads_;
  }

  void expire() {
    entry_.expire(now_);
    if (reads_)
      look(nullptr);
  }

  [[nodiscard]] std::uint64_t login_outcomes() const {
    using enum OrderEntryCount;
    const OrderEntryCounters& counts = entry_.counters();
    return counts[OrderEntryCount::logins] + counts[logins_rejected] + counts[logins_limited] +
           counts[dropped_sessions] + counts[dropped_rate];
  }

  /// Reads slots and control items; `source`: only it has sent something since the last look.
  void look(const Endpoint* source) {
    for (Seen& session : sessions_)
      session.had = session.told ? std::vector{session.peer} : std::vector<Peer>();
    for (Control control; controls_->pop(control);)
      take(control);
    while (const auto group = slot_ring::peek_group(reader_)) {
      take(*group->head, source);
      reader_.release(group->slot_count());
    }
    for (std::uint32_t i = 0; i < accounts; ++i)
      for (std::uint32_t j = i + 1; j < accounts; ++j)
        WIREBOOK_ASSERT(!sessions_[i].told || !sessions_[j].told ||
                        !(sessions_[i].peer == sessions_[j].peer));
  }

  void take(const Control& control) {
    if (control.kind == ControlKind::login_rejected)
      return WIREBOOK_ASSERT(control.session == 0);
    WIREBOOK_ASSERT(control.session >= 1 && control.session <= accounts);
    Seen& session = sessions_[control.session - 1];
    switch (control.kind) {
      case ControlKind::login_accepted:
        // Nobody else has it: whoever had it was told to be gone before.
        WIREBOOK_ASSERT(!session.told || session.peer == control.peer);
        session.told = true;
        session.peer = control.peer;
        session.had.push_back(control.peer);
        return;
      case ControlKind::session_ended:
      case ControlKind::retransmit:
        WIREBOOK_ASSERT(session.told);
        session.told = session.told && control.kind == ControlKind::retransmit;
        return;
      default:
        WIREBOOK_ASSERT(false);
    }
  }

  void take(const Slot& slot, const Endpoint* source) {
    if (slot.tail.kind == SlotKind::gap)
      return;
    if (slot.tail.kind == SlotKind::session_up || slot.tail.kind == SlotKind::session_down) {
      Seen& session = sessions_[slot.session.session - 1];
      WIREBOOK_ASSERT(session.up == (slot.tail.kind == SlotKind::session_down));
      session.up = !session.up;
      return;
    }
    WIREBOOK_ASSERT(is_order_entry(slot.tail.kind));
    const std::uint32_t session = slot.enter.session;
    WIREBOOK_ASSERT(session >= 1 && session <= accounts && sessions_[session - 1].up);
    const std::vector<Peer>& had = sessions_[session - 1].had;
    WIREBOOK_ASSERT(source == nullptr ||
                    std::find(had.begin(), had.end(), Peer(*source)) != had.end());
  }

  const bool prefixed_;
  slot_ring::Ring<Slot> ring_{node_ring_slots_min};
  slot_ring::Reader<Slot> reader_{ring_};
  slot_ring::Writer<Slot> writer_{ring_};
  std::unique_ptr<ControlQueue> controls_ = std::make_unique<ControlQueue>();
  OrderEntry entry_;
  Moment now_{.day = {1000}, .steady_ns = 10'000 * ms};
  std::array<Seen, accounts> sessions_{};
  bool reads_ = true;
  bool unread_ = false;  ///< there is something of earlier steps
};

inline void run(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  Course course(input.byte() % 2 == 1);
  while (!input.empty())
    course.step(input);
  course.finish();
}

}  // namespace wirebook::node::course
