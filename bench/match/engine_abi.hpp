// The C interface by which a public harness drives a matching engine, in our own words.
//
// Shapes: plain structs whose sizes and offsets the harness fixes; prices are signed ticks, sides
// are 0 (buy) and 1 (sell). Messages come in, one call each or in runs; reports of 64 bytes go out
// over a queue that another thread empties. Threads: all calls but `ReportQueueCalls::drain` come
// from one. Errors: none; an order that is not live is answered by a reject report.
// Specification: the ABI of flash1-dev/matching-engine-benchmark (its api/ and docs/).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace wirebook::bench::abi {

enum class Side : std::uint8_t { buy = 0, sell = 1 };
enum class MessageKind : std::uint8_t { enter = 0, cancel = 1, modify = 2 };
enum class ReportKind : std::uint8_t {
  accepted = 0,
  trade = 1,
  canceled = 2,  ///< by the client, or what was left of an immediate order
  modified = 3,
  cancel_refused = 4,
  modify_refused = 5,
};

struct Enter {
  std::uint64_t order_id;
  std::uint64_t sequence;
  std::int64_t price_ticks;
  std::uint32_t quantity;
  Side side;
  std::uint8_t immediate;  ///< 1: what does not trade at once is canceled
  std::uint8_t reserved[2];
};
struct Cancel {
  std::uint64_t order_id;
  std::uint64_t sequence;
};
/// The order leaves and comes back with this price and these open shares, behind all others.
struct Modify {
  std::uint64_t order_id;
  std::uint64_t sequence;
  std::int64_t price_ticks;
  std::uint32_t quantity;
  Side side;
  std::uint8_t reserved[3];
};
struct Message {
  MessageKind kind;
  std::uint8_t reserved[7];
  union {
    Enter enter;
    Cancel cancel;
    Modify modify;
  };
};
struct Report {
  ReportKind kind;
  Side side;
  std::uint8_t reserved_head[6];
  std::uint64_t sequence;  ///< of the message that caused it
  std::uint64_t order_id;
  std::int64_t price_ticks;  ///< of a trade: the resting order's
  std::uint32_t quantity;
  std::uint32_t reserved_middle;
  std::uint64_t resting_id;   ///< of a trade
  std::uint64_t incoming_id;  ///< of a trade
  std::uint64_t reserved_tail;
};

/// How reports travel from the engine's thread to the one that drains.
struct ReportQueueCalls {
  void* (*create)(std::uint32_t reports);
  int (*push)(void* queue, const Report* report);  ///< 0 if full
  std::uint32_t (*drain)(void* queue, Report* out, std::uint32_t reports_max);
  void (*flush)(void* queue);
  void (*destroy)(void* queue);
};

inline constexpr std::int64_t no_bid = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t no_ask = std::numeric_limits<std::int64_t>::max();

static_assert(sizeof(Enter) == 32 && offsetof(Enter, side) == 28);
static_assert(sizeof(Cancel) == 16 && sizeof(Modify) == 32 && offsetof(Modify, side) == 28);
static_assert(sizeof(Message) == 40 && offsetof(Message, enter) == 8);
static_assert(sizeof(Report) == 64 && offsetof(Report, sequence) == 8);
static_assert(offsetof(Report, quantity) == 32 && offsetof(Report, resting_id) == 40);

}  // namespace wirebook::bench::abi

// What the library exports.
#pragma GCC visibility push(default)
extern "C" {
void engine_init(std::uint64_t nonce, const wirebook::bench::abi::ReportQueueCalls* calls,
                 void* queue);
void engine_shutdown();
void engine_on_new_order(const wirebook::bench::abi::Enter* message);
void engine_on_cancel(const wirebook::bench::abi::Cancel* message);
void engine_on_modify(const wirebook::bench::abi::Modify* message);
void engine_on_batch(const wirebook::bench::abi::Message* messages, std::uint32_t count);
void engine_flush();
std::int64_t engine_query_best_bid();
std::int64_t engine_query_best_ask();
std::uint64_t engine_query_depth_at(std::int64_t price_ticks, std::uint8_t side);
const wirebook::bench::abi::ReportQueueCalls* engine_get_transport();
}
#pragma GCC visibility pop
