// The slot: 64 bytes that carry one message from the wire to the disk.
//
// Shapes: one cache line, one beat of a 512-bit bus; explicitly sized little-endian fields, every
// byte named, unused ones zero (write `EnterBody{.session = …}`: what is not named becomes zero).
// Bytes 0–7 are the time, 8–55 the body of the kind, 56–63 the tail, which is written last, in one
// store, and makes the slot visible. Threads: one writer before it is visible, any reader after.
// Errors: none here. Cost: none; slots are read where they lie. Specification: bodies keep the
// fields of OUCH 5.0 inbound and ITCH 5.0 messages.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "wirebook/limits.hpp"
#include "wirebook/units.hpp"

namespace wirebook {

/// What a slot is. Order entry has the letter of its OUCH message, a feed message the letter of its
/// ITCH message with the top bit set; what the host itself makes lies below 0x20.
enum class SlotKind : std::uint8_t {
  none = 0x00,  ///< never written
  extension = 0x01,
  session_up = 0x02,
  session_down = 0x03,
  kill = 0x04,
  clock = 0x05,
  instrument = 0x06,
  trading_state = 0x07,
  system_event = 0x08,
  break_trade = 0x09,
  gap = 0x0A,
  feed_end = 0x0B,
  digest = 0x0C,
  limit = 0x0D,
  enter = 'O',
  replace = 'U',
  cancel = 'X',
  modify = 'M',
  mass_cancel = 'C',
  disable = 'D',
  enable = 'E',
  account_query = 'Q',
  feed = 0x80,  ///< plus the letter of the ITCH message: see `feed_kind`
};

constexpr SlotKind feed_kind(char itch_type) {
  return static_cast<SlotKind>(0x80U | static_cast<unsigned char>(itch_type));
}
constexpr bool is_feed(SlotKind kind) { return static_cast<std::uint8_t>(kind) >= 0x80; }
constexpr char itch_type(SlotKind kind) {
  return static_cast<char>(static_cast<std::uint8_t>(kind) & 0x7FU);
}
/// Order entry: a client's message, as opposed to what the host or a feed says.
constexpr bool is_order_entry(SlotKind kind) {
  return static_cast<std::uint8_t>(kind) >= 0x20 && !is_feed(kind);
}

/// Bytes 56–63. `flags` bit 0 is the phase: the parity of the lap around the ring.
struct SlotTail {
  SlotKind kind;
  std::uint8_t extension_count;  ///< slots of the same group that follow
  std::uint8_t flags;
  std::uint8_t reserved;
  std::uint32_t crc32c;  ///< over sequence, bytes 0–59 with phase 0, epoch: see crc32c.hpp
};
inline constexpr std::uint8_t flag_phase = 0x01;

/// OUCH `O`. `instrument` is 0: matching resolves the symbol.
struct EnterBody {
  std::uint16_t instrument;
  std::uint8_t appendage_bytes;  ///< of the extension slots' bytes, how many are in use
  std::uint8_t reserved;
  std::uint32_t session;
  Symbol symbol;
  std::uint32_t user_ref_num;
  Quantity quantity;
  Price price;
  ClOrdId cl_ord_id;
  char side;
  char time_in_force;
  char display;
  char capacity;
  char iso;
  char cross_type;
};

/// OUCH `U`.
struct ReplaceBody {
  std::uint16_t instrument;
  std::uint8_t appendage_bytes;
  std::uint8_t reserved;
  std::uint32_t session;
  std::uint32_t orig_user_ref_num;
  std::array<std::uint8_t, 4> reserved_symbol;
  std::uint32_t user_ref_num;
  Quantity quantity;
  Price price;
  ClOrdId cl_ord_id;
  std::uint8_t reserved_side;
  char time_in_force;
  char display;
  std::uint8_t reserved_capacity;
  char iso;
  std::uint8_t reserved_cross_type;
};

/// OUCH `X` and `M`; `side` is 0 in `X`.
struct ReduceBody {
  std::uint16_t instrument;
  std::uint8_t appendage_bytes;
  std::uint8_t reserved;
  std::uint32_t session;
  std::array<std::uint8_t, 8> reserved_symbol;
  std::uint32_t user_ref_num;
  Quantity quantity;  ///< the new intended total size
  std::array<std::uint8_t, 18> reserved_price;
  char side;
  std::array<std::uint8_t, 5> reserved_flags;
};

/// OUCH `C`, `D`, `E` and `Q`: what concerns a firm or an account. Unused fields are zero.
struct AccountBody {
  std::uint16_t instrument;
  std::uint8_t appendage_bytes;
  std::uint8_t reserved;
  std::uint32_t session;
  Symbol symbol;  ///< `C` only
  std::uint32_t user_ref_num;
  Firm firm;
  std::array<std::uint8_t, 24> reserved_tail;
};

/// 48 bytes of the appendage, verbatim, behind the order that they belong to.
struct ExtensionBody {
  std::array<std::byte, extension_bytes> appendage;
};

/// `session_up`, `session_down`, `kill`: a client's account comes, goes, or is switched off.
struct SessionBody {
  std::uint16_t instrument;
  std::uint8_t cancel_on_disconnect;  ///< `session_up`: 1 if orders end with the connection
  std::uint8_t reserved;
  std::uint32_t session;  ///< 0 in a `kill` that means the whole firm
  Firm firm;              ///< `session_up`: the default firm; `kill` with session 0: whom
  std::array<std::uint8_t, 36> reserved_tail;
};

/// `instrument` and `trading_state`.
struct InstrumentBody {
  std::uint16_t instrument;  ///< ITCH stock locate, dense from 1
  char trading_state;        ///< ITCH `H`: T, H, P, Q
  std::uint8_t reserved;
  std::uint32_t round_lot;  ///< `instrument` only
  Symbol symbol;
  Alpha<4> reason;  ///< `trading_state` only
  std::array<std::uint8_t, 28> reserved_tail;
};

/// `system_event` (code as in ITCH `S`), `break_trade` (reason as in OUCH `B`), `clock` (empty).
struct AdminBody {
  std::uint16_t instrument;
  char code;
  std::array<std::uint8_t, 5> reserved;
  std::uint64_t match_number;
  std::array<std::uint8_t, 32> reserved_tail;
};

/// Why something is missing from the stream.
enum class GapCause : std::uint8_t {
  none = 0,
  feed_sequence = 1,  ///< a MoldUDP64 stream skipped numbers
  ring_full = 2,      ///< datagrams came while the ring had no room
};

/// `gap` and `feed_end`: what is missing, before the slot that follows it.
struct GapBody {
  std::uint16_t instrument;
  GapCause cause;
  std::uint8_t stream;
  std::uint32_t reserved;
  std::uint64_t first_sequence;  ///< MoldUDP64 number: first missing, or the next at the end
  std::uint64_t count;           ///< messages missing, or datagrams dropped
  std::array<std::uint8_t, 24> reserved_tail;
};

/// `digest`: what the engine's state came to, for whoever replays the stream to compare.
struct DigestBody {
  std::uint16_t instrument;
  std::array<std::uint8_t, 6> reserved;
  std::uint64_t covered_sequence;  ///< the state after every slot before this one
  std::uint64_t digest;
  std::array<std::uint8_t, 24> reserved_tail;
};

/// What a `limit` slot sets. Each is off until it is set; value 0 switches it off again.
enum class LimitKind : std::uint8_t {
  none = 0,
  restricted = 1,       ///< instrument and firm (spaces: everybody): 1 or 0
  max_quantity = 2,     ///< session: shares of an order
  max_notional = 3,     ///< session: price x shares of an order, in 1/10000
  fat_finger = 4,       ///< instrument: basis points beyond the reference price
  collar = 5,           ///< instrument: the low price in the low 32 bits, the high one above them
  message_rate = 6,     ///< session: Enters and Replaces in `window_ms`
  duplicate_rate = 7,   ///< session: equal Enters in a row in `window_ms`
  exposure = 8,         ///< firm: whole currency units, open and traded
  reference_price = 9,  ///< instrument: a price
  organization = 10,    ///< firm: number of the organization that it belongs to
  affiliate = 11,       ///< firm: number of its group of affiliates
  reserve_seed = 12,    ///< of the shares that a random reserve shows
};

/// `limit`: what orders are checked against before they touch the book.
struct LimitBody {
  std::uint16_t instrument;
  LimitKind kind;
  std::uint8_t reserved;
  std::uint32_t session;
  Firm firm;
  std::uint32_t window_ms;  ///< of the rates
  std::uint64_t value;      ///< what it means is said by the kind
  std::array<std::uint8_t, 24> reserved_tail;
};

/// Every feed body starts with the locate and the message's own 48-bit time.
struct FeedHead {
  std::uint16_t instrument;
  std::uint16_t time_ns_high;
  std::uint32_t time_ns_low;

  [[nodiscard]] constexpr TimeNs time() const {
    return {std::uint64_t{time_ns_high} << 32 | time_ns_low};
  }
};

/// ITCH `A` and `F`; `attribution` is zero in `A`.
struct FeedAddBody {
  FeedHead head;
  std::uint64_t order_ref;
  Symbol symbol;
  Quantity quantity;
  Price price;
  Firm attribution;
  char side;
  std::array<std::uint8_t, 11> reserved;
};

/// ITCH `E` and `C`; price and `printable` are zero in `E`.
struct FeedExecuteBody {
  FeedHead head;
  std::uint64_t order_ref;
  std::uint64_t match_number;
  Quantity quantity;
  Price price;
  char printable;
  std::array<std::uint8_t, 15> reserved;
};

/// ITCH `X`, `D` and `U`; what a message lacks is zero.
struct FeedChangeBody {
  FeedHead head;
  std::uint64_t order_ref;
  std::uint64_t new_order_ref;
  Quantity quantity;  ///< `X`: removed; `U`: new size
  Price price;
  std::array<std::uint8_t, 16> reserved;
};

/// Any other ITCH message: its bytes from offset 11 on, as they came.
struct FeedVerbatimBody {
  FeedHead head;
  std::array<std::byte, 39> bytes;
  std::uint8_t reserved;
};

struct alignas(slot_bytes) Slot {
  TimeNs time_ns;  ///< ingress: the first byte of the frame
  union {
    ExtensionBody extension;
    EnterBody enter;
    ReplaceBody replace;
    ReduceBody reduce;
    AccountBody account;
    SessionBody session;
    InstrumentBody instrument;
    AdminBody admin;
    GapBody gap;
    DigestBody digest;
    LimitBody limit;
    FeedHead feed;
    FeedAddBody feed_add;
    FeedExecuteBody feed_execute;
    FeedChangeBody feed_change;
    FeedVerbatimBody feed_verbatim;
  };
  SlotTail tail;

  using Tail = SlotTail;
};

/// A slot and the extension slots behind it, where they lie. `head` is never null.
struct SlotGroup {
  const Slot* head = nullptr;
  std::array<const Slot*, extension_slots_max> extensions{};
  std::uint64_t sequence = 0;  ///< of `head`

  [[nodiscard]] std::uint64_t slot_count() const { return 1U + head->tail.extension_count; }
};

// ── The layout, proven ──────────────────────────────────────────────────────────────────────────

template <class Body>
inline constexpr bool is_slot_body = sizeof(Body) == 48 && alignof(Body) <= 8 &&
                                     std::is_trivially_copyable_v<Body>&& std::is_standard_layout_v<
                                         Body>&& std::has_unique_object_representations_v<Body>;

static_assert(is_slot_body<EnterBody> && is_slot_body<ReplaceBody> && is_slot_body<ReduceBody>);
static_assert(std::is_trivially_default_constructible_v<Slot>);
static_assert(is_slot_body<AccountBody> && is_slot_body<ExtensionBody>);
static_assert(is_slot_body<SessionBody> && is_slot_body<InstrumentBody>);
static_assert(is_slot_body<AdminBody> && is_slot_body<GapBody> && is_slot_body<FeedAddBody>);
static_assert(is_slot_body<DigestBody> && is_slot_body<LimitBody>);
static_assert(is_slot_body<FeedExecuteBody> && is_slot_body<FeedChangeBody>);
static_assert(is_slot_body<FeedVerbatimBody> && sizeof(FeedHead) == 8);

static_assert(sizeof(Slot) == slot_bytes && alignof(Slot) == slot_bytes);
static_assert(std::is_trivially_copyable_v<Slot> && std::is_standard_layout_v<Slot>);
static_assert(offsetof(Slot, time_ns) == 0 && offsetof(Slot, enter) == 8);
static_assert(offsetof(Slot, tail) == 56 && sizeof(SlotTail) == 8);
static_assert(std::has_unique_object_representations_v<SlotTail>);
static_assert(offsetof(SlotTail, kind) == 0 && offsetof(SlotTail, extension_count) == 1);
static_assert(offsetof(SlotTail, flags) == 2 && offsetof(SlotTail, reserved) == 3);
static_assert(offsetof(SlotTail, crc32c) == 4);

// Offsets below count from the body's start, byte 8 of the slot.
static_assert(offsetof(EnterBody, instrument) == 0 && offsetof(EnterBody, appendage_bytes) == 2);
static_assert(offsetof(EnterBody, session) == 4 && offsetof(EnterBody, symbol) == 8);
static_assert(offsetof(EnterBody, user_ref_num) == 16 && offsetof(EnterBody, quantity) == 20);
static_assert(offsetof(EnterBody, price) == 24 && offsetof(EnterBody, cl_ord_id) == 28);
static_assert(offsetof(EnterBody, side) == 42 && offsetof(EnterBody, time_in_force) == 43);
static_assert(offsetof(EnterBody, display) == 44 && offsetof(EnterBody, capacity) == 45);
static_assert(offsetof(EnterBody, iso) == 46 && offsetof(EnterBody, cross_type) == 47);

// The same field lies at the same place in every order entry body.
static_assert(offsetof(ReplaceBody, orig_user_ref_num) == offsetof(EnterBody, symbol));
static_assert(offsetof(ReplaceBody, session) == offsetof(EnterBody, session));
static_assert(offsetof(ReplaceBody, user_ref_num) == offsetof(EnterBody, user_ref_num));
static_assert(offsetof(ReplaceBody, quantity) == offsetof(EnterBody, quantity));
static_assert(offsetof(ReplaceBody, price) == offsetof(EnterBody, price));
static_assert(offsetof(ReplaceBody, cl_ord_id) == offsetof(EnterBody, cl_ord_id));
static_assert(offsetof(ReplaceBody, time_in_force) == offsetof(EnterBody, time_in_force));
static_assert(offsetof(ReplaceBody, display) == offsetof(EnterBody, display));
static_assert(offsetof(ReplaceBody, iso) == offsetof(EnterBody, iso));
static_assert(offsetof(ReduceBody, session) == offsetof(EnterBody, session));
static_assert(offsetof(ReduceBody, user_ref_num) == offsetof(EnterBody, user_ref_num));
static_assert(offsetof(ReduceBody, quantity) == offsetof(EnterBody, quantity));
static_assert(offsetof(ReduceBody, side) == offsetof(EnterBody, side));
static_assert(offsetof(AccountBody, session) == offsetof(EnterBody, session));
static_assert(offsetof(AccountBody, symbol) == offsetof(EnterBody, symbol));
static_assert(offsetof(AccountBody, user_ref_num) == offsetof(EnterBody, user_ref_num));
static_assert(offsetof(AccountBody, firm) == 20);

static_assert(offsetof(SessionBody, cancel_on_disconnect) == 2);
static_assert(offsetof(SessionBody, session) == 4 && offsetof(SessionBody, firm) == 8);
static_assert(offsetof(InstrumentBody, trading_state) == 2);
static_assert(offsetof(InstrumentBody, round_lot) == 4 && offsetof(InstrumentBody, symbol) == 8);
static_assert(offsetof(InstrumentBody, reason) == 16);
static_assert(offsetof(AdminBody, code) == 2 && offsetof(AdminBody, match_number) == 8);
static_assert(offsetof(GapBody, cause) == 2 && offsetof(GapBody, stream) == 3);
static_assert(offsetof(GapBody, first_sequence) == 8 && offsetof(GapBody, count) == 16);
static_assert(offsetof(DigestBody, covered_sequence) == 8 && offsetof(DigestBody, digest) == 16);
static_assert(offsetof(LimitBody, kind) == 2 && offsetof(LimitBody, session) == 4);
static_assert(offsetof(LimitBody, firm) == 8 && offsetof(LimitBody, window_ms) == 12);
static_assert(offsetof(LimitBody, value) == 16);
static_assert(offsetof(FeedHead, time_ns_high) == 2 && offsetof(FeedHead, time_ns_low) == 4);
static_assert(offsetof(FeedAddBody, order_ref) == 8 && offsetof(FeedAddBody, symbol) == 16);
static_assert(offsetof(FeedAddBody, quantity) == 24 && offsetof(FeedAddBody, price) == 28);
static_assert(offsetof(FeedAddBody, attribution) == 32 && offsetof(FeedAddBody, side) == 36);
static_assert(offsetof(FeedExecuteBody, order_ref) == 8);
static_assert(offsetof(FeedExecuteBody, match_number) == 16);
static_assert(offsetof(FeedExecuteBody, quantity) == 24 && offsetof(FeedExecuteBody, price) == 28);
static_assert(offsetof(FeedExecuteBody, printable) == 32);
static_assert(offsetof(FeedChangeBody, order_ref) == 8);
static_assert(offsetof(FeedChangeBody, new_order_ref) == 16);
static_assert(offsetof(FeedChangeBody, quantity) == 24 && offsetof(FeedChangeBody, price) == 28);
static_assert(offsetof(FeedVerbatimBody, bytes) == 8 && offsetof(FeedVerbatimBody, reserved) == 47);

}  // namespace wirebook
