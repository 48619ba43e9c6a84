// Follows a MoldUDP64 feed from wherever it is met, and mends whatever is missing.
//
//   datagrams of A and B ──► LineArbiter ──► messages, in order, each once
//   answers ────────────────►    ▲ │ what is missing
//                                │ └──► GapRequests ──► request packets
//   GLIMPSE ──► GlimpseClient ───┘ snapshot, and the number behind it
//
// Shapes: bytes and time in; messages, requests and wishes for a connection out, through the sink.
// Threads: one; no clock, no I/O. Errors: nothing stops it: what is not served comes by a snapshot,
// what no snapshot brings is passed over and said (`on_hole`), a new session starts anew; the state
// says where it stands. Cost: that of its parts; memory is taken by the constructor.
// Specification: MoldUDP64 1.00; GLIMPSE 5.0; README.md of this folder, "States".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "node/feed/gap_requests.hpp"
#include "node/feed/glimpse_client.hpp"
#include "node/feed/line_arbiter.hpp"

namespace wirebook::feed {

enum class FeedState : std::uint8_t {
  waiting,       ///< nothing was heard yet
  backfill,      ///< what was before is on its way: a snapshot, or all from number 1
  synchronized,  ///< all that is known to exist was handed on
  gap_fill,      ///< messages are missing, and asked for
  ended,         ///< the session is over, and all of it was handed on
};
[[nodiscard]] std::string_view to_text(FeedState state);

struct FeedClientOptions {
  ArbiterOptions lines;
  RequestOptions requests;
  GlimpseOptions glimpse;
  bool has_rerequest = false;  ///< there is a re-request server
  bool has_glimpse = false;    ///< there is a GLIMPSE server
  /// What has been missing for less may still come: reordered, or by the slower line.
  std::uint64_t patience_ns = 5'000'000;
  /// More than so many missing messages are not asked for where there is GLIMPSE.
  std::uint64_t snapshot_above = 1U << 16;
  std::uint32_t snapshot_attempts = 3;  ///< then the re-request server is tried, if there is one
  std::uint64_t snapshot_retry_ns = 200'000'000;  ///< doubles with each failure, up to
  std::uint64_t snapshot_retry_max_ns = 10'000'000'000;
};

struct FeedStatus {
  FeedState state = FeedState::waiting;
  std::optional<Alpha<10>> session;
  std::uint64_t next_number = 1;  ///< that is to be handed on
  std::uint64_t known_end = 1;    ///< behind the last that is known to exist
  std::size_t held = 0;           ///< messages that wait for one before them
  /// All from the session's start, or a snapshot, is there up to `next_number`.
  bool complete = true;
  std::uint64_t sessions = 0;   ///< that were followed
  std::uint64_t gaps = 0;       ///< times that it had to mend
  std::uint64_t requests = 0;   ///< sent
  std::uint64_t holes = 0;      ///< runs that were passed over
  std::uint64_t lost = 0;       ///< messages in them
  std::uint64_t snapshots = 0;  ///< that were whole
  std::uint64_t snapshot_failures = 0;
  GlimpseFailure last_failure = GlimpseFailure::none;
};

class FeedClientSink {
 public:
  /// Another session, or the same anew: what was built before is void.
  virtual void on_session(const Alpha<10>& session) noexcept = 0;
  /// A snapshot begins: what was built before is void, its messages follow.
  virtual void on_snapshot_begin() noexcept = 0;
  virtual void on_snapshot_message(std::span<const std::byte> message) noexcept = 0;
  /// The feed goes on with this number.
  virtual void on_snapshot_end(std::uint64_t next_number) noexcept = 0;
  virtual void on_message(std::uint64_t number, std::span<const std::byte> message) noexcept = 0;
  /// These will not come; what follows goes on behind them.
  virtual void on_hole(std::uint64_t first, std::uint64_t count) noexcept = 0;
  virtual void on_state(FeedState state) noexcept = 0;

  virtual void send_request(const wire::mold::Header& request) noexcept = 0;
  /// Ends with `on_glimpse_connected` or `on_glimpse_closed`.
  virtual void connect_glimpse() noexcept = 0;
  virtual void send_to_glimpse(std::span<const std::byte> bytes) noexcept = 0;
  virtual void close_glimpse() noexcept = 0;

 protected:
  ~FeedClientSink() = default;
};

class FeedClient final : private ArbiterSink, private GlimpseSink {
 public:
  using Bytes = std::span<const std::byte>;

  FeedClient(const FeedClientOptions& options, FeedClientSink& sink);
  virtual ~FeedClient() = default;
  FeedClient(const FeedClient&) = delete;
  FeedClient& operator=(const FeedClient&) = delete;

  void on_datagram(Line line, Bytes payload, std::uint64_t now_ns) noexcept;
  void on_glimpse_connected(std::uint64_t now_ns) noexcept;
  void on_glimpse_bytes(Bytes bytes, std::uint64_t now_ns) noexcept;
  void on_glimpse_closed(std::uint64_t now_ns) noexcept;
  /// After each batch of the above, and each few milliseconds.
  void poll(std::uint64_t now_ns) noexcept;

  [[nodiscard]] FeedState state() const { return status_.state; }
  [[nodiscard]] FeedStatus status() const;
  [[nodiscard]] const LineArbiter& lines() const { return lines_; }

 private:
  void on_session(const Alpha<10>& session, std::uint64_t number) noexcept override;
  void on_message(std::uint64_t number, Bytes message) noexcept override;
  void on_snapshot_begin() noexcept override;
  void on_snapshot_message(Bytes message) noexcept override;
  void on_snapshot_end(std::uint64_t next_number) noexcept override;
  void on_snapshot_failed(GlimpseFailure why) noexcept override;
  void send_to_glimpse(Bytes bytes) noexcept override;

  [[nodiscard]] bool wants_snapshot(std::uint64_t missing) const {
    return options_.has_glimpse &&
           (!options_.has_rerequest || (missing > options_.snapshot_above && !avoid_snapshot_));
  }
  /// Known to exist, not handed on, and not held either.
  [[nodiscard]] std::uint64_t missing_count() const;
  void settle() noexcept;
  void forget_settled() noexcept { settled_end_ = mark_end_ = 0; }
  void mend() noexcept;
  void ask() noexcept;
  void give_up() noexcept;
  void pass_over(std::uint64_t first, std::uint64_t count) noexcept;
  void want_snapshot(std::uint64_t resume_at) noexcept;
  void do_without_snapshot() noexcept;
  void drive_snapshot() noexcept;
  void update_state() noexcept;

  FeedClientOptions options_;
  FeedClientSink* sink_;
  LineArbiter lines_;
  GapRequests requests_;
  GlimpseClient glimpse_;
  FeedStatus status_;
  std::uint64_t now_ns_ = 0;

  std::uint64_t backfill_to_ = 0;  ///< where the feed was when it was met
  /// What is missing before it has been missing for long enough.
  std::uint64_t settled_end_ = 0;
  std::uint64_t mark_end_ = 0;
  std::uint64_t mark_ns_ = 0;

  bool snapshot_wanted_ = false;
  bool avoid_snapshot_ = false;          ///< GLIMPSE failed, and the re-request server may do
  bool books_void_ = false;              ///< a snapshot had begun
  std::uint64_t resume_at_ = 1;          ///< where the books stand that a snapshot is to replace
  std::uint32_t snapshot_failures_ = 0;  ///< in a row
  std::uint64_t snapshot_at_ns_ = 0;
};

}  // namespace wirebook::feed
