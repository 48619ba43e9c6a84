// A packet parser with its rings, as the node sees it: frames come in somewhere, slots appear in
// ring memory.
//
//   wire ──► card ──► slot ring memory        in place, by phase; credit goes back by `consumed`
//              ▲ └──► punted frames           what the host answers itself: ARP, ICMP, logins
//              └───── inject ring memory      slots that the host makes; told by `injected`
//   wire ◄──────────── frames to be sent
//
// Bodies: `KernelCard` drives the RTL kernel over a `Bus`; `SoftCard` parses in software. Both make
// the same slots of the same frames.
//
// Shapes: power-of-two rings; frames without FCS. Threads: one for receiving (all but what is said
// otherwise), one for sending (`frame_room`, `send`, `flush`); `state` and `counters` any.
// Errors: opening and starting throw `CardError`; later a lost or stopped card shows in `state`.
// Cost: `consumed`, `injected`, `flush`, `release_punted` are a register write or two; `taken` and
// `counters` are register reads, a microsecond and more. Specification: kernels/README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "wirebook/outcome.hpp"
#include "wirebook/units.hpp"

#include "card/bus.hpp"
#include "card/frame_out.hpp"
#include "wire_in/frame_ingress.hpp"

namespace wirebook::card {

struct CardConfig {
  std::uint32_t ring_slots = 1U << 16;  ///< at least `card_ring_slots_min`
  std::uint32_t inject_slots = 1U << 10;
  std::uint32_t punt_cells = 256;
  std::uint32_t transmit_cells = 1024;
  std::uint64_t start_sequence = 0;
  std::uint32_t epoch = 1;
  std::uint32_t lease_ms = 1000;  ///< without a sign from the host for so long it stops; 0: never
  std::uint64_t clock_slot_every_ns = 0;  ///< a clock slot so often; 0: none
  wire_in::FrameIngressConfig filters;    ///< its sessions are placed at the start
};

/// A frame starts only while so many slots are free.
inline constexpr std::uint32_t card_frame_slots_max = 704;
inline constexpr std::uint32_t card_ring_slots_min = 1024;
/// A cell of 2 KiB has a header of 8.
inline constexpr std::size_t card_frame_bytes_max = 2040;

enum class CardState : std::uint8_t {
  idle,
  running,
  quiescing,
  quiesced,
  lease_expired,
  slot_limit,
  bad_response,     ///< memory refused a write: the ring has stopped
  consumer_beyond,  ///< more was given back than was made: the ring has stopped
  lost,             ///< all ones: the card is gone from the bus
};
[[nodiscard]] std::string_view to_string(CardState state);

struct CardCounters {
  OutcomeCounters outcomes{};
  std::uint64_t frames_admitted = 0;
  std::uint64_t frames_dropped_full = 0;
  std::uint64_t frames_dropped_stopped = 0;
  std::uint64_t slots = 0;
  std::uint64_t punted = 0;
  std::uint64_t punts_dropped = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t bad_cells = 0;
};

/// For people.
struct CardIdentity {
  std::string body;  ///< "kernel", "soft"
  BusInfo bus;
  std::uint32_t map_version = 0;
  std::uint32_t build = 0;
  std::uint32_t feed_streams = 0;
  std::uint32_t session_places = 0;
  std::uint32_t frame_buffer_bytes = 0;
};

class Card : public FrameOut {
 public:
  /// Quiesces, waits until every write has arrived, then gives the memory back.
  virtual ~Card() = default;

  [[nodiscard]] virtual const CardIdentity& identity() const = 0;
  /// Of `config.ring_slots` slots; whoever makes a `Ring` over it prepares it, before `start`.
  [[nodiscard]] virtual std::span<std::byte> ring_memory() = 0;
  [[nodiscard]] virtual std::span<std::byte> inject_memory() = 0;

  // ── Running ───────────────────────────────────────────────────────────────────────────────────

  /// From `idle`, `quiesced` or `lease_expired`; in the latter two it goes on where it was.
  virtual void start(TimeNs now) = 0;
  /// Stops at a frame boundary; true once every write has arrived. False: it does not answer.
  virtual bool quiesce() = 0;
  /// Now and then: renews the lease, keeps the clock; a body in software takes frames. True if it
  /// did anything.
  virtual bool poll(TimeNs now) noexcept = 0;
  /// As of the last `start`, `quiesce` or `poll`, which looks once a millisecond.
  [[nodiscard]] virtual CardState state() const noexcept = 0;
  [[nodiscard]] virtual CardCounters counters() noexcept = 0;

  // ── Slots ─────────────────────────────────────────────────────────────────────────────────────

  /// All slots before `sequence` are the card's again.
  virtual void consumed(std::uint64_t sequence) noexcept = 0;
  /// So many slots in whole groups were put into the inject ring since the start.
  virtual void injected(std::uint64_t slots) noexcept = 0;
  /// So many of them have their place in the slot ring.
  [[nodiscard]] virtual std::uint64_t taken() noexcept = 0;

  // ── Sessions ──────────────────────────────────────────────────────────────────────────────────

  /// From now on orders of `source` are those of its session; false if there is no place.
  virtual bool add_session(const wire_in::OrderSource& source) noexcept = 0;
  virtual void remove_session(const wire_in::OrderSource& source) noexcept = 0;

  // ── Frames ────────────────────────────────────────────────────────────────────────────────────

  /// The oldest punted frame, in place until `release_punted`; empty if there is none.
  [[nodiscard]] virtual std::span<const std::byte> punted() noexcept = 0;
  virtual void release_punted() noexcept = 0;
};

/// The kernel behind a bus: checks that it is ours, quiesces it, and makes the rings.
[[nodiscard]] std::unique_ptr<Card> make_kernel_card(std::unique_ptr<Bus> bus,
                                                     const CardConfig& config);

/// Where a `SoftCard` takes its frames from.
class FrameSource {
 public:
  struct Frame {
    std::span<const std::byte> bytes;
    TimeNs time_ns{};
    bool bad_fcs = false;
  };
  virtual ~FrameSource() = default;
  /// Null if there is none now. In place until the next call.
  [[nodiscard]] virtual const Frame* next(TimeNs now) noexcept = 0;
  /// By the sending thread.
  virtual void sent(std::span<const std::byte> frame) noexcept = 0;
};

[[nodiscard]] std::unique_ptr<Card> make_soft_card(std::unique_ptr<FrameSource> frames,
                                                   const CardConfig& config);

}  // namespace wirebook::card
