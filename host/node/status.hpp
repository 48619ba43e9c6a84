// What a running node says about itself, for displays, tests and the closing summary.
//
// Shapes: plain values, counts since the start. Threads: a value; `Node::status` makes one on any
// thread. The counters of different stages are read one after the other, not at one instant.
// Errors: none. Cost: a copy of some hundred bytes; the stages write relaxed atomics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wirebook/outcome.hpp"
#include "wirebook/units.hpp"

#include "card/card.hpp"
#include "journal/writer_core.hpp"
#include "match/book/book_summary.hpp"
#include "match/engine_counters.hpp"
#include "node/background/background_status.hpp"
#include "node/config/config.hpp"
#include "node/market/market_status.hpp"
#include "node/memory/memory_grower.hpp"

namespace wirebook::node {

/// The first instruments, whose top of book a status carries.
inline constexpr std::size_t status_books_max = 8;

/// Displayed quantity only; a quantity of 0 means that the side is empty.
struct BookTop {
  Symbol symbol{};
  Price bid{};
  Price ask{};
  std::uint64_t bid_quantity = 0;
  std::uint64_t ask_quantity = 0;
  std::uint64_t live_orders = 0;  ///< hidden ones too
};

[[nodiscard]] inline BookTop top_of(Symbol symbol, const match::BookSummary& book) {
  BookTop top{.symbol = symbol, .live_orders = book.live_orders};
  if (book.bid) {
    top.bid = book.bid->price;
    top.bid_quantity = book.bid->quantity;
  }
  if (book.ask) {
    top.ask = book.ask->price;
    top.ask_quantity = book.ask->quantity;
  }
  return top;
}

struct RingUse {
  std::uint64_t slots = 0;      ///< how many the ring has
  std::uint64_t used = 0;       ///< written and not yet released by all readers
  std::uint64_t used_max = 0;   ///< the highest that was seen
  std::uint64_t published = 0;  ///< since the start
};

/// Ingress and the sessions.
struct IngressStatus {
  OutcomeCounters outcomes{};                ///< what became of packets and messages
  std::uint64_t datagrams_too_long = 0;      ///< beyond `datagram_payload_bytes_max`
  std::uint64_t unknown_source_packets = 0;  ///< neither logged in nor a login
  std::uint64_t logins = 0;
  std::uint64_t logins_rejected = 0;
  std::uint64_t logins_limited = 0;  ///< too many before them failed
  std::uint64_t dropped_rate = 0;    ///< packets beyond their session's rate
  std::uint64_t takeovers = 0;       ///< logins that ended the account's session elsewhere
  std::uint64_t logoffs = 0;
  std::uint64_t timeouts = 0;
};

/// Of a node with order entry over TCP.
struct SoupStatus {
  Endpoint listens_on;
  std::string receive_path;             ///< "io_uring" or "epoll"
  std::uint64_t connections = 0;        ///< since the start
  std::uint64_t login_timeouts = 0;     ///< … without a login in time
  std::uint64_t strangers_evicted = 0;  ///< … that had to go before, for there were too many
  std::uint64_t violations = 0;         ///< … that said what has no place there
  std::uint64_t held = 0;               ///< times that one was held for its session's rate
  std::uint64_t stream_writes = 0;
  std::uint64_t slow_consumers = 0;  ///< … that took nothing, or too little
};

/// Of a node that keeps a journal.
struct JournalStatus {
  JournalMode mode = JournalMode::off;
  journal::WriterState state = journal::WriterState::running;
  int error = 0;                ///< the errno behind a state that is not `running`
  std::uint64_t lag_slots = 0;  ///< in the ring and not yet durable (`async`: not yet written)
  std::uint64_t writes = 0;
  std::uint64_t written_bytes = 0;  ///< a block counts each time it is written
  std::uint64_t copied_bytes = 0;   ///< of slots, on their way to the disk
  std::uint64_t segments = 0;
  std::uint64_t disk_full = 0;          ///< segments that could not be made for want of room
  std::uint64_t snapshots = 0;          ///< since the start
  std::uint64_t snapshot_sequence = 0;  ///< of the last of them
  std::string snapshot_trouble;         ///< why there are none, or no more
};

struct NodeStatus {
  // Ingress.
  std::uint64_t datagrams = 0;
  std::uint64_t dropped_order_datagrams = 0;    ///< ring full: order entry
  std::uint64_t dropped_session_datagrams = 0;  ///< ring or control queue full: login, logoff, …
  std::uint64_t dropped_kernel_datagrams = 0;   ///< the socket's own buffer was full
  std::uint64_t slot_bytes_written = 0;         ///< by parsing: an order's first and only copy in
  IngressStatus ingress;

  // Match.
  std::uint64_t messages = 0;  ///< order entry that reached the engine
  std::uint64_t orders = 0;    ///< accepted: enter and replace
  std::uint64_t fills = 0;     ///< trades, each between two orders
  std::uint64_t volume = 0;    ///< shares traded
  std::uint64_t rejects = 0;
  std::uint64_t cancels = 0;
  std::uint64_t pool_bytes_written = 0;  ///< at most: as if every accepted order came to rest
  match::EngineCounters engine;

  // Wire out.
  std::uint64_t sessions_up = 0;
  std::uint64_t ouch_messages = 0;
  std::uint64_t itch_messages = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_unsent = 0;      ///< the socket's buffer was full; clients ask again
  std::uint64_t wire_bytes_written = 0;  ///< by the encoders

  std::optional<SoupStatus> soup;
  std::optional<JournalStatus> journal;
  std::optional<BackgroundStatus> background;  ///< its orders are in the counts above, too
  std::optional<MarketStatus> market;          ///< of its servers

  MemoryStatus memory;  ///< of the engine: what grows with the orders

  RingUse slot_ring;
  RingUse event_ring;
  std::vector<BookTop> books;
  /// By the stages' threads since they took up work; 0 where the program does not count them.
  std::uint64_t heap_allocations = 0;

  // Fixed at the start.
  Endpoint order_entry;      ///< as bound
  std::string receive_path;  ///< "io_uring", "recvmmsg", "af_xdp", "dpdk", "pcap" or "card"
  std::string memory_pages;  ///< of the slot ring
  std::size_t threads = 0;

  // Of a node on a card.
  std::optional<card::CardIdentity> card;
  card::CardCounters card_counters;

  /// Slots, pool records, outbound messages, the journal's copies: every byte that was moved, over
  /// all orders.
  [[nodiscard]] double bytes_copied_per_order() const;
};

}  // namespace wirebook::node
