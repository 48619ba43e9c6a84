// The event: 64 bytes that say what the engine decided, for the owner of an order and the market.
//
// Shapes: one cache line, laid out like a slot: bytes 56–63 are the tail, written last in one
// store. An event names the slot that caused it; what the client said there (ClOrdID, tags) is read
// there. `market` is the ITCH message that the event publishes, 0 if none; kind `market` tells no
// client. Threads: one writer before it is visible, any reader after. Errors: none. Cost: none.
// Specification: OUCH 5.0 outbound messages; ITCH 5.0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "wirebook/limits.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

namespace wirebook {

/// What an event is: the letter of its OUCH message, or one of the two below 0x20.
enum class EventKind : std::uint8_t {
  none = 0x00,
  extension = 0x01,  ///< belongs to the event before it
  market = 0x02,     ///< for the market only: an ITCH message, no OUCH message
  system_event = 'S',
  accepted = 'A',
  replaced = 'U',
  canceled = 'C',
  aiq_canceled = 'D',
  executed = 'E',
  broken_trade = 'B',
  rejected = 'J',
  cancel_pending = 'P',
  cancel_reject = 'I',
  priority_update = 'T',
  modified = 'M',
  restated = 'R',
  mass_cancel_response = 'X',
  disable_response = 'G',
  enable_response = 'K',
  account_query_response = 'Q',
};

/// Bytes 56–63.
struct EventTail {
  EventKind kind;
  std::uint8_t extension_count;  ///< 0 or 1
  std::uint8_t flags;            ///< bit 0: phase, as in a slot
  char market;                   ///< ITCH type to publish: A F E C X D U P B S R H, or 0
  char side;                     ///< B S T E
  char code;   ///< liquidity flag, cancel or restate reason, event code, trading state
  char state;  ///< `accepted`, `replaced`: L live, D dead; `aiq_canceled`: strategy
  std::uint8_t user_ref_idx;  ///< numbering channel; tag 28 is sent where it is not 0
};

struct alignas(slot_bytes) Event {
  TimeNs time_ns;                ///< engine time
  std::uint64_t cause_sequence;  ///< of the slot that caused it
  std::uint64_t order_ref;       ///< of this order; of the new one in `replaced`
  union {
    std::uint64_t match_number;       ///< market E C P B; `aiq_canceled`: shares prevented
    std::uint64_t orig_order_ref;     ///< market U, and D of `replaced`: the reference that ends
    std::array<char, 8> attribution;  ///< market F: firm, 4 characters, then zeros
    std::array<char, 8> reason;       ///< market H: reason, 4 characters, then zeros
  };
  std::uint32_t session;  ///< whom it tells; 0: nobody
  std::uint32_t user_ref_num;
  Quantity quantity;         ///< accepted, exposed, removed now, executed now, outstanding
  Price price;               ///< limit, or execution price
  Quantity market_quantity;  ///< displayed shares that the ITCH message speaks of; R: round lot
  std::uint16_t instrument;
  std::uint16_t reject_code;  ///< `rejected`: OUCH 5.0 reject code
  EventTail tail;

  using Tail = EventTail;
};

/// Stands in the place of the next event where `extension_count` is 1, for what the cause cannot
/// tell. Always behind `replaced`: the tags that now hold, as an appendage, and what a replace does
/// not repeat. Always behind `broken_trade`: the 14 bytes of the ClOrdID.
struct alignas(slot_bytes) EventExtension {
  Symbol symbol;
  char capacity;
  char cross_type;
  std::uint8_t bytes_used;
  std::array<std::byte, 45> bytes;  ///< all tags of `replaced` but 18 and 28 together take 43
  EventTail tail;
};

inline const EventExtension& as_extension(const Event& event) {
  return *reinterpret_cast<const EventExtension*>(&event);
}
inline EventExtension& as_extension(Event& event) {
  return *reinterpret_cast<EventExtension*>(&event);
}

/// Bytes 0–55 of an event as seven words, for who has them in registers.
using EventWords = std::array<std::uint64_t, 7>;

/// An event and its extension, where they lie. `head` is never null.
struct EventGroup {
  const Event* head = nullptr;
  const EventExtension* extension = nullptr;  ///< null if there is none

  [[nodiscard]] std::uint64_t event_count() const { return 1U + head->tail.extension_count; }
};

// ── The layout, proven ──────────────────────────────────────────────────────────────────────────

static_assert(sizeof(Event) == slot_bytes && alignof(Event) == slot_bytes);
static_assert(std::is_trivially_copyable_v<Event> && std::is_standard_layout_v<Event>);
static_assert(std::has_unique_object_representations_v<EventTail>);
static_assert(sizeof(EventTail) == 8 && offsetof(Event, tail) == 56);
static_assert(offsetof(EventTail, kind) == offsetof(SlotTail, kind));
static_assert(offsetof(EventTail, extension_count) == offsetof(SlotTail, extension_count));
static_assert(offsetof(EventTail, flags) == offsetof(SlotTail, flags));
static_assert(offsetof(EventTail, market) == 3 && offsetof(EventTail, side) == 4);
static_assert(offsetof(EventTail, code) == 5 && offsetof(EventTail, state) == 6);
static_assert(offsetof(EventTail, user_ref_idx) == 7);
static_assert(offsetof(Event, time_ns) == 0 && offsetof(Event, cause_sequence) == 8);
static_assert(offsetof(Event, order_ref) == 16 && offsetof(Event, match_number) == 24);
static_assert(offsetof(Event, session) == 32 && offsetof(Event, user_ref_num) == 36);
static_assert(offsetof(Event, quantity) == 40 && offsetof(Event, price) == 44);
static_assert(offsetof(Event, market_quantity) == 48 && offsetof(Event, instrument) == 52);
static_assert(offsetof(Event, reject_code) == 54);
static_assert(sizeof(EventExtension) == slot_bytes && offsetof(EventExtension, tail) == 56);
static_assert(std::is_trivially_copyable_v<EventExtension>);

}  // namespace wirebook
