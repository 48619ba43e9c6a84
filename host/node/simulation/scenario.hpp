// What a seed decides before the first step: how large everything is, and how often what goes
// wrong. Some seeds have no faults of a kind at all, so that others are not hidden behind it.
//
// Shapes: chances in a million of the occasion that each names. Threads: values. Errors: none.
#pragma once

#include <cstdint>
#include <string_view>

#include "journal/journal_writer.hpp"
#include "node/config/config.hpp"
#include "node/simulation/random.hpp"

namespace wirebook::simulation {

/// Bugs that can be put in on purpose, to see that they are found. See README.md.
enum class Plant : std::uint8_t {
  none,
  short_write_is_whole,
  sync_skipped,
  names_not_synced,
  stale_rewrite,
  reply_before_durable,
  login_before_durable,
  tail_not_zeroed,
  epoch_not_raised,
  sequence_used_again,
  numbers_begin_again,
  accepted_not_synced,
  error_is_success,
};
struct PlantName {
  std::string_view name;
  Plant plant;
  std::string_view what;
};
inline constexpr PlantName plants[] = {
    {"short-write-is-whole", Plant::short_write_is_whole,
     "the watermark counts a short write as all of it"},
    {"sync-skipped", Plant::sync_skipped, "writes are told as durable without a sync"},
    {"names-not-synced", Plant::names_not_synced,
     "a new segment's name is not synced in its directory"},
    {"stale-rewrite", Plant::stale_rewrite,
     "two writes of one block are in flight, and the older one lands last"},
    {"reply-before-durable", Plant::reply_before_durable,
     "replies do not wait for the slots that caused them"},
    {"login-before-durable", Plant::login_before_durable,
     "the answer to a login does not wait for its slot"},
    {"tail-not-zeroed", Plant::tail_not_zeroed, "recovery leaves what lies behind the tail"},
    {"epoch-not-raised", Plant::epoch_not_raised, "a node that comes back keeps its epoch"},
    {"sequence-used-again", Plant::sequence_used_again,
     "a node that comes back writes over the last slot"},
    {"numbers-begin-again", Plant::numbers_begin_again,
     "replies are numbered from 1 again after a restart"},
    {"accepted-not-synced", Plant::accepted_not_synced,
     "recovery takes slots that it read, but that were never synced, as durable"},
    {"error-is-success", Plant::error_is_success, "a write that failed counts as done"},
};

struct DiskFaults {
  std::uint32_t short_write = 0;  ///< a write
  std::uint32_t again = 0;        ///< a write: EINTR, EAGAIN
  std::uint32_t write_error = 0;  ///< a write: EIO, and any of its sectors there
  std::uint32_t make_error = 0;   ///< a segment that is made: EIO
  std::uint32_t full = 0;         ///< a step: the disk is full for a while
  std::uint32_t misdirected = 0;  ///< a write: one of its blocks lands elsewhere
  std::uint32_t rot = 0;          ///< a step: a bit of a sector turns
  std::uint32_t stall = 0;        ///< a request: takes very long
};

struct NetworkFaults {
  std::uint32_t lost = 0;
  std::uint32_t doubled = 0;
  std::uint32_t delayed = 0;  ///< much: others overtake it
  std::uint32_t refused = 0;  ///< a batch that the port does not take to its end
};

struct Scenario {
  std::uint64_t seed = 0;
  Plant plant = Plant::none;
  node::NodeConfig config;
  journal::WriterOptions writer;
  std::uint32_t steps = 0;
  std::uint32_t crash = 0;           ///< a step
  std::uint32_t crash_recovery = 0;  ///< a change on disk by recovery
  std::uint32_t snapshot = 0;        ///< a step: the shadow writes one
  std::uint32_t clock_jump = 0;      ///< a step: the wall clock is set
  std::uint32_t slow_client = 0;     ///< an act of a client: it reads nothing for a while
  std::uint32_t orders_at_once = 1;  ///< of a client, unanswered
  std::uint32_t burst = 1;           ///< most messages of a client at a time
  std::uint32_t appendage = 0;       ///< an order
  DiskFaults disk;
  NetworkFaults network;
};

[[nodiscard]] Scenario draw_scenario(std::uint64_t seed, Plant plant);

}  // namespace wirebook::simulation
